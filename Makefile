# Needs Python 3.11 to 3.13 with venv and pip; everything else is installed into .venv.
PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/.installed
SYSTEM_PACKAGES := openssh-server postgresql postgresql-client default-jre-headless libpostgresql-jdbc-java minisign chromium nginx \
	bubblewrap iproute2 redis-server
# Without libharfbuzz-subset0 a PDF holds the moment at which it is made, so a release cannot be reproduced.
PDF_PACKAGES := libpangoft2-1.0-0 libharfbuzz-subset0
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header

SBOM := .local/sbom.cdx.json

.PHONY: help install demo up down check test test-fast test-system screenshots bench docs lock sbom audit
.DEFAULT_GOAL := help

help: ## show this
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 20

install: $(INSTALLED) ## set up .venv from requirements.lock

demo: $(INSTALLED) ## walk through 27 made-up months to a published national release
	@$(BIN)/gi-monitor demo

up: $(INSTALLED) ## start Airflow with its web page and leave it watching the inbox
	@$(BIN)/gi-monitor up

down: $(INSTALLED) ## stop Airflow and the database
	@$(BIN)/gi-monitor down

check: $(INSTALLED) ## lint, types, SQL style, import layers
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/sqlfluff lint dbt_project
	$(BIN)/lint-imports

test: $(INSTALLED) ## run all tests but those of test-system; the ten slowest at the end
	$(BIN)/pytest --durations=10 --junitxml=.local/tests.xml

test-fast: $(INSTALLED) ## run the tests that need no warehouse of their own, and the unit tests of the models
	$(BIN)/pytest tests/unit tests/dags tests/dbt -m "fast or not warehouse"

test-system: $(INSTALLED) ## test against real servers; installs the Debian packages that they need
	@dpkg --status $(SYSTEM_PACKAGES) >/dev/null 2>&1 || \
		{ apt-get update && apt-get install --yes --no-install-recommends $(SYSTEM_PACKAGES); }
	$(BIN)/pytest tests/system --junitxml=.local/tests-system.xml

screenshots: $(INSTALLED) ## picture every page of the last release into .local/screenshots, with Debian's chromium
	$(BIN)/python -m tests.screenshots

bench: $(INSTALLED) ## measure every stage at one and ten times the country, in some ten minutes
	$(BIN)/python -m tests.bench

docs: $(INSTALLED) ## write again what is made of contracts/ and indicators/
	$(BIN)/python -m gi_monitor.rule_pages
	$(BIN)/python -m gi_monitor.dictionary

lock: $(INSTALLED) ## pin dependencies anew, after a change in pyproject.toml
	$(COMPILE) --group dev pyproject.toml -o requirements.lock
	$(COMPILE) --group stack pyproject.toml -c requirements.lock -o requirements-stack.lock
	$(COMPILE) --group pyproject.toml:check -c requirements.lock -o requirements-check.lock
	$(COMPILE) --group pyproject.toml:uv -o requirements-uv.lock

sbom: $(INSTALLED) ## write which packages the image is made of, as CycloneDX, into .local/sbom.cdx.json
	@mkdir -p $(dir $(SBOM))
	$(BIN)/cyclonedx-py requirements requirements-stack.lock --pyproject pyproject.toml --output-reproducible -o $(SBOM)

audit: $(INSTALLED) ## ask which of those packages are known to be vulnerable; needs the internet
	$(BIN)/uv tool run pip-audit==2.10.1 --require-hashes --disable-pip --requirement requirements-stack.lock

$(INSTALLED): requirements.lock requirements-uv.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || \
		{ echo "make: $(PYTHON) is not Python 3.11, 3.12 or 3.13; name one: make PYTHON=/path/to/python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' || \
		{ echo "make: $(PYTHON) has no venv; on Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	@$(PYTHON) -c 'import ctypes.util as of, sys; sys.exit(not all(map(of.find_library, ["pangoft2-1.0", "harfbuzz-subset"])))' || \
		{ apt-get update && apt-get install --yes --no-install-recommends $(PDF_PACKAGES); } || \
		{ echo "make: the PDF of a release needs Pango and HarfBuzz; on Debian and Ubuntu, as root: apt-get install $(PDF_PACKAGES)" >&2; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements-uv.lock
	$(BIN)/uv pip sync --python $(BIN)/python --require-hashes --compile-bytecode requirements.lock
	$(BIN)/uv pip install --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $(INSTALLED)
