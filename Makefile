# All that a person or CI does here. `make` alone lists the targets.

.DEFAULT_GOAL := help
.PHONY: help setup check test demo bench fuzz format clean
BIN := .venv/bin
CODE := $(wildcard src tests benchmarks)
DEMO := out/fediflow
ROUNDS ?= 10
CASES ?= 100000
DESIGNS ?= 1000

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-7s %s\n", $$1, $$2}' Makefile

setup: ## create .venv with dbwright and its pinned tools
	@scripts/setup

check: setup ## style, types, house rules, and that generated files are up to date
	$(BIN)/ruff check $(CODE)
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/mypy
	$(BIN)/pytest -q tests/house

test: setup ## all tests, on real servers (as root, installs what they need from Debian)
	@scripts/setup-debian
	@scripts/setup-npm
	$(BIN)/pytest -n 2

demo: setup ## prove the FediFlow design on a real server and build its site
	$(BIN)/dbwright prove examples/fediflow/fediflow.design.yaml -o $(DEMO)
	@find "$(CURDIR)/$(DEMO)" -maxdepth 2 -name index.html -exec echo 'Open in a browser: file://{}' \;

bench: setup ## run every benchmark, then tell which missed a promise
	@missed=; for file in $(wildcard benchmarks/*.py); do \
	  echo "== $$file"; $(BIN)/python "$$file" || missed="$$missed $$file"; done; \
	  if [ -n "$$missed" ]; then echo "a promise is missed in:$$missed"; exit 1; fi

fuzz: setup ## run property tests ROUNDS times, theory, mining and robustness on CASES cases, rows of DESIGNS designs; fresh seeds
	@for round in $$(seq $(ROUNDS)); do \
	  $(BIN)/pytest -q tests/properties --hypothesis-seed="$$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')" || exit 1; done
	DBWRIGHT_CASES=$(CASES) DBWRIGHT_SEED="$$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')" \
	  $(BIN)/pytest -q tests/properties/test_theory.py tests/properties/test_mining.py tests/properties/test_robustness.py
	DBWRIGHT_EXAMPLES=$(DESIGNS) $(BIN)/pytest -q tests/server/test_data_random_designs.py

format: setup ## format the code and mend what ruff can mend
	$(BIN)/ruff check --fix $(CODE)
	$(BIN)/ruff format $(CODE)

clean: ## remove all that make created
	rm -rf .venv node_modules out build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
