# Everything here sets itself up: Python 3.11+ and make are all that a machine must have.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
WORKERS ?= auto

.PHONY: help demo test test-tools lint types bench oracle abi rules clean

help:            ## list the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(VENV)/.installed   ## the runstate defect and its cure, side by side
	@$(BIN)/harness demo

test: $(VENV)/.installed-test   ## every test, in parallel; tests of absent tools are skipped by name
	@$(BIN)/python -m pytest -q -n $(WORKERS)

test-tools: $(VENV)/.installed-test   ## the same on all real Xens (run harness oracle fetch once); a missing tool fails
	@HARNESS_REQUIRE_TOOLS=1 $(BIN)/python -m pytest -q -n $(WORKERS)

lint: $(VENV)/.installed-test   ## style and docstrings
	@$(BIN)/ruff check . && $(BIN)/ruff format --check harness tests

types: $(VENV)/.installed-test   ## mypy --strict on harness/
	@$(BIN)/mypy

bench: $(VENV)/.installed   ## speed, against bare Unicorn and the real Xen in the same run
	@$(BIN)/harness bench

oracle: $(VENV)/.installed   ## every rule, every release: the models beside the real Xens, asked now
	@$(BIN)/harness oracle agree

abi: $(VENV)/.installed   ## write guest_asm/lib/abi.h again from harness/abi
	@$(BIN)/python -m harness.abi > guest_asm/lib/abi.h

rules: $(VENV)/.installed   ## write docs/pages/reference/rules.md again from the catalogue
	@$(BIN)/python -m harness.conform.catalogue_page > docs/pages/reference/rules.md

clean:           ## forget the virtual environment and caches
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
