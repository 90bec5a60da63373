# Everything runs from .venv, which `make` builds from the locks by itself: first what runs, and for
# the tests and checks what they need on top.

SHELL := /bin/sh
.DEFAULT_GOAL := help

IS_SUPPORTED := import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))
# A name on the path may be a stub that cannot run, so each candidate is asked.
PYTHON ?= $(shell for python in python3.11 python3.12 python3.13 python3; do \
	if $$python -c '$(IS_SUPPORTED)' 2>/dev/null; then echo $$python; break; fi; done)

# The tests start hundreds of processes, which else would compile all modules again.
unexport PYTHONDONTWRITEBYTECODE

BIN := .venv/bin
RUNS := .venv/installed
READY := .venv/developed

# What pip says is shown only if it fails; a dot is a package that it has fetched.
PIP_INSTALL := $(BIN)/python -m pip install --disable-pip-version-check --no-input
install = printf '%s ' $(1); rm -f $@; \
	{ $(PIP_INSTALL) $(2) 2>.venv/pip-errors && touch $@; } | while read -r word _; do \
		case "$$word" in Collecting|Processing) printf .;; Installing) printf ' unpacking';; esac; \
	done; echo; test -e $@ || { cat .venv/pip-errors >&2; exit 1; }

.PHONY: coast screenshots help demo graphiql test test-fast nightly services soak fuzz check lint bench schema \
	words migrate lock clean

help:
	@echo 'make demo       start the service with sample orders'
	@echo 'make graphiql   fetch the libraries of the GraphiQL page, which then works offline (needs npm)'
	@echo 'make test-fast  run the quick tests on SQLite, while you write'
	@echo 'make lint       check format, lint, types, import rules and known vulnerabilities'
	@echo 'make test       run all tests: on SQLite, then on PostgreSQL and Redis'
	@echo 'make check      run make lint, then make test'
	@echo 'make nightly    run all tests with all their examples, then make fuzz and make soak'
	@echo 'make soak       inject random faults for MINUTES=20, chosen by SEED=1'
	@echo 'make fuzz       send generated operations for MINUTES=20 to each engine, chosen by SEED=1'
	@echo 'make bench      measure the service beside hand-written programs'
	@echo 'make services   install the servers and the browser of the tests where they are missing'
	@echo 'make coast      write the coast lines of the route picture (needs npm)'
	@echo 'make screenshots  take the pictures of the documentation again'
	@echo 'make migrate    bring the database up to date'
	@echo 'make schema     write schema.graphql'
	@echo 'make words      extract the messages for translators into the catalogs of each language'
	@echo 'make lock       pin the dependencies of pyproject.toml again'
	@echo 'make clean      remove .venv, caches and the demo data'

demo: $(RUNS)
	@echo 'Starting the demo'
	@$(BIN)/whereabouts demo

graphiql:
	npm ci --prefix web/graphql/graphiql_assets --ignore-scripts --no-audit --no-fund

# Each worker starts servers of its own, so more of them help as far as there are cores, and one
# more: a worker waits for a part of its time.
WORKERS ?= 3
PYTEST := $(BIN)/pytest --numprocesses $(WORKERS) --durations 20

test: services
	$(PYTEST) --engine sqlite
	$(PYTEST) --engine postgres

test-fast: $(READY)
	$(PYTEST) --engine sqlite -m 'not slow' --hypothesis-profile dev

# Questions and examples differ from night to night; a failure says how to repeat it.
nightly: PLAN_SEED ?= $(shell date +%Y%m%d)
nightly: NIGHTLY := $(PYTEST) --hypothesis-profile nightly --timeout 300
nightly: services
	PLAN_SEED=$(PLAN_SEED) $(NIGHTLY) --engine sqlite
	PLAN_SEED=$(PLAN_SEED) $(NIGHTLY) --engine postgres
	$(MAKE) fuzz SEED=$(PLAN_SEED) MINUTES=10
	$(MAKE) soak SEED=$(PLAN_SEED)

services: $(READY)
	@$(BIN)/python -m devservices

# The same seed gives the same faults in the same order.
MINUTES ?= 20
SEED ?= 1
soak: services
	$(BIN)/python -m tests.faults --minutes $(MINUTES) --seed $(SEED)

fuzz: services
	$(BIN)/python -m tests.fuzzing --engine sqlite --minutes $(MINUTES) --seed $(SEED)
	$(BIN)/python -m tests.fuzzing --engine postgres --minutes $(MINUTES) --seed $(SEED)

check: lint test

lint: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python .ci/javascript_types.py
	$(BIN)/python .ci/audit.py requirements.txt

