# make        build everything into build/
# make run    install what is missing, build, process the sample batch
# make test   install what is missing, build, run every test
.DEFAULT_GOAL := all
MAKEFLAGS += --no-builtin-rules
VERSION := $(shell cat VERSION)
B ?= build
CC ?= gcc
ifeq ($(origin CC),default)
CC := gcc
endif
PREFIX ?= /usr/local

PACKAGES := libxml-2.0 sqlite3 xlsxwriter libzip libcrypto libutf8proc
# Some libxlsxwriter packages put minizip's folder first, whose zip.h is not libzip's.
PKG_CFLAGS := $(filter-out %/minizip,$(shell pkg-config --cflags $(PACKAGES) 2>/dev/null))
PKG_LIBS := $(shell pkg-config --libs $(PACKAGES) 2>/dev/null) -lcsv -lm
WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wstrict-prototypes \
  -Wmissing-prototypes -Wwrite-strings -Wpointer-arith -Wcast-qual -Wformat=2 -Wundef -Wvla
# Where the compiler has them: marks for indirect jumps (amd64, arm64), stack variables that begin as zero.
accepted = $(shell echo 'int x;' | $(CC) -Werror $(1) -x c -c -o /dev/null - 2>/dev/null && echo $(1))
HARDENING := -fstack-protector-strong -fstack-clash-protection -fPIE -D_FORTIFY_SOURCE=2 \
  $(foreach flag,-fcf-protection=full -mbranch-protection=standard -ftrivial-auto-var-init=zero,$(call accepted,$(flag)))
OPTIMIZE ?= -O2 -g
SANITIZE ?=
STD := -std=c11 -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64
CFLAGS_ALL = $(STD) $(WARNINGS) $(OPTIMIZE) $(if $(SANITIZE),,$(HARDENING)) $(SANITIZE) -pthread -I. \
  -DONEX_VERSION='"$(VERSION)"' -DONEX_DATADIR='"$(PREFIX)/share/onex"' $(PKG_CFLAGS) $(EXTRA_CFLAGS)
LDFLAGS_ALL = -pthread $(SANITIZE) $(if $(SANITIZE),,-pie -Wl,-z,relro,-z,now,-z,separate-code,-z,noexecstack)

STAGES := ingest validate transform report
PROGRAMS := $(addprefix $(B)/onex-,$(STAGES)) $(B)/onex
UNITS := $(patsubst tests/unit/%.c,$(B)/tests/%,$(wildcard tests/unit/test_*.c))
FUZZERS := $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
UNITS += $(FUZZERS:%=$(B)/tests/test_fuzz_%)

