# Two commands on a fresh machine: `make demo` shows the product, `make test` proves it. Both do all set-up by themselves.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test setup lock clean

demo: $(VENV)/.runs
	@$(BIN)/monitor demo --out demo

test: $(VENV)/.tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy monitor
	$(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile

setup: $(VENV)/.runs

$(VENV)/.runs: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "monitor needs Python 3.11 or newer; say make PYTHON=python3.11"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "python3-venv is missing; install it (Debian: apt-get install python3-venv)"; exit 1; }
	@$(BIN)/pip install --quiet --require-hashes -r requirements.lock
	@$(BIN)/pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.tests: $(VENV)/.runs requirements-test.lock
	@$(BIN)/pip install --quiet --require-hashes -r requirements-test.lock
	@touch $@

# The locks hold hashes and no addresses: an install tomorrow is the install of today.
lock: $(VENV)/.runs
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		--group build --extra encoder pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		--group dev --extra postgresql --extra encoder -c requirements.lock pyproject.toml -o requirements-test.lock

clean:
	rm -rf $(VENV) demo
