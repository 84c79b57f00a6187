# install, uninstall, dist, deb: included by the Makefile.
# DESTDIR is put before every path; PREFIX is where the files will be found.
INSTALL ?= install
STRIP_FLAG ?=
BINDIR = $(DESTDIR)$(PREFIX)/bin
DATADIR = $(DESTDIR)$(PREFIX)/share/onex
MANDIR = $(DESTDIR)$(PREFIX)/share/man/man1
DOCDIR = $(DESTDIR)$(PREFIX)/share/doc/onex
BASHDIR = $(DESTDIR)$(PREFIX)/share/bash-completion/completions
ZSHDIR = $(DESTDIR)$(PREFIX)/share/zsh/site-functions

# What the program reads: the same files as its digest list (onex/inputs.c) names.
DATA = VERSION $(shell find onex report schemas transform validate -type f ! -name '*.[ch]' ! -name '.*' ! -name '~$$*' | LC_ALL=C sort)
MANUALS = $(wildcard docs/*.md) README.md README.zh.md CHANGELOG.md

.PHONY: install uninstall dist deb
install: all
	$(INSTALL) -d $(BINDIR) $(DATADIR) $(MANDIR) $(DOCDIR)/pictures $(BASHDIR) $(ZSHDIR)
	$(INSTALL) $(STRIP_FLAG) -m 755 $(PROGRAMS) $(BINDIR)
	for file in $(DATA); do $(INSTALL) -D -m 644 $$file $(DATADIR)/$$file || exit 1; done
	for page in docs/man/*.1; do gzip -9nc $$page > $(MANDIR)/$${page##*/}.gz || exit 1; done
	chmod 644 $(MANDIR)/onex*.1.gz
	$(INSTALL) -m 644 $(MANUALS) $(DOCDIR)
	$(INSTALL) -m 644 docs/pictures/*.png $(DOCDIR)/pictures
	$(INSTALL) -m 644 completion/onex.bash $(BASHDIR)/onex
	$(INSTALL) -m 644 completion/_onex $(ZSHDIR)
	$(INSTALL) -d $(DOCDIR)/samples/2021-1
	cp -R samples/2021-1/notice.xml samples/2021-1/inbox $(DOCDIR)/samples/2021-1
	find $(DOCDIR)/samples -type d -exec chmod 755 {} + -o -exec chmod 644 {} +

uninstall:
	rm -f $(addprefix $(BINDIR)/,$(notdir $(PROGRAMS))) $(MANDIR)/onex.1.gz $(addprefix $(MANDIR)/onex-,$(addsuffix .1.gz,$(STAGES)))
	rm -f $(BASHDIR)/onex $(ZSHDIR)/_onex
	rm -rf $(DATADIR) $(DOCDIR)

# The committed tree; the same commit gives the same bytes.
dist:
	@mkdir -p $(B)
	git archive --format=tar --prefix=onex-$(VERSION)/ HEAD | gzip -9n > $(B)/onex-$(VERSION).tar.gz
	@echo $(B)/onex-$(VERSION).tar.gz

# A package for the machine that builds it: its Depends are what the programs link to here.
deb:
	@B=$(B) VERSION=$(VERSION) MAKE="$(MAKE)" sh packaging/deb.sh
