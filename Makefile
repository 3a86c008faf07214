# The few commands of everyday work; `make help` lists them. Every target may be run again at any time.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

JOBS ?= $(shell nproc)
PREFIX ?= /usr/local
DESTDIR ?=
BUILD := build/release
BINARY := $(BUILD)/rlm-cascade
# Whichever was built last is installed.
PROFILED := build/profiled/rlm-cascade
INSTALLED = $(firstword $(shell ls -t $(BINARY) $(PROFILED) 2>/dev/null))
# The tests need more packages than the program. Once they have been built, the folder keeps them: `test` and `demo` share it.
WITHOUT_TESTS = $(shell grep -qs '^RLM_BUILD_TESTS:BOOL=ON' $(BUILD)/CMakeCache.txt || echo -DRLM_BUILD_TESTS=OFF)

.PHONY: help demo build release test conformance format tidy fuzz bench install clean

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

demo: build ## build and run the cascade with simulated models; no keys needed (DEMO_SECONDS=20 ends by itself)
	@$(BINARY) demo

build: ## build the program only: build/release/rlm-cascade
	@scripts/install_deps.sh build
	@JOBS=$(JOBS) scripts/build.sh release $(BUILD) rlm-cascade $(WITHOUT_TESTS)

release: ## build the program by the profile of a load that it is put under: build/profiled/rlm-cascade; two builds, a fifth less CPU
	@scripts/install_deps.sh build bench
	@JOBS=$(JOBS) scripts/build_profiled.sh $(patsubst %/,%,$(dir $(PROFILED)))

test: ## release tests, clients, sanitizers, fuzz smoke, tidy (SUITES="release clients" for some); ends with "N passed, N failed"
	@scripts/install_deps.sh test fuzz browser
	@scripts/run_tests.sh $(SUITES)

conformance: ## run real clients against any gateway: BASE_URL=http://... (more variables: tests/clients/README.md)
	@test -n "$(BASE_URL)" || { echo "make conformance BASE_URL=http://127.0.0.1:4000 [API_KEY=... MODEL=...]" >&2; exit 2; }
	@BASE_URL="$(BASE_URL)" tests/clients/run.sh $(TESTS)

format: ## format the C++ code in place
	@scripts/install_deps.sh test
	@scripts/format.sh

tidy: ## run clang-tidy on all folders (FOLDERS="net wire" for some)
	@scripts/install_deps.sh test
	@scripts/tidy.sh $(or $(FOLDERS),all)

fuzz: ## fuzz every target for FUZZ_SECONDS (60) and keep what it finds in build/fuzz
	@scripts/install_deps.sh fuzz
	@FUZZ_SECONDS=$(or $(FUZZ_SECONDS),60) scripts/fuzz.sh

bench: ## measure against nginx and HAProxy in one run; see bench/README.md (ARGUMENTS="--rounds 2 --build profiled=build/profiled/rlm-cascade")
	@scripts/install_deps.sh build bench
	@JOBS=$(JOBS) scripts/build.sh bench build/bench bench_programs
	@bench/run.py --proxy build/bench/rlm-cascade $(ARGUMENTS)

install: ## install the built program below $(DESTDIR)$(PREFIX)
	@test -n "$(INSTALLED)" || $(MAKE) build
	install -D -m 755 $(or $(INSTALLED),$(BINARY)) "$(DESTDIR)$(PREFIX)/bin/rlm-cascade"
	install -D -m 644 LICENSE "$(DESTDIR)$(PREFIX)/share/doc/rlm-cascade/LICENSE"

clean: ## remove everything that was built
	rm -rf build
