# Each target first installs what it needs into $(VENV). The machine must have only Python 3.11+ and make.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
WORKERS ?= auto

.PHONY: help demo test test-tools lint types docs bench oracle abi rules clean

help:            ## list the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(VENV)/.installed   ## show the runstate defect and its cure, side by side
	@$(BIN)/harness demo

test: $(VENV)/.installed-test   ## run every test, in parallel; skip and name those that need a missing tool
	@$(BIN)/python -m pytest -q -n $(WORKERS)

test-tools: $(VENV)/.installed-test   ## the same on all real Xens, and fail where a tool is missing (first: harness oracle fetch)
	@HARNESS_REQUIRE_TOOLS=1 $(BIN)/python -m pytest -q -n $(WORKERS)

lint: $(VENV)/.installed-test   ## check style and docstrings
	@$(BIN)/ruff check . && $(BIN)/ruff format --check harness tests

types: $(VENV)/.installed-test   ## run mypy --strict on harness/
	@$(BIN)/mypy

docs: $(VENV)/.installed-docs   ## build the documentation as a site, in build/docs
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --quiet --strict --config-file docs/mkdocs.yml
	@! grep -rn --include='*.html' '```' build/docs || { echo 'docs: a fence above was not understood, and shows as text'; exit 1; }
	@echo "build/docs/index.html"

bench: $(VENV)/.installed   ## measure speed, beside bare Unicorn and the real Xen
	@$(BIN)/harness bench

oracle: $(VENV)/.installed   ## ask the models and the real Xens every rule, side by side
	@$(BIN)/harness oracle agree

abi: $(VENV)/.installed   ## generate guest_asm/lib/abi.h from harness/abi
	@$(BIN)/python -m harness.abi > guest_asm/lib/abi.h

rules: $(VENV)/.installed   ## generate docs/pages/reference/rules.md from the rules
	@$(BIN)/python -m harness.conform.catalogue_page > docs/pages/reference/rules.md

clean:           ## delete the virtual environment, caches and what was built
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV)/.installed: pyproject.toml
	@echo "setting up $(VENV) ..."
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "harness needs Python 3.11 or later: make PYTHON=python3.12 ...")'
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	@touch $@

$(VENV)/.installed-test: $(VENV)/.installed
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[test,lint]'
	@touch $@

$(VENV)/.installed-docs: $(VENV)/.installed
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[docs]'
	@touch $@
