# `make` sets everything up, injects every known fault, trains every pair, and writes reports/;
# `make test` runs the tests.
# Needs Python 3.11–3.13 with venv, and nothing else. MNIST: set MNIST_DIR, or let it be downloaded.

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready
UV := $(shell command -v uv 2>/dev/null)
ifneq ($(UV),)
INSTALL := $(UV) pip install --quiet --compile-bytecode --python $(BIN)/python
else
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
endif
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	"$$p" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' 2>/dev/null \
	&& { echo "$$p"; break; }; done)

.PHONY: run test test-all bench lint lock clean

run: $(READY)
	@$(BIN)/twins faults
	@$(BIN)/twins run

test: $(READY)
	$(BIN)/python -m pytest -q -n auto --dist worksteal -m "not slow"

test-all: $(READY)
	$(BIN)/python -m pytest -q -n auto --dist worksteal

# PyTorch, JAX and numba are no part of the suite; for Linux PyTorch's wheel is that for graphics
# cards, some GB, as its processor build is in no package index but its own.
bench: $(READY)
	@$(INSTALL) --require-hashes -r requirements-bench.lock
	@$(BIN)/twins bench

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# The lock names packages, versions and hashes, and never an index.
lock:
	uv pip compile pyproject.toml --extra dev --universal --generate-hashes --no-header \
		--python-version 3.11 --output-file requirements.lock $(if $(UPGRADE),--upgrade)
	uv pip compile pyproject.toml --extra bench --universal --generate-hashes --no-header \
		--python-version 3.11 --constraint requirements.lock \
		--output-file requirements-bench.lock $(if $(UPGRADE),--upgrade)

clean:
	rm -rf $(VENV) build *.egg-info reports/.store

$(READY): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "No Python 3.11, 3.12 or 3.13 found (TensorFlow has no wheels for others). Install one, or name it: make PYTHON=/path/to/python3.12" >&2; exit 3; }
	@echo "Setting up .venv with $(PYTHON): a minute or two"
ifneq ($(UV),)
	@$(UV) venv --quiet --allow-existing --python $(PYTHON) $(VENV)
else
	@$(PYTHON) -m venv $(VENV)
endif
	@$(INSTALL) --require-hashes -r requirements.lock
	@$(INSTALL) --no-deps --no-build-isolation -e .
	@touch $(READY)
