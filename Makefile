# Everything here works on a machine where nothing was set up before: the environment is made when it is needed.
# PYTHON names the interpreter to make it from: make PYTHON=python3.12 test

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup demo test check docs fmt audit build smoke release-notes deb deb-check bench crash-walk soak mutants clean

help:
	@echo "make demo    the whole story on a sandbox, from activation to the draft invoice"
	@echo "make test    everything that must hold: check, the tests, the built wheel in an empty environment"
	@echo "make setup   the developers' environment in $(VENV)"
	@echo "make check   lint, format, types, layers, and whether the documents are current"
	@echo "make docs    write what is generated: tables in docs/reference, config.example.yaml, man/simonsync.1"
	@echo "make fmt     format the code and mend what can be mended by itself"
	@echo "make audit   known weaknesses and licences of what is installed along"
	@echo "make build   wheel and source distribution in dist/"
	@echo "make smoke   the built wheel in an empty environment"
	@echo "make release-notes  what this version brings, for the text of its tag"
	@echo "make deb     Debian package in dist/, for this machine's Debian and processor"
	@echo "make deb-check  build it, then install, upgrade, remove and purge it in a root of its own"
	@echo "make bench   measure speed and memory, each figure beside its goal"
	@echo "make crash-walk  kill a run before and after each of its requests and commits, spoil each request, and"
	@echo "             compare what there is in the end: nothing twice, nothing lost (a quarter of an hour)"
	@echo "make soak    random weeks of a firm, with people, faults, crashes and lost states in any order (N=500"
	@echo "             of them), and such a life with the real command, one process for each run (RUNS=100)"
	@echo "make mutants take out one guard after the other, and see that a test fails (some minutes)"
	@echo "make clean   remove all that make has made"

setup: $(VENV)/.developer

# What users get, with the sandbox and without the developers' tools.
demo: $(VENV)/.runtime
	@$(BIN)/simonsync demo

test: check
	$(BIN)/python -m pytest
	$(BIN)/python -m tools.release.smoke_wheel

check: $(VENV)/.developer
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/python -m tools.docs.reference

docs: $(VENV)/.developer
	$(BIN)/python -m tools.docs.reference --write

fmt: $(VENV)/.developer
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

# Lists by name what could not be looked up, where the machine's package index tells no weaknesses.
audit: $(VENV)/.developer
	$(BIN)/python -m tools.release.licences
	$(BIN)/python -m tools.release.licences --pinned > $(VENV)/runtime.txt
	$(BIN)/pip-audit --disable-pip --no-deps --progress-spinner off \
	  --requirement $(VENV)/runtime.txt

build: $(VENV)/.developer
	rm -rf dist
	$(BIN)/python -m build --outdir dist .

smoke: $(VENV)/.developer
	$(BIN)/python -m tools.release.smoke_wheel

release-notes: $(VENV)/.developer
	@$(BIN)/python -m tools.release.notes

# Needs dpkg-deb and Debian's own Python: DEB_PYTHON names another one of it.
DEB_PYTHON ?= /usr/bin/python3

deb: $(VENV)/.developer
	$(BIN)/python -m tools.release.debian --python $(DEB_PYTHON)

deb-check: $(VENV)/.developer
	$(BIN)/python -m tools.release.debian_check --python $(DEB_PYTHON)

bench: $(VENV)/.developer
	$(BIN)/python -m tools.bench

crash-walk: $(VENV)/.developer
	$(BIN)/python -m tools.crash.walk
	$(BIN)/python -m tools.crash.walk --kills --workers 4

N ?= 500
RUNS ?= 100

soak: $(VENV)/.developer
	$(BIN)/python -m tools.soak --weeks $(N)
	$(BIN)/python -m tools.soak --processes --runs $(RUNS)

mutants: $(VENV)/.developer
	$(BIN)/python -m tools.mutants.run

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find simonsync tests tools -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.developer: pyproject.toml $(BIN)/python
	$(PIP) install --editable '.[dev]'
	@touch $(VENV)/.runtime $@

$(VENV)/.runtime: pyproject.toml $(BIN)/python
	$(PIP) install --editable '.[sandbox]'
	@touch $@

# A link that leads nowhere, after an upgrade of Python, counts as missing; --clear starts anew then.
$(BIN)/python:
	@command -v $(PYTHON) >/dev/null || \
	  { echo "$(PYTHON) was not found. Install Python 3.11 or newer, or name one: make PYTHON=python3.12 ..." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "$(PYTHON) is too old: 3.11 or newer is needed. Name another one: make PYTHON=python3.12 ..." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	  { echo "$(PYTHON) cannot make environments. On Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv --clear $(VENV)
