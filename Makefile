# make demo    compose, render and check the sample issue
# make test    run every test
# make bench   measure the speed that is promised
# make lint    ruff, mypy, import-linter
# make clean   remove everything that these made
#
# Each works alone, in any order, as often as you like. PYTHON names another interpreter,
# PYTEST_ARGS and BENCH_ARGS go to pytest and to the bench.

PYTHON ?= python3
PYTEST_ARGS ?= -n auto
BENCH_ARGS ?=
BIN := .venv/bin

.PHONY: help demo test bench lint clean run-environment dev-environment
.NOTPARALLEL:

help:
	@sed -n '/^$$/q;s/^# //p' Makefile

demo: run-environment
	@sh .ci/demo

test: dev-environment
	@$(BIN)/python -m pytest $(PYTEST_ARGS)

bench: dev-environment
	@$(BIN)/python -m bench $(BENCH_ARGS)

lint: dev-environment
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/lint-imports

run-environment:
	@sh .ci/environment "$(PYTHON)" run

dev-environment:
	@sh .ci/environment "$(PYTHON)" dev

clean:
	@rm -rf .venv .digest dist build .pytest_cache .hypothesis .mypy_cache .ruff_cache .import_linter_cache tests/tools/node_modules
	@find digest tests bench -name __pycache__ -type d -prune -exec rm -rf {} +
