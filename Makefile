# `make run` and `make test` need Python 3.11 or newer, make and a package index; everything else they install.
VENV ?= .venv
PYTHON ?= python3
BIN := $(VENV)/bin

.PHONY: run test check bench lock docs site notebooks fuzz invariants audit newest clean

run: $(VENV)/.installed
	$(BIN)/dvextract run seeds/

test: $(VENV)/.installed-dev check
	$(BIN)/pytest

check: $(VENV)/.installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: $(VENV)/.installed-dev
	$(BIN)/python benchmarks/speed.py $(PAGES)
	$(BIN)/python benchmarks/scaling.py --times 1 10
	$(BIN)/python benchmarks/quality.py

docs: $(VENV)/.installed-dev
	$(BIN)/python docs/generate.py

# The site of docs/, in build/site; a warning is an error.
site: $(VENV)/.installed-dev
	$(BIN)/mkdocs build --strict

notebooks: $(VENV)/.installed-dev
	$(BIN)/python notebooks/execute.py

# Writes both lock files anew from pyproject.toml, for every supported Python version and platform; what both hold is of
# one version, which must suit the packages that only developers have.
lock: $(VENV)/.installed-dev
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes --no-header --upgrade -o requirements-dev.lock
	$(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header -c requirements-dev.lock -o requirements.lock

# Ten thousands of bad inputs, some minutes; failing ones are kept in $$TMPDIR/dvextract-fuzz.
fuzz: $(VENV)/.installed-dev
	$(BIN)/python benchmarks/fuzz.py --cases 5000

# Whether what is promised of every run holds of the one in RUN.
RUN ?= data/out
invariants: $(VENV)/.installed-dev
	$(BIN)/python benchmarks/invariants.py $(RUN)

# Known faults of the pinned dependencies; asks the advisory database of the package index, so it needs the network.
audit:
	$(PYTHON) -m venv build/audit
	build/audit/bin/pip install --quiet pip-audit
	build/audit/bin/pip-audit --require-hashes --disable-pip -r requirements.lock
	build/audit/bin/pip-audit --require-hashes --disable-pip -r requirements-dev.lock

# The tests with the newest versions that pyproject.toml allows, in an environment of their own. For every night: a
# dependency that changes a row fails tests/drift, before a new lock file brings it to anybody.
newest:
	rm -rf build/newest
	$(PYTHON) -m venv build/newest
	build/newest/bin/python -m pip install --quiet --upgrade --upgrade-strategy eager --editable '.[dev]'
	build/newest/bin/python -m pip freeze --exclude-editable > build/newest/versions.txt
	build/newest/bin/pytest

# What is compiled where the package is installed: when it changes, the package is installed again.
COMPILED := hatch_build.py $(wildcard src/dvextract/_*.pyx src/dvextract/*/_*.pyx src/dvextract/*/*.h)

$(VENV)/.installed: requirements.lock pyproject.toml $(COMPILED)
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --editable .
	touch $@

$(VENV)/.installed-dev: requirements-dev.lock pyproject.toml $(COMPILED)
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --no-deps --editable .
	touch $(VENV)/.installed $@

clean:
	rm -rf $(VENV) data/out/* build .mypy_cache .ruff_cache .pytest_cache
