# Every task. `make` alone lists them.
ENV  ?= local
ARGS ?=
NAMES = $(foreach name,$(ENV),'$(name)')
VENV := .venv
PY   := $(VENV)/bin/python
PIP  := $(shell command -v uv >/dev/null 2>&1 && echo uv)

.DEFAULT_GOAL := help
.PHONY: help setup report verify doctor local lab test promises judges peers clients load bench check wheel-test docs screenshot stock lock clean

help: ## this list
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo "  ENV=NAME reads environments/NAME.toml (default: local); ARGS=... goes to the command"
	@echo "  ENV=all, ENV=prod,stage and ENV='prod-*' are several"

setup: $(VENV)/.run ## make .venv and install what running needs

report: $(VENV)/.run ## write a verification report: make report ENV=prod (or all: an index too)
	@$(PY) -m agentcore_probe report $(NAMES) $(ARGS)

verify: $(VENV)/.run ## the same in the terminal, without a notebook
	@$(PY) -m agentcore_probe verify $(NAMES) $(ARGS)

doctor: $(VENV)/.run ## check what a run of ENV needs, without one: make doctor ENV=prod
	@$(PY) -m agentcore_probe doctor $(if $(filter command%,$(origin ENV)),$(NAMES)) $(ARGS)

local: $(VENV)/.run ## keep the embedded AgentCore running for curl, boto3 and notebooks
	@$(PY) -m agentcore_probe local $(ARGS)

lab: $(VENV)/.run ## JupyterLab on the notebooks
	@$(PY) -m jupyterlab --notebook-dir=notebooks $(if $(filter 0,$(shell id -u)),--allow-root) $(ARGS)

test: $(VENV)/.dev ## every test
	@sh tests/install-tools.sh
	@$(PY) -m compileall -q agentcore_probe
	@$(PY) -m agentcore_probe.report.compile_templates
	@PYTHONDONTWRITEBYTECODE= $(PY) -m pytest -m "not slow" $(ARGS)

promises: $(VENV)/.dev ## the tests behind docs/security.md, all worlds, what make test leaves out; in figures
	@FIRST_CALLS=200 $(PY) -m pytest -n 0 --hypothesis-profile=thorough tests/promises tests/worlds tests/judge tests/local/test_load.py $(ARGS)
	@$(PY) -m pytest -m slow --ignore=tests/promises --ignore=tests/worlds --ignore=tests/judge --ignore=tests/peers $(ARGS)

judges: $(VENV)/.dev ## the embedded Gateway and authorization server before the MCP conformance suite and inspector
	@$(PY) -m tests.peers.install node
	@$(PY) -m pytest -n 0 tests/peers/test_judges.py $(ARGS)

peers: $(VENV)/.dev ## beside the servers, issuers, proxies, clients and SDKs of others, in pinned versions; some minutes
	@$(PY) -m tests.peers.install
	@$(PY) -m pytest -n 0 tests/peers --ignore=tests/peers/test_logins.py --ignore=tests/peers/test_client_settings.py $(ARGS)

clients: $(VENV)/.dev ## four MCP clients log in, healthy and with faults: forecast and what they did; some minutes
	@sh tests/install-tools.sh
	@$(PY) -m tests.peers.install node servers clients
	@$(PY) -m pytest -n 0 tests/peers/test_logins.py tests/peers/test_client_settings.py $(ARGS)

load: $(VENV)/.dev ## 50 runs at once, then 30 minutes of reports: nothing fails, nothing grows (ARGS="--minutes 1")
	@$(PY) -m benchmarks.load $(ARGS)

bench: $(VENV)/.dev ## time, processor time and memory beside the peers, 20 minutes (ARGS="--only start"; benchmarks/RESULTS.md)
	@$(PY) -m compileall -q agentcore_probe benchmarks
	@$(PY) -m agentcore_probe.report.compile_templates
	@$(PY) -m benchmarks $(ARGS)

check: $(VENV)/.dev ## lint, types, import directions, notebooks, documents
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/mypy
	@$(VENV)/bin/lint-imports --no-cache
	@$(PY) -m tests.checks
	@$(PY) -m tests.audit

wheel-test: $(VENV)/.run ## build sdist and wheel, and run the wheel's commands in empty environments
	@$(PY) -m tests.packaging.wheel

