# What people and CI type. Every tool comes from .venv, made here from hash-locked requirements.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules --no-print-directory
.NOTPARALLEL: # what stands first in a list is done first

PYTHON ?= python3
BIN := $(CURDIR)/.venv/bin
export PATH := $(BIN):$(PATH)
export PYTHONDONTWRITEBYTECODE := 1

LOCKS := requirements/deploy.txt requirements/build.txt requirements/dev.txt apps/loadgen/requirements.txt
ENVIRONMENTS ?= prod dev qa
DURATION ?= 5m
INVENTORIES := $(ENVIRONMENTS:%=--inventory inventories/%) --inventory .lab/sightline/inventory.yml

# How a recipe ends when it cannot go on: what is wrong, and what to type.
refuse = { echo "error: $(1)" >&2; echo "  → $(2)" >&2; exit 1; }

.PHONY: help
help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: root
root:
	@[ "$$(id -u)" = 0 ] || $(call refuse,hosts need root,sudo make $(MAKECMDGOALS))

.PHONY: prerequisites vagrant-prerequisites
prerequisites: LISTS := requirements/debian.txt lab/packages.txt
vagrant-prerequisites: LISTS := tests/vagrant/packages.txt
prerequisites: ## Install the Debian packages that the lab and the tests need (as root)
prerequisites vagrant-prerequisites:
	@command -v dpkg-query >/dev/null || \
	  $(call refuse,this needs Debian; elsewhere virtual machines run the same hosts,vagrant up)
	@PACKAGES="$$(cat $(LISTS))"; \
	if dpkg-query --show $$PACKAGES >/dev/null 2>&1; then exit 0; fi; \
	[ "$$(id -u)" = 0 ] || $(call refuse,installing packages needs root,sudo make $@); \
	echo "Installing $$PACKAGES …" | tr '\n' ' ' >&2; echo >&2; \
	export DEBIAN_FRONTEND=noninteractive; \
	{ apt-get -qq update && \
	  apt-get -qq install --yes --no-install-recommends $$PACKAGES >/dev/null; } || \
	  $(call refuse,apt-get did not install the packages for the reason above,mend that and type: make $@)

.PHONY: tools
tools: .venv/locked ## Make .venv from the locked requirements

.venv/locked: $(LOCKS) apps/loadgen/pyproject.toml
	@echo "Making .venv …" >&2
	@command -v "$(PYTHON)" >/dev/null || \
	  $(call refuse,there is no program '$(PYTHON)',make PYTHON=python3.11 …)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  $(call refuse,Python 3.11 or newer is needed,make PYTHON=python3.11 …)
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || \
	  $(call refuse,$(PYTHON) has no venv,apt-get install --yes python3-venv)
	@$(PYTHON) -m venv --clear .venv
	@pip --disable-pip-version-check --quiet install --require-hashes $(LOCKS:%=-r %) || \
	  $(call refuse,pip did not install the tools for the reason above,see that the package registry answers (PIP_INDEX_URL) and type: make tools)
	@uv pip install --quiet --no-deps --no-build-isolation --editable apps/loadgen
	@touch $@

apps/api/.venv/locked: apps/api/requirements.txt requirements/dev.txt .venv/locked
	@echo "Making apps/api/.venv …" >&2
	@$(PYTHON) -m venv --clear --without-pip apps/api/.venv
	@uv pip install --quiet --python apps/api/.venv/bin/python -r apps/api/requirements.txt \
	  --constraint requirements/dev.txt pytest schemathesis types-cachetools
	@touch $@

PAGES := apps/dashboard/node_modules/.modules.yaml

$(PAGES): apps/dashboard/package.json apps/dashboard/pnpm-lock.yaml .venv/locked
	@echo "Fetching the dashboard's packages …" >&2
	@python -m artifacts pnpm install --frozen-lockfile --silent
	@touch $@

.PHONY: artifacts
artifacts: tools ## Build what is missing of the third-party programs and check what is there
	@python -m artifacts build

.PHONY: possible
possible: tools
	@python -m lab check

.PHONY: demo
demo: root prerequisites tools possible artifacts ## Four real hosts with live traffic on this machine (as root)
	@python -m lab up
	@ansible-playbook $(INVENTORIES) site.yml
	@python -m lab forward
	@python -m lab.demo

.PHONY: demo-down
demo-down: tools ## Stop the demo and remove its hosts
	@python -m lab down

.PHONY: load
load: tools ## Watch the demo's customers for DURATION (5m), with the figures of every route
	@python -m lab.load --duration $(DURATION)

.PHONY: scenario
scenario: tools ## Play the scenario NAME on the demo and prove what is seen of it
	@python -m tests.scenarios $(NAME)

.PHONY: demo-incident
demo-incident: tools ## Walk through one incident on the demo, explained as it happens
	@python -m tests.scenarios prod-latency --explain

.PHONY: screenshots
screenshots: tools ## Take pictures of the demo's dashboard while prod is slow, for docs/images
	@python -m tests.e2e.screenshots

.PHONY: verify
verify: tools ## Ask every service of the demo whether it is ready
	@ansible-playbook $(INVENTORIES) playbooks/verify.yml

.PHONY: lint
lint: tools apps/api/.venv/locked $(PAGES) ## Style and types
	@python -m tests.run lint

.PHONY: unit
unit: tools apps/api/.venv/locked $(PAGES) ## Tests that need no hosts
	@python -m tests.run unit

.PHONY: test
test: root prerequisites tools apps/api/.venv/locked $(PAGES) artifacts ## Everything that CI runs: lint, unit, four real hosts
	@python -m tests.run lint unit hosts molecule

.PHONY: test-long
test-long: root prerequisites tools apps/api/.venv/locked artifacts ## What takes long: every interruption, builds from empty caches
	@python -m tests.run long

.PHONY: test-vagrant
test-vagrant: root vagrant-prerequisites tools artifacts ## The Vagrantfile for real: two machines, emulated (as root)
	@python -m tests.vagrant

.PHONY: bench
bench: tools apps/api/.venv/locked $(PAGES) artifacts ## Telemetry, loadgen, queries, charts, viewers: costs and bounds (as root)
	@cd apps/api && PYTHONPATH=src:../..:bench .venv/bin/python bench/telemetry_cost.py
	@cd apps/loadgen && PYTHONPATH=src:../.. python bench/against_locust.py
	@python -m tests.benchmarks.queries
	@python -m artifacts pnpm run bench
	@pytest -q -s tests/dashboard -k forty_viewers

.PHONY: lock
lock: tools ## Pin the newest versions that the .in files allow
	@for name in deploy build dev; do \
	  (cd requirements && uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	    --no-emit-index-url --no-annotate --upgrade $$name.in -o $$name.txt); done
	@for app in api loadgen loadgen/bench; do \
	  (cd apps/$$app && uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	    --no-emit-index-url --no-annotate --upgrade requirements.in -o requirements.txt); done

.PHONY: clean
clean: ## Remove what was made here; the cache in your home stays
	@rm -rf .venv apps/api/.venv apps/dashboard/node_modules apps/dashboard/dist .logs .mypy_cache .ruff_cache .pytest_cache .hypothesis .ansible