bench: services
	$(BIN)/python -m benchmarks.imports --quick
	$(BIN)/python -m benchmarks.ingest --quick
	$(BIN)/python -m benchmarks.fanout --quick
	$(BIN)/python -m benchmarks.reads --quick
	$(BIN)/python -m benchmarks.stats --quick
	$(BIN)/python -m benchmarks.deadlines --rounds 5
	$(BIN)/python -m benchmarks.link_proofs --rounds 200
	$(BIN)/python -m benchmarks.connection_pools --rounds 5
	$(BIN)/python -m benchmarks.access_paths --quick
	$(BIN)/python -m benchmarks.attacks --quick
	$(BIN)/python -m benchmarks.access --quick
	$(BIN)/python -m benchmarks.pages --quick

# Written beside and moved, so a failure leaves the committed file as it was.
schema: $(RUNS)
	$(BIN)/whereabouts schema > schema.graphql.new || { rm -f schema.graphql.new; exit 1; }
	mv schema.graphql.new schema.graphql

# What pages and messages say, with the translators' comments, which begin with "Translators:".
# A message that has changed loses its translation: a guess from a similar one could be false.
WORDS := language/locale/messages.pot
EXTRACT := $(BIN)/pybabel -q extract --mapping-file=pyproject.toml --add-comments=Translators: \
	--strip-comment-tags --add-location=file --sort-by-file --width=100 --project=Whereabouts \
	--version=0.1.0 \
	--header-comment='\# The messages of Whereabouts, for translators: made by "make words".' \
	--keyword=message:1 --keyword=context_message:1c,2 --keyword=plural_message:1,2
words: $(READY)
	$(EXTRACT) --output-file=$(WORDS).new language portal web/pages
	mv $(WORDS).new $(WORDS)
	for code in en de fr es it nl pl pt_BR ar; do \
		$(BIN)/pybabel -q update --input-file=$(WORDS) --locale=$$code --init-missing \
			--output-file=language/locale/$$code/messages.po --no-fuzzy-matching \
			--ignore-pot-creation-date --width=100 || exit 1; \
	done

# The land comes from Natural Earth, which the package carries in a format of its own.
ATLAS := 2.0.2
coast: $(READY)
	folder=$$(mktemp -d) && npm pack --silent --pack-destination $$folder world-atlas@$(ATLAS) && \
		tar -xzf $$folder/world-atlas-$(ATLAS).tgz -C $$folder && \
		$(BIN)/python -m devservices.coast_lines $$folder/package/land-110m.json \
			portal/coast_lines.txt && rm -r $$folder

screenshots: services
	$(BIN)/python -m tests.pages.screenshots docs/screenshots

migrate: $(RUNS)
	$(BIN)/whereabouts migrate

# The locks are made with the oldest supported Python (3.11.0 to 3.11.2 need a package that later
# ones do not), so that they hold for all of them: make clean lock PYTHON=/usr/bin/python3.11
# Each is constrained by the one before, so that installing it on top changes no version.
PIP_COMPILE := $(BIN)/pip-compile --quiet --generate-hashes --strip-extras --no-annotate \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host
SERVICES := import tomllib; project = tomllib.load(open("pyproject.toml", "rb")); \
	print(*project["dependency-groups"]["services"], sep="\n")
lock: $(READY)
	$(PIP_COMPILE) --output-file=requirements.txt pyproject.toml
	$(PIP_COMPILE) --constraint=requirements.txt --extra=simulator --build-deps-for=editable \
		--allow-unsafe --output-file=requirements-demo.txt pyproject.toml
	$(PIP_COMPILE) --constraint=requirements-demo.txt --extra=dev \
		--allow-unsafe --output-file=requirements-dev.txt pyproject.toml
	$(BIN)/python -c '$(SERVICES)' | $(PIP_COMPILE) --output-file=requirements-services.txt -

clean:
	rm -rf .venv .demo build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis \
		.import_linter_cache schema.graphql.new tests/clients/node_modules tests/pages/node_modules \
		web/graphql/graphiql_assets/node_modules
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/created:
	@test -n "$(PYTHON)" || { echo >&2 'whereabouts needs Python 3.11, 3.12 or 3.13 with its venv module' \
		'(Debian: apt-get install python3 python3-venv), or say where: make PYTHON=/path/to/python3.11'; exit 1; }
	@$(PYTHON) -c '$(IS_SUPPORTED)' || { echo >&2 '$(PYTHON) is not Python 3.11, 3.12 or 3.13 with its venv module'; exit 1; }
	@echo 'Making the environment .venv with $(PYTHON)'
	@$(PYTHON) -m venv --clear .venv
	@touch $@

.venv/locked: requirements-demo.txt .venv/created
	@$(call install,'Fetching what runs',--require-hashes -r requirements-demo.txt)

# Apart from the lock's stamp: a new command or setting needs this second, not a new .venv.
# setuptools comes from the lock, so the build may not fetch its own.
.venv/installed: .venv/locked pyproject.toml
	@$(call install,'Installing whereabouts',--no-deps --no-build-isolation --editable .)

# What runs is there before; when it changes, nothing of this needs to be installed again.
.venv/developed: requirements-dev.txt | .venv/installed
	@$(call install,'Fetching what tests and checks need',--require-hashes -r requirements-dev.txt)