docs: $(VENV)/.dev ## make the generated pages in docs/ anew (diagnosis, clients, environment, licences), and marks.json
	@$(PY) -m tests.api_page > docs/api.new && mv docs/api.new docs/api.md
	@$(PY) -m agentcore_probe.report.diagnosis_docs > docs/diagnosis.new && mv docs/diagnosis.new docs/diagnosis.md
	@$(PY) -m agentcore_probe.report.clients_docs > docs/clients.new && mv docs/clients.new docs/clients.md
	@$(PY) -m agentcore_probe.environments.reference > docs/environment.new && mv docs/environment.new docs/environment.md
	@$(PY) -m tests.history.page
	@$(PY) -m agentcore_probe.report.draw_marks > agentcore_probe/report/marks.new && mv agentcore_probe/report/marks.new agentcore_probe/report/marks.json
	@{ printf '# Licences\n\nThe licence of every package that is installed to run AgentCore Probe, as the package declares it (`make docs`; pip-licenses).\n\n'; \
		$(VENV)/bin/pip-licenses --format=markdown --with-system --packages \
		$$(sed -n 's/^\([A-Za-z0-9._-]*\)\(\[.*\]\)\{0,1\}==.*/\1/p' requirements.txt); } > docs/licences.new \
		&& mv docs/licences.new docs/licences.md

screenshot: $(VENV)/.dev ## make the README's pictures of the shown report anew
	@sh tests/install-tools.sh
	@$(PY) -m tests.browser.screenshot

stock: $(VENV)/.dev ## our page beside stock nbconvert's, in figures
	@sh tests/install-tools.sh
	@$(PY) -m tests.browser.stock

lock: ## pin the newest versions that fit (needs uv)
	uv pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --extra all --group build pyproject.toml -o requirements.txt
	uv pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --extra all --group build --group dev -c requirements.txt pyproject.toml -o requirements-dev.txt
	for group in tests/peers/requirements/*.in; do uv pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes --no-header --no-annotate $$group -o $${group%.in}.txt; done

clean: ## remove .venv, caches and reports (the shown sample stays)
	@rm -rf $(VENV) .venv-bench .venv-ploomber .peers tests/peers/node_modules build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@git clean -fdqX reports
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Of two makes at once only one sets up: the other waits for the lock, and then looks again what is left to do.
# The lock is on this file; the last process that holds it open ends it.
ifndef SETUP_LOCKED
LOCKED := python3 -c 'import fcntl, os, sys; lock = open("Makefile", "r+"); os.set_inheritable(lock.fileno(), True); \
	fcntl.flock(lock, fcntl.LOCK_EX); os.execvp(sys.argv[1], sys.argv[1:])'

$(VENV)/.run: requirements.txt pyproject.toml setup.py
$(VENV)/.dev: requirements-dev.txt $(VENV)/.run
$(VENV)/.run $(VENV)/.dev:
	@$(LOCKED) $(MAKE) --quiet --no-print-directory SETUP_LOCKED=1 $@
else
$(VENV)/bin/python:
	@echo "Making $(VENV) ..."
ifeq ($(PIP),uv)
	@uv venv -q --python python3 $(VENV)
else
	@python3 -m venv $(VENV)
endif

# The stamp is made last, so that a set-up that was interrupted is done again.
$(VENV)/.run: requirements.txt pyproject.toml setup.py | $(VENV)/bin/python
	@echo "Installing what AgentCore Probe needs (once) ..."
ifeq ($(PIP),uv)
	@uv pip install -q --compile-bytecode --python $(PY) --require-hashes -r requirements.txt
	@uv pip install -q --python $(PY) --no-deps --no-build-isolation -e .
else
	@$(PY) -m pip install -q --disable-pip-version-check --require-hashes -r requirements.txt
	@$(PY) -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
endif
	@$(PY) -m compileall -q agentcore_probe
	@$(PY) -m agentcore_probe.report.compile_templates
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.run
	@echo "Installing what the tests and checks need (once) ..."
ifeq ($(PIP),uv)
	@uv pip install -q --compile-bytecode --python $(PY) --require-hashes -r requirements-dev.txt
else
	@$(PY) -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.txt
endif
	@touch $@
endif