objects = $(patsubst %.c,$(B)/obj/%.o,$(filter-out %/main.c,$(wildcard $(1)/*.c)))

.PHONY: all run test setup clean sample bench fuzz faults
all: $(PROGRAMS) $(B)/generate

# One archive per folder; a stage links its own and common, never a sibling's.
define archive
$(B)/lib$(1).a: $(call objects,$(1))
	@rm -f $$@ && $$(AR) rcs $$@ $$^
endef
$(foreach d,common $(STAGES) onex,$(eval $(call archive,$(d))))

define stage
$(B)/onex-$(1): $(B)/obj/$(1)/main.o $(B)/lib$(1).a $(B)/libcommon.a
	$$(CC) $$(LDFLAGS_ALL) -o $$@ $$^ $$(PKG_LIBS)
endef
$(foreach s,$(STAGES),$(eval $(call stage,$(s))))

$(B)/onex: $(B)/obj/onex/main.o $(B)/libonex.a $(B)/libcommon.a
	$(CC) $(LDFLAGS_ALL) -o $@ $^ $(PKG_LIBS)
$(B)/generate: $(patsubst %.c,$(B)/obj/%.o,$(wildcard samples/*.c)) $(B)/libcommon.a
	$(CC) $(LDFLAGS_ALL) -o $@ $^ $(PKG_LIBS)

# A unit test links every archive: it may test any of them.
$(B)/tests/%: $(B)/obj/tests/unit/%.o $(foreach s,$(STAGES) onex common,$(B)/lib$(s).a)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS_ALL) -o $@ $< -Wl,--start-group $(filter %.a,$^) -Wl,--end-group $(PKG_LIBS) -lcmocka -lgmp -lfreexl

# The data folder is compiled into one file only: another PREFIX compiles it again.
$(B)/obj/common/layout.o: $(B)/prefix
$(B)/prefix: always
	@mkdir -p $(@D) && { echo '$(PREFIX)' | cmp -s - $@ || echo '$(PREFIX)' > $@; }
.PHONY: always

# A fuzz target under libFuzzer (make fuzz), and the same over its kept inputs (make test).
ARCHIVES := $(foreach s,$(STAGES) onex common,$(B)/lib$(s).a)
$(B)/tests/test_fuzz_%: $(B)/obj/tests/fuzz/fuzz_%.o $(B)/obj/tests/fuzz/target.o $(B)/obj/tests/fuzz/replay.o $(ARCHIVES)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS_ALL) -o $@ $(filter %.o,$^) -Wl,--start-group $(filter %.a,$^) -Wl,--end-group $(PKG_LIBS)
$(B)/fuzz/%: $(B)/obj/tests/fuzz/fuzz_%.o $(B)/obj/tests/fuzz/target.o $(ARCHIVES)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS_ALL) -fsanitize=fuzzer -o $@ $(filter %.o,$^) -Wl,--start-group $(filter %.a,$^) -Wl,--end-group $(PKG_LIBS)
fuzzers: $(FUZZERS:%=$(B)/fuzz/%)
.PHONY: fuzzers

$(B)/obj/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(CC) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<
-include $(shell find $(B)/obj -name '*.d' 2>/dev/null)

.PHONY: units
.SECONDARY:

setup:
	@sh tests/setup.sh build

run: setup
	@$(MAKE) --no-print-directory -s all
	@$(B)/onex run samples/2021-1

test:
	@sh tests/setup.sh test
	@$(MAKE) --no-print-directory -s all units
	@B=$(B) sh tests/run.sh

# The suite on a build with the address and undefined behaviour sanitizers, in which small
# batches go the way of large ones. Slow comparisons that exercise no further C code are left
# to `make test`. Tests that call make take its flags from the environment.
SANITIZED := OPTIMIZE='-O1 -g -DCOLUMNS_LEAST=1 -DWORTH_A_THREAD=1' \
  SANITIZE='-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer'
sanitize:
	@sh tests/setup.sh test
	@$(MAKE) --no-print-directory -s B=build-sanitize $(SANITIZED) all units
	@B=build-sanitize ONEX_SANITIZED=1 $(SANITIZED) sh tests/run.sh
.PHONY: sanitize

# What breaks must break safely; what each shows stands in docs/reliability.md.
# Coverage-guided fuzzing of the readers, SECONDS a target: make fuzz SECONDS=1800 TARGETS="csv xlsx"
SECONDS ?= 60
FUZZ_FLAGS := -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
fuzz:
	@$(MAKE) --no-print-directory -s B=build-fuzz CC=clang OPTIMIZE='-O1 -g' SANITIZE='$(FUZZ_FLAGS)' fuzzers
	@B=build-fuzz SECONDS_EACH=$(SECONDS) sh tests/fuzz/run.sh $(TARGETS)

# The first and the last call of every call stack that a run allocates, writes, reads … with, made to fail in turn.
faults: all $(B)/tests/failnth.so
	@B=$(B) FAULTS=all /usr/bin/python3 tests/faults/test_faults.py

# A part of the same, FAULTS_SECONDS for each process and kind, on a build that tells of leaks and
# of memory that is not there any more.
faults-sanitized:
	@$(MAKE) --no-print-directory -s B=build-faults $(SANITIZED) EXTRA_CFLAGS=-DMEMORY_WATCHED SHARED_CFLAGS='-DBEFORE_SANITIZER -ftls-model=initial-exec -Wl,--no-as-needed -lasan' \
	  all build-faults/tests/failnth.so
	@B=build-faults FAULTS=all FAULTS_SECONDS=$${FAULTS_SECONDS:-60} ASAN_OPTIONS=verify_asan_link_order=0 \
	  LSAN_OPTIONS=suppressions=tests/faults/leaks.supp:print_suppressions=0 /usr/bin/python3 tests/faults/test_faults.py

# kill -9 at KILLS instants of a run.
KILLS ?= 200
kills: all
	@B=$(B) KILLS=$(KILLS) /usr/bin/python3 tests/onex/test_run.py

# A run of a small batch under valgrind, from a build whose stack variables do not begin as zero.
valgrind:
	@$(MAKE) --no-print-directory -s B=build-valgrind HARDENING=-fPIE all
	@B=build-valgrind sh tests/faults/valgrind.sh

lint:
	@sh tests/faults/lint.sh

# Branch coverage of the C code under the whole suite.
COVERED := OPTIMIZE='-O0 -g' SANITIZE=--coverage
coverage:
	@$(MAKE) --no-print-directory -s B=build-coverage $(COVERED) all units
	@find build-coverage -name '*.gcda' -delete
	@-B=build-coverage ONEX_SANITIZED=1 $(COVERED) sh tests/run.sh $(TESTS)
	@sh tests/faults/coverage.sh build-coverage
.PHONY: faults faults-sanitized kills valgrind lint coverage

$(B)/tests/%.so: tests/faults/%.c
	@mkdir -p $(@D)
	$(CC) -std=c11 -D_GNU_SOURCE -Wall -Wextra -Wshadow -O2 -fPIC -shared $(SHARED_CFLAGS) -o $@ $< -ldl
UNITS += $(B)/tests/failnth.so $(B)/tests/clock.so

# The same outputs from a build whose plain characters are unsigned, as on ARM.
check-uchar:
	@$(MAKE) --no-print-directory -s all
	@$(MAKE) --no-print-directory -s B=build-uchar EXTRA_CFLAGS=-funsigned-char all
	@B=$(B) ONEX_OTHER_BUILD=build-uchar sh tests/run.sh audit/test_reproducible
.PHONY: check-uchar

# Elsewhere: docs/portability.md says what was shown. Each needs root, debootstrap and Debian's archive.
check-debian13 check-ubuntu:
	@sh tests/system.sh $(@:check-%=%)
check-arm64: all
	@B=$(B) sh tests/arm64.sh
.PHONY: check-debian13 check-ubuntu check-arm64

# A big national batch elsewhere: make sample SIZE=1000000 TO=/tmp/national
SIZE ?= 1000000
TO ?= /tmp/onex-sample-$(SIZE)
sample: $(B)/generate
	$(B)/generate --size $(SIZE) --to $(TO)

# onex against other tools: make bench [SIZE=1000000] [RUNS=5] [ENGINES='onex polars'] [GROWTH=7]
# [PARTS='national xml xlsx-read xlsx-write sample growth findings']
RUNS ?= 5
ENGINES ?=
PARTS ?=
GROWTH ?= 6
bench: all
	@/usr/bin/python3 tests/bench/run.py --build $(B) --work $(B)/bench --size $(SIZE) --runs $(RUNS) --growth $(GROWTH) \
	  $(if $(ENGINES),--engines '$(ENGINES)') $(if $(PARTS),--parts '$(PARTS)')

include docs/docs.mk packaging/install.mk

# Takes the sample's data/*.csv over as what tests/golden compares with: look first.
golden: all
	/usr/bin/python3 tests/golden/test_golden.py --take
.PHONY: golden

clean:
	rm -rf $(B)

# Last, when every part has named its programs.
units: $(UNITS)
