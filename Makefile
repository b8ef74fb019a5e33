# Everything a person or a CI does with a checkout. `make` alone lists it.
#
# Steps that set something up leave a stamp in .venv, so that a second run finds nothing to do. Each says what it does
# and about how long it takes on a small machine with empty caches.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
BIN := .venv/bin
STAMPS := .venv/stamps
PIP := $(BIN)/python -m pip install --quiet --require-hashes
REQUIREMENTS := requirements
PAGES := src/goodpart/web/static/built-from
PAGE_SOURCES := $(shell find web hatch_build.py -name node_modules -prune -o -type f ! -name schema.d.ts -print)

# The tests start hundreds of processes: each would compile all of Goodpart anew.
unexport PYTHONDONTWRITEBYTECODE
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1
export PIP_ROOT_USER_ACTION := ignore

help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# ---- what people run -------------------------------------------------------------------------------------------------

install: $(STAMPS)/run $(PAGES) $(STAMPS)/package  ## .venv with Goodpart in it: then .venv/bin/goodpart --help

demo: install  ## a simulated line, inspected for real; IMAGES=DIR shows your own pictures, ARGS=… goes to `goodpart demo`
	@exec $(BIN)/goodpart demo $(if $(IMAGES),--images "$(IMAGES)") $(ARGS)

check: lint  ## the fast checks: lint, types, import contracts, unit tests
	@echo "Unit and architecture tests."
	@$(BIN)/pytest -q tests/unit tests/architecture

# Much of the time is spent waiting for processes that start: one worker more than there are cores.
WORKERS := $(shell cores=$$(getconf _NPROCESSORS_ONLN); echo $$((cores < 4 ? cores + 1 : 4)))

test:  ## everything: `make check`, the pages' own tests, every test but the soak
	@$(MAKE) --jobs=2 $(STAMPS)/dev $(PAGES)
	@$(MAKE) --jobs=2 --output-sync=target python-lint web-lint web-test
	@echo "All tests. Those of system parts that are missing skip with one line each; make test-deps installs them."
	@$(BIN)/pytest -m "not alone" -n $(WORKERS) --dist loadfile --no-loadscope-reorder
	@echo "Tests that are held to times: with nothing beside them."
	@$(BIN)/pytest -m alone

soak: $(STAMPS)/dev $(PAGES) $(STAMPS)/package  ## the long counts: hundreds of kills, hours of events
	@$(BIN)/pytest -q --soak tests/soak

docs: $(STAMPS)/dev $(STAMPS)/package  ## the documentation, into site/
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict
	@echo "Open site/index.html."

screenshots: $(STAMPS)/dev $(PAGES) $(STAMPS)/package  ## the pictures in README and docs, from a running demo; needs chromium
	@$(BIN)/python docs/screenshots.py

# ---- parts of the above ----------------------------------------------------------------------------------------------

lint: web-lint python-lint  ## lint, format, types and import contracts alone, of the pages too

python-lint: $(STAMPS)/dev $(STAMPS)/package  ## lint, format, types and import contracts of the Python code
	@echo "Lint, types and import contracts."
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check --quiet
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo

ui: $(PAGES)  ## the pages alone, where their sources changed

web-lint: $(PAGES)  ## lint and types of the pages
	@echo "Lint and types of the pages."
	@$(BIN)/python hatch_build.py npm run --silent lint
	@$(BIN)/python hatch_build.py npm run --silent typecheck

web-test: $(PAGES)  ## the pages' own tests
	@echo "Tests of the pages."
	@$(BIN)/python hatch_build.py npm run --silent test

TEST_PACKAGES := chromium fonts-liberation

test-deps:  ## system parts that only some tests need, with apt-get
	@missing=""; for package in $(TEST_PACKAGES); do \
	    dpkg-query -W -f '$${Status}' $$package 2>/dev/null | grep -q '^install ok' || missing="$$missing $$package"; \
	done; \
	if [ -z "$$missing" ]; then echo "System parts for the tests are here: $(TEST_PACKAGES)."; exit 0; fi; \
	if ! command -v apt-get >/dev/null; then \
	    echo "This system has no apt-get. Install by its own means:$$missing." >&2; exit 2; fi; \
	as_root=""; [ "$$(id -u)" -eq 0 ] || as_root=sudo; \
	echo "Installing$$missing with apt-get (about a minute)."; \
	$$as_root apt-get -qq update && \
	DEBIAN_FRONTEND=noninteractive $$as_root apt-get -qq install -y --no-install-recommends $$missing >/dev/null

lock:  ## resolve the requirements again; needs uv
	@command -v uv >/dev/null || { echo "Put uv on PATH (pip install uv), then run make lock again." >&2; exit 2; }
	@requirements/lock

clean:  ## remove what the targets above made; the demo's data stays
	rm -rf .venv site web/node_modules src/goodpart/web/static
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

.PHONY: help install demo check test soak docs screenshots lint python-lint ui web-lint web-test test-deps lock clean

# ---- setting up, once ------------------------------------------------------------------------------------------------

$(STAMPS)/venv:
	@command -v "$(PYTHON)" >/dev/null || { \
	    echo "There is no $(PYTHON) on PATH. Install Python 3.11 or newer, or name one: make PYTHON=/path/to/python3" >&2; \
	    exit 2; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	    echo "$(PYTHON) is $$("$(PYTHON)" -V 2>&1); Goodpart needs Python 3.11 or newer." >&2; \
	    echo "Install one, or name one that is there: make PYTHON=python3.12" >&2; exit 2; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { \
	    echo "$(PYTHON) comes without venv and ensurepip." >&2; \
	    echo "On Debian and Ubuntu: apt-get install python3-venv, as root. Then run make again." >&2; exit 2; }
	@echo "Making .venv with $$("$(PYTHON)" -V) (10 s)."
	@"$(PYTHON)" -m venv .venv
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/build: $(REQUIREMENTS)/build.txt | $(STAMPS)/venv
	@echo "Installing the build tools (10 s)."
	@$(PIP) -r $<
	@touch $@

# Nothing else is installed while these are, also where make runs several recipes at once.
$(STAMPS)/run: $(REQUIREMENTS)/server.txt $(REQUIREMENTS)/gateway.txt | $(STAMPS)/node
	@echo "Installing what server and gateway need (2 min)."
	@$(PIP) -r $(REQUIREMENTS)/server.txt -r $(REQUIREMENTS)/gateway.txt
	@touch $@

$(STAMPS)/dev: $(REQUIREMENTS)/dev.txt | $(STAMPS)/node
	@echo "Installing what Goodpart and its tests need (3 min)."
	@$(PIP) -r $<
	@touch $@

# The build hook makes the pages, with the Node on PATH where it is new enough and with this one where not.
$(STAMPS)/node: $(REQUIREMENTS)/node.txt hatch_build.py | $(STAMPS)/build
	@$(BIN)/python hatch_build.py node >/dev/null 2>&1 || { \
	    echo "No Node.js 20.19 or newer on PATH: installing one into .venv (30 s)."; $(PIP) -r $<; }
	@touch $@

$(PAGES): $(PAGE_SOURCES) | $(STAMPS)/node
	@echo "Building the pages (1 min)."
	@$(BIN)/python hatch_build.py
	@touch $@

$(STAMPS)/package: pyproject.toml hatch_build.py | $(PAGES)
	@echo "Installing Goodpart into .venv (5 s)."
	@$(BIN)/python -m pip install --quiet --no-build-isolation --no-deps --editable .
	@touch $@
