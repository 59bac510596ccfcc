.PHONY: help setup run train test test-fast test-postgres test-slow lint format bench evaluate

LABELLED ?= tests/screening/frozen_test.jsonl
FLOORS ?= $(if $(filter tests/screening/frozen_test.jsonl,$(LABELLED)),--floors tests/screening/floors.toml)

help: ## this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

setup: ## both environments, .venv (app) and .venv-bot (Rasa), and nothing else
	@sh setup.sh

run: setup train ## everything on this machine, with simulated phones unless Twilio credentials are set
	@.venv/bin/hearthline up

train: setup ## train the bot, if its data changed
	@.venv-bot/bin/python -m bot.train

test: setup train test-fast test-postgres test-slow ## all tests: the fast ones first

test-fast: ## tests that take under a minute
	.venv/bin/pytest -m "not slow"

test-postgres: ## the stories and the rooms on PostgreSQL, from a PyPI build
	TEST_ON=postgresql .venv/bin/pytest -m "not slow" tests/journeys tests/escalation tests/conversation tests/telephony --ignore=tests/telephony/simulator

test-slow: ## Rasa, browser, real processes killed for real
	.venv/bin/pytest -m slow

lint: ## ruff, format and types
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy

format: ## put the code in its usual form
	.venv/bin/ruff check --fix -q . ; .venv/bin/ruff format .

bench: setup train ## speeds and memory, measured side by side in one run
	.venv/bin/python -m tests.bench

evaluate: setup train ## screen and bot against a labelled file (LABELLED=...)
	.venv/bin/hearthline evaluate $(LABELLED) $(FLOORS)
