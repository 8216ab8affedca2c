# What a developer types. Everything runs in .venv, which `make install` makes.
PY := .venv/bin

install:  ## virtual environment with everything
	python3 -m venv .venv && $(PY)/pip install -c requirements.lock -e '.[dev]' --config-settings editable_mode=strict

format:  ## rewrite in the house style
	$(PY)/ruff check --fix . && $(PY)/ruff format .

lint:
	$(PY)/ruff check . && $(PY)/ruff format --check .

types:  ## strict; the strict editable install links real files, which mypy can follow
	$(PY)/mypy -p chartwarden.agent -p chartwarden.tools

# Compiled files are kept: without them each process of the suite, and each that a test starts, compiles everything anew.
test coverage: export PYTHONDONTWRITEBYTECODE =

test:  ## in two processes; each takes over a share of what the other has not begun
	$(PY)/pytest -n 2 --dist worksteal

slow:  ## fault, soak and full-set runs
	$(PY)/pytest -m 'slow'

coverage:
	$(PY)/pytest -n 2 --dist worksteal --cov --cov-report=term-missing:skip-covered

mutation:  ## how many small damages to gate, grounding, audit, lock and search their tests notice
	$(PY)/python bench/mutation.py --survivors

# Synthea R4 Bundles, for the record store.
RECORDS ?= ../shared/data/synthea-r4

bench:  ## every bench prints the machine, the data and the rival; those of the gate and of real models are commands of their own
	for name in questions agent audit "planning economy" engine images mcp_sessions; do \
	  set -- $$name; echo "== $$name"; $(PY)/python bench/$$1.py $$2 || exit 1; done
	folder=$$(mktemp -d) && echo "== store" && $(PY)/python bench/replicate.py $(RECORDS) $$folder --copies 1 \
	  && $(PY)/python bench/store.py $$folder --store sqlite:///$$folder/records.db; rm -rf "$$folder"

docs:  ## make the generated pages again
	$(PY)/python -m chartwarden.agent.configuration > docs/configuration.md

docs-check:  ## examples run, commands and links exist, the generated page is fresh
	$(PY)/pytest tests/test_documentation.py tests/test_integrations_examples.py

lock:  ## pin what the tests ran with, for every platform; then run the tests before committing it
	$(PY)/uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 --upgrade \
	  --custom-compile-command "make lock" -o requirements.lock

fixtures:  ## make the made-up patients again; the bytes must not change
	$(PY)/python -m chartwarden.fhir_fixtures.make

.PHONY: install format lint types test slow coverage mutation bench docs docs-check lock fixtures
