# What there is to run. `make` alone lists it. Two commands do everything on a fresh machine: `make pack` and `make test`.
# Variables: PYTHON (the interpreter to build with), VENV (the environment's folder), UV (for `make lock`), CRON (for `make serve`),
# CHROMIUM (what the browser's package is called; on Ubuntu chromium-browser).

PYTHON ?= python3
VENV ?= .venv
UV ?= uv
CRON ?= 0 6 * * *
CHROMIUM ?= chromium

BIN = $(VENV)/bin
PIP = $(BIN)/python -m pip --disable-pip-version-check --quiet
LOCK = $(UV) pip compile --quiet --universal --generate-hashes --python-version 3.11 \
	--custom-compile-command "make lock"
PROFILE = inputs/localities/exampleshire.yaml

# LibreOffice opens, recalculates and converts what was built; poppler turns the pages into pictures; Liberation are the fonts of
# the house style; Chromium opens the page of changes; python3-venv is what Debian leaves out of Python.
SYSTEM_PACKAGES = libreoffice-writer-nogui libreoffice-calc-nogui python3-uno poppler-utils fonts-liberation $(CHROMIUM) python3-venv

.PHONY: help setup pack serve test soak lint check smoke bench system-deps lock notices clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

setup: $(VENV)/.installed ## create .venv with the locked requirements and the packs command

# The environment is made anew whenever the lock changes, so that it never holds more than the lock names. --no-deps, because the lock
# is complete (pip check proves it) and because pip before 23.3, which Python 3.11 and Debian 12 bring, refuses hashes together with
# extras: it reads prefect's sqlalchemy[asyncio] as a requirement without a version.
$(VENV)/.locked: requirements-dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "$(PYTHON) is missing or older than Python 3.11. Install Python 3.11 or later, or name one: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; \
		exit 1; }
	@echo "Installing the locked requirements into $(VENV) (once; a minute or two) ..."
	@$(PYTHON) -m venv --clear $(VENV) || { \
		echo "$(PYTHON) could not create a virtual environment. On Debian and Ubuntu: sudo apt-get install python3-venv" >&2; \
		exit 1; }
	@$(PIP) install --no-deps --require-hashes -r requirements-dev.txt
	@$(PIP) check
	@touch $@

# Nothing is fetched here: setuptools is in the lock, and the lock holds every dependency.
$(VENV)/.installed: $(VENV)/.locked pyproject.toml
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

pack: setup ## build the worked example's pack for all three commissioning models
	@$(BIN)/packs build $(PROFILE) --model all

serve: setup ## regenerate stale packs every day at six, with forms and runs at http://127.0.0.1:4200 (CRON="0 6 * * *")
	@$(BIN)/python flows.py serve --cron "$(CRON)"

test: setup ## run the tests
	@$(BIN)/pytest

soak: setup ## the long searches in full: kills at every step and at random, figures made unknown, invented profiles and returns, redlines of random edits; hours
	@PACKS_SOAK=1 $(BIN)/pytest tests/test_faults.py tests/test_stale.py tests/render/test_any_schedule.py tests/compare/test_redlines.py

lint: setup ## everything in the gate but the tests
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy --strict
	$(BIN)/lint-imports --no-logo
	$(BIN)/packs templates check

check: lint test ## the gate: format, lint, types, imports, templates, tests

smoke: setup ## the few quick tests that also run on the newest Python
	@$(BIN)/pytest -n 0 -m smoke

bench: setup ## measure against other engines and save tables to benchmarks/results.md (several minutes; docs/performance.md)
	@$(BIN)/python -m benchmarks

system-deps: ## install what comes from the system (Debian, Ubuntu; as root or with sudo)
	@if dpkg-query --show --showformat '$${db:Status-Status}\n' $(SYSTEM_PACKAGES) 2>/dev/null | sort -u | grep -qvx installed || \
		! dpkg-query --show $(SYSTEM_PACKAGES) >/dev/null 2>&1; then \
		command -v apt-get >/dev/null || { echo "No apt-get here. Install the equivalent of: $(SYSTEM_PACKAGES)" >&2; exit 1; }; \
		sudo=; [ "$$(id -u)" -eq 0 ] || sudo=sudo; \
		$$sudo apt-get update -qq && \
		$$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
			-o DPkg::Lock::Timeout=600 $(SYSTEM_PACKAGES); \
	else echo "Already installed: $(SYSTEM_PACKAGES)"; fi

lock: ## resolve the requirements anew from pyproject.toml (needs uv); add UPGRADE=--upgrade for newer versions
	@command -v $(UV) >/dev/null || { echo "make lock needs uv: pip install uv" >&2; exit 1; }
	$(LOCK) $(UPGRADE) --group build pyproject.toml --output-file requirements.txt
	$(LOCK) $(UPGRADE) --group dev pyproject.toml --constraints requirements.txt --output-file requirements-dev.txt

notices: setup ## write THIRD-PARTY-NOTICES.md anew from what is installed; after `make lock`
	$(BIN)/python .ci/third_party_notices.py requirements.txt > THIRD-PARTY-NOTICES.md

clean: ## remove the environments and caches; generated packs stay
	rm -rf .venv .venv-* build procurement_packs.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -path ./.git -prune -o -type d -name __pycache__ -exec rm -rf {} +
