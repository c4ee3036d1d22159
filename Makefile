# Everything that is done to Picket has a name here. `make` alone lists them.
# ARGS goes to the program that a target runs at its end:  make conformance ARGS='--single 07'   make demo ARGS=--help

SHELL := /bin/bash
.DEFAULT_GOAL := help
# One build at a time: they share the directory, and the machine.
.NOTPARALLEL:

SOURCES := Sources Tests Package.swift
DEBUG := .build/debug
RELEASE := .build-release
# What is made of the sources for whoever installs picket.
DOCS := .docs
# Tests with real processes and a clock: alone on the machine, one after the other.
LIVE := PicketLiveTests
# Whole deployments in virtual time: far too slow without optimisation. `make simulate` is for them.
SIMULATED := PicketSimulatorTests\.(ScenarioTests|SeedTests)
# They compare the simulator's Redis with a real one, step by step, and want the machine for themselves.
REHEARSALS := PicketSimulatorTests\.FakeRedisTests
# Of the demo and the chaos suite. Release takes longer to build the first time, and what the demo measures is then what would be deployed;
# `make demo CONFIGURATION=debug` shares the build of `make test`.
CONFIGURATION ?= release

.PHONY: help deps build release test tests unittests livetests rehearsals check lint format imports demo docs conformance clients goldens page simulate mutations bench chaos

help: ## Lists the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1|/' | awk -F'|' '{ printf "  make %-12s %s\n", $$1, $$2 }'

deps: ## Installs what is missing (Debian: libhiredis-dev, redis-server, redis-sentinel, prometheus); starts no service
	@.ci/deps

build: deps ## Builds everything, for debugging, into .build
	swift build

release: deps ## Builds the programs, optimised, into .build-release/release
	@[[ -x $(RELEASE)/release/picket ]] || echo 'The first optimised build takes some minutes.'
	swift build -c release --scratch-path $(RELEASE) --product picketd
	swift build -c release --scratch-path $(RELEASE) --product picket

test: unittests livetests ## Builds and runs all tests; those with real processes one by one, after the others

tests: deps ## Builds the tests
	swift build --build-tests

unittests: tests ## Runs the tests that need no other process
	swift test --skip-build --disable-xctest --skip '^($(LIVE)\.|$(REHEARSALS)|$(SIMULATED))'

livetests: tests ## Runs the tests with real processes, one by one
	swift test --skip-build --disable-xctest --no-parallel --filter '^$(LIVE)\.'

rehearsals: tests ## Compares the simulator's Redis with a real one
	swift test --skip-build --disable-xctest --no-parallel --filter '^$(REHEARSALS)'

check: lint imports test ## All that must hold before a commit: lint, direction of imports, tests

lint: ## Checks the formatting
	swift format lint --strict --parallel --recursive $(SOURCES)

format: ## Formats the sources
	swift format --in-place --parallel --recursive $(SOURCES)

imports: ## Checks that no module imports what it must not
	@.ci/imports

demo: $(if $(filter debug,$(CONFIGURATION)),build,release) ## Starts a deployment on this machine, kills its primary, and shows what happens
	$(if $(filter debug,$(CONFIGURATION)),$(DEBUG),$(RELEASE)/release)/picket lab demo $(ARGS)

docs: deps ## Writes man pages and shell completions of picket into .docs
	swift build --product picket
	@rm -rf $(DOCS) && mkdir -p $(DOCS)/man1 $(DOCS)/bash $(DOCS)/zsh $(DOCS)/fish
	swift package --allow-writing-to-package-directory generate-manual --configuration debug --multi-page -o $(DOCS)/man1
	$(DEBUG)/picket completion bash > $(DOCS)/bash/picket
	$(DEBUG)/picket completion zsh > $(DOCS)/zsh/_picket
	$(DEBUG)/picket completion fish > $(DOCS)/fish/picket.fish
	@rm -f $(DOCS)/man1/{picketd,picket-sim,picket-bench,picket-chaos,picket.help,picket.lab.relay}*
	@echo 'man $(DOCS)/man1/picket.1   source $(DOCS)/bash/picket'

page: build ## Looks at the live page with a headless Chromium (Debian's chromium), through a failover and with a thousand groups
	Tests/Page/check.py --build $(DEBUG) $(ARGS)
	Tests/Page/many.py $(ARGS)

simulate: deps ## Runs whole deployments in virtual time, with faults by seed, and checks what must hold (ARGS: of picket-sim run)
	swift build -c release --scratch-path $(RELEASE) --product picket-sim
	$(RELEASE)/release/picket-sim scenario Tests/PicketSimulatorTests/Scenarios/*.scenario
	$(RELEASE)/release/picket-sim run $(or $(ARGS),--seeds 2000 --minutes 10)

mutations: deps ## Breaks the core on purpose, in one way after the other, and demands that the simulator sees each
	swift build -c release --traits Mutations --scratch-path .build-mutations --product picket-sim
	.build-mutations/release/picket-sim mutations $(ARGS)

bench: deps ## Measures picketd beside redis-sentinel: failovers (ARGS: of picket-bench)
	swift build -c release --scratch-path $(RELEASE) --product picketd
	swift build -c release --scratch-path $(RELEASE) --product picket-bench
	$(RELEASE)/release/picket-bench $(or $(ARGS),failover --fault all --trials 5 --markdown)

chaos: deps ## Breaks real Redis servers and monitors under load, and checks what clients saw (ARGS: of picket-chaos)
	swift build $(if $(filter debug,$(CONFIGURATION)),,-c release --scratch-path $(RELEASE)) --product picketd
	swift build $(if $(filter debug,$(CONFIGURATION)),,-c release --scratch-path $(RELEASE)) --product picket-chaos
	$(if $(filter debug,$(CONFIGURATION)),$(DEBUG),$(RELEASE)/release)/picket-chaos $(or $(ARGS),run --suite ci --jobs 2 --out .chaos)

conformance: build ## Runs upstream's Sentinel suite against picketd (fetches Debian's source package redis)
	Tests/Conformance/run.sh --sentinel $(DEBUG)/picketd $(ARGS)

clients: build ## Lets client libraries in several languages follow a failover (installs them)
	Tests/Clients/run.sh --sentinel $(DEBUG)/picketd $(ARGS)

goldens: build ## Compares picketd's replies and events with what redis-sentinel says
	Tests/Goldens/compare.py --sentinel $(DEBUG)/picketd $(ARGS)
