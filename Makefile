PYTHON ?= $(firstword $(foreach name,python3 python3.14 python3.13 python3.12 python3.11,\
	$(shell $(name) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' 2>/dev/null && echo $(name))))
BIN := .venv/bin
APT := $(if $(filter 0,$(shell id -u)),,sudo -n )apt-get
# Everything that is served here listens on loopback, and Slack's client would ask a proxy for it.
DIRECT := env -u http_proxy -u https_proxy -u HTTP_PROXY -u HTTPS_PROXY -u all_proxy -u ALL_PROXY

# Databases of tests keep nothing: where memory has room for them, a slow disk cannot hold up what they are asked.
IN_MEMORY := $(shell test "$$(df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 {print $$4}')" -gt 4000000 2>/dev/null && echo TMPDIR=/dev/shm)

.DEFAULT_GOAL := help
.PHONY: help demo test bench profile year chaos lock format browser

help: ## what can be made
	@sed -n 's/^\([a-z]*\):.*## /make \1  — /p' $(MAKEFILE_LIST)

demo: .venv/installed ## Baton beside a stand-in Slack workspace, in your browser
	@$(DIRECT) $(BIN)/baton demo

test: .venv/installed browser ## lint, types, import rules and every test
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(DIRECT) $(IN_MEMORY) $(BIN)/pytest -n 3 --dist worksteal # one more than two cores: tests wait now and then

bench: .venv/installed ## every promise about speed, measured beside its floor; BENCH=--quick for minutes, --full for hours
	@$(DIRECT) $(BIN)/python -W ignore -m bench $(BENCH)

profile: .venv/installed ## where the time of OF=intake, click, courier or deadlines goes, as a page for your browser
	@$(DIRECT) $(BIN)/python -W ignore -m bench.profiling $(OF)

year: .venv/installed ## 10,000 leads in ten simulated years, for an hour; YEAR="--leads 500 --years 2" for less
	@$(DIRECT) $(BIN)/python -W ignore -m tests.year $(YEAR)

chaos: .venv/installed ## everything fails 10,000 times, for the better part of an hour; CHAOS="--faults 500" for less
	@$(DIRECT) $(BIN)/python -W ignore -m tests.chaos $(CHAOS)

format: .venv/installed ## lay the code out and mend what can be mended
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

lock: .venv/lock/bin/uv ## choose and write down the newest versions that fit
	$(LOCK) --group build -o requirements.txt
	$(LOCK) --group build --group dev -o requirements-dev.txt

LOCK := .venv/lock/bin/uv pip compile -q --upgrade --universal --generate-hashes --no-emit-index-url --no-annotate \
	--no-header --python-version 3.11 pyproject.toml

.venv/lock/bin/uv: | .venv/bin/python
	$(BIN)/python -m venv .venv/lock
	.venv/lock/bin/pip install -q uv

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Baton needs Python 3.11 to 3.14: install one, or say make PYTHON=/path/to/python3"; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { echo "Python lacks its venv module: on Debian, apt install python3-venv"; exit 1; }
	$(PYTHON) -m venv .venv

# pip refuses hashes for an editable project, so the project itself comes second, without its dependencies.
INSTALL := $(BIN)/pip install -q --disable-pip-version-check
.venv/installed: requirements-dev.txt pyproject.toml | .venv/bin/python
	$(INSTALL) --require-hashes -r requirements-dev.txt
	$(INSTALL) --no-deps --no-build-isolation -e .
	@touch $@

browser:
	@command -v chromium >/dev/null && fc-list | grep -qi emoji \
		|| { $(APT) update -q && $(APT) install -qy --no-install-recommends chromium fontconfig fonts-dejavu-core fonts-noto-color-emoji; } \
		|| { echo "The browser tests need Chromium and an emoji font: apt install chromium fontconfig fonts-dejavu-core fonts-noto-color-emoji"; exit 1; }
