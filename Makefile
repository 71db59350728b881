# Everything the project is asked to do, in one place. `make help` lists it.
export UV_SYSTEM_CERTS := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(shell command -v uv 2>/dev/null || echo $(BIN)/uv)
DEMO_STORE ?= demo.duckdb

.PHONY: help setup demo test browser spark lint types rules bench calibration fresh requirements clean

help: ## list what make can do
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

setup: $(VENV)/.ready ## make .venv with everything pinned, so that .venv/bin/codebreakers works

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "codebreakers needs Python 3.11 or newer; name one with: make PYTHON=/path/to/python3.12 setup" >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.ready: pyproject.toml requirements/dev.txt requirements/uv.txt | $(VENV)/bin/python
	@[ -x "$(UV)" ] || $(BIN)/python -m pip install --quiet --require-hashes -r requirements/uv.txt
	$(UV) pip sync --quiet --compile-bytecode --python $(BIN)/python --require-hashes requirements/dev.txt
	$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@

demo: setup ## answer the national questions on Example England, or on DATA=folder
	@$(BIN)/codebreakers demo --store $(DEMO_STORE) $(if $(DATA),--data $(DATA))

# The browser that the pages are tested in; without it those tests say that they were skipped.
browser:
	@command -v chromium >/dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && { apt-get install -y -qq chromium >/dev/null 2>&1 || { apt-get update -qq >/dev/null && apt-get install -y -qq chromium >/dev/null; }; }; } || echo "no chromium: tests in a browser are skipped" >&2

# Half a gigabyte, and nothing without Java: it is there for the tests on Spark alone, which say
# otherwise that they were skipped.
spark: setup
	@if ! command -v java >/dev/null; then echo "no Java: tests on Spark are skipped" >&2; \
	elif ! $(BIN)/python -c 'import pyspark' 2>/dev/null; then $(UV) pip install --quiet --python $(BIN)/python --require-hashes -r requirements/spark.txt || echo "pyspark cannot be installed: tests on Spark are skipped" >&2; fi

test: setup ## every check and every test
	@$(MAKE) --no-print-directory -j 2 lint types rules browser spark
	$(BIN)/pytest -n auto --dist loadfile -m "not proof"

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup
	$(BIN)/mypy

rules: setup
	$(BIN)/lint-imports

bench: setup ## the budgets, measured (slower; not part of make test)
	$(BIN)/python -m pytest benchmarks -p no:xdist -p no:cacheprovider -o python_files='bench_*.py' -s

calibration: setup ## hold every interval against made-up countries whose truth is known (slow)
	$(BIN)/pytest -n auto -m proof
	$(BIN)/python -m calibration

fresh: setup ## the tests again, with examples that nobody chose and no run has seen
	$(BIN)/pytest -n auto --dist loadfile -m "not proof" --hypothesis-profile=fresh tests/oracle tests/spec tests/unit

requirements: setup ## pin every version again, with hashes and without index addresses
	$(UV) pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header --extra dev --no-emit-package codebreakers -o requirements/dev.txt pyproject.toml
	$(UV) pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header --extra spark pyproject.toml | awk '/^[a-z]/{keep = /^(py4j|pyspark)==/} keep' > requirements/spark.txt
	grep -A 400 '^uv==' requirements/dev.txt | awk 'NR == 1 || /^ /{print; next} {exit}' > requirements/uv.txt

clean: ## take away what make made
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache $(DEMO_STORE)
