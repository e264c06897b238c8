# neighbourhood-equity: set-up, the report, and the checks. `make` lists the targets.

PYTHON ?= python3
VENV ?= .venv
STUDY ?= simulated_city
DATA ?=
OUT ?= reports
WHEEL_ENV := .cache/wheel-env

ifeq ($(OS),Windows_NT)
BIN := Scripts
else
BIN := bin
endif
# Absolute, for recipes that leave the checkout.
PY := $(abspath $(VENV))/$(BIN)/python
WHEEL_PY := $(abspath $(WHEEL_ENV))/$(BIN)/python
RUN := $(VENV)/run.stamp
DEV := $(VENV)/dev.stamp

# Wheels only, each checked against its hash: nothing is built from source at install.
INSTALL := -m pip install --quiet --disable-pip-version-check --no-deps
LOCKED := $(INSTALL) --require-hashes --only-binary :all: --no-compile
# Without compiled bytecode every start of the command compiles its libraries again. Some packages
# ship templates that are not Python, hence the leave to fail.
COMPILE := -m compileall -q -q -j 2

UV := --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
  --no-emit-index-url --no-emit-find-links

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup report test test-slow bench lint types wheel wheel-env smoke lock clean

help: ## list the targets
	@echo 'make report   or   make report STUDY=birmingham DATA=folder OUT=folder'
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(RUN) ## install everything a run needs into .venv, from the hash-pinned lock

report: $(RUN) ## run a study and write its report; the simulated city unless STUDY= and DATA= are given
	$(VENV)/$(BIN)/neighbourhood-equity report "$(STUDY)" $(if $(DATA),--data "$(DATA)") --out "$(OUT)"

test: $(DEV) ## the fast tests
	$(PY) -m pytest

test-slow: $(DEV) ## the long simulations: bias, coverage, size of the tests
	$(PY) -m pytest -m slow

bench: $(DEV) ## timings against named peers
	$(PY) -m pytest -m benchmark

lint: $(DEV) ## format and lint, as checks
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .

wheel: $(DEV) ## build the wheel into dist/
	rm -rf dist build
	$(PY) -m build --wheel --no-isolation .

smoke: wheel-env ## the report from the installed wheel, outside the checkout
	away=$$(mktemp -d) && trap 'rm -rf "$$away"' EXIT && cd "$$away" && \
	"$(dir $(WHEEL_PY))neighbourhood-equity" report --out "$$away" && \
	head -c 5 "$$away/simulated_city/full.pdf" | grep -q '^%PDF-'

types: wheel-env ## strict types, on the installed wheel
	$(WHEEL_PY) $(LOCKED) -r requirements-dev.lock
	cd $(WHEEL_ENV) && $(WHEEL_PY) -m mypy --config-file $(abspath pyproject.toml) -p neighbourhood_equity

lock: ## make both locks anew, for Python 3.11 and newer on Linux, macOS and Windows (needs uv)
	echo 'setuptools>=77' | uv pip compile pyproject.toml - $(UV) --output-file requirements.lock
	echo 'setuptools>=77' | uv pip compile pyproject.toml - $(UV) --extra dev \
	  --constraints requirements.lock --output-file requirements-dev.lock

clean: ## remove what was built and installed here; reports stay
	rm -rf $(VENV) .cache build dist *.egg-info .benchmarks .mypy_cache .pytest_cache .ruff_cache

$(RUN): requirements.lock pyproject.toml
	$(PYTHON) .ci/libraries.py
	@echo 'Installing into $(VENV), a minute or two the first time.'
	$(PYTHON) -m venv $(VENV)
	$(PY) $(LOCKED) -r requirements.lock
	$(PY) $(INSTALL) --no-index --no-build-isolation --editable .
	-@$(PY) $(COMPILE) $(VENV) analysis data models report_templates __init__.py
	$(PY) -c 'import weasyprint'
	touch $@

$(DEV): $(RUN) requirements-dev.lock
	$(PY) $(LOCKED) -r requirements-dev.lock
	-@$(PY) $(COMPILE) $(VENV)
	touch $@

# Always from nothing: it shows that the wheel and the run lock are enough.
wheel-env: wheel
	rm -rf $(WHEEL_ENV)
	$(PYTHON) -m venv $(WHEEL_ENV)
	$(WHEEL_PY) $(LOCKED) -r requirements.lock
	$(WHEEL_PY) $(INSTALL) --no-index dist/*.whl
	-@$(WHEEL_PY) $(COMPILE) $(WHEEL_ENV)
