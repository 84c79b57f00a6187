# docs: what is generated from schemas/ and validate/rules/. pictures: those of the manuals.
.PHONY: docs pictures
docs: all
	$(B)/onex dictionary -o docs/data-dictionary.md
	/usr/bin/python3 docs/rule_catalogue.py $(B)/onex-validate > docs/rule-catalogue.md.tmp
	mv docs/rule-catalogue.md.tmp docs/rule-catalogue.md

pictures: all
	B=$(B) sh docs/pictures.sh
