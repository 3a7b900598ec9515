# The short door. CMakePresets.json is the long one.
SHELL := /bin/bash
.DELETE_ON_ERROR:
.PHONY: demo test audit program build all configure setup lint format sanitize fuzz install clean help bench bench-peers bench-compare
.DEFAULT_GOAL := help

bin := build/bin/rolecall
jobs ?= $(shell nproc)

help:            ## this list
	@grep -hE '^[a-z-]+: .*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 15

setup:           ## install what is missing: Debian packages, a Python venv in build/
	@cmake/setup.sh build

configure: setup
	@cmake --preset release >build/configure.log || { cat build/configure.log; exit 1; }

program: configure
	@cmake --build build --parallel $(jobs) --target rolecall

build: configure ## the programs at build/bin: rolecall, rolecall_bench
	@cmake --build build --parallel $(jobs) --target rolecall rolecall_bench

all: configure   ## the program, the libraries and the tests
	@cmake --build build --parallel $(jobs)

demo: program      ## a real scoring run, with its figures
	@examples/demo.sh $(bin)

test: all        ## every test: GoogleTest, pytest, the sanitizers on a short run
	@cmake/test.sh

audit: program     ## generated worlds of three seeds against what was asked for (preset=medium)
	@mkdir -p build/audit
	@for seed in 1 2 3; do \
	  $(bin) generate --preset $(or $(preset),medium) --seed $$seed -o build/audit/seed$$seed.h5 --force || exit 1; \
	done
	@cd build/audit && ../bin/rolecall audit seed1.h5 seed2.h5 seed3.h5

sanitize: setup  ## the C++ tests under the address, undefined-behaviour and thread sanitizers
	@export LSAN_OPTIONS=suppressions=$(CURDIR)/cmake/lsan.supp TSAN_OPTIONS=suppressions=$(CURDIR)/cmake/tsan.supp; \
	for preset in asan tsan; do \
	  cmake --preset $$preset >/dev/null && cmake --build --preset $$preset --parallel $(jobs) && \
	  ctest --test-dir build-$$preset --output-on-failure || exit 1; \
	done

fuzz: setup      ## damaged conditions, bundles, mappings, models, rules and specifications by the hundred thousand, under the sanitizers
	@cmake --preset asan >/dev/null && cmake --build --preset asan --parallel $(jobs) --target sanitized_tests
	@for layer in core generators scoring sim experiments; do \
	  ROLECALL_FUZZ_ROUNDS=$(or $(rounds),100000) build-asan/bin/rolecall_$${layer}_tests --gtest_filter='Mutation.*' || exit 1; \
	done

lint: all        ## formatting and static checks
	@cmake/setup.sh build clang-format clang-tidy
	@git ls-files '*.cpp' '*.hpp' | xargs clang-format --dry-run --Werror
	@git ls-files '*.cpp' ':!tests' | xargs -P $(jobs) -n 4 clang-tidy -p build --quiet

format:          ## put all C++ into the project's format
	@cmake/setup.sh build clang-format
	@git ls-files '*.cpp' '*.hpp' | xargs clang-format -i

bench: configure ## every case beside its slow reference, as a table and build/bench.json (activities=10000000 filter=REGEX)
	@cmake --build build --parallel $(jobs) --target rolecall_bench
	@echo "bench: running; build/bench.log says how far"; rm -f build/bench.json; \
	TMPDIR="$${TMPDIR:-build}" build/bin/rolecall_bench --activities=$(or $(activities),10000000) --threads=all \
	  --benchmark_out=build/bench.json --benchmark_out_format=json \
	  $(if $(filter),--benchmark_filter='$(filter)') >build/bench.log 2>&1; status=$$?; \
	if [ -s build/bench.json ]; then build/venv/bin/python experiments/benchmarks/table.py build/bench.json; \
	else tail build/bench.log >&2; fi; exit $$status

bench-peers: configure ## the same work in DuckDB, ClickHouse, Polars, pandas and NumPy (activities=10000000 threads=2)
	@cmake --build build --parallel $(jobs) --target rolecall_bench
	@experiments/benchmarks/peers.sh $(or $(activities),10000000) $(or $(threads),$(shell nproc))

bench-compare: configure ## against another revision: BASE=v0.1.0 (filter=REGEX rounds=10 margin=2)
	@test -n "$(BASE)" || { echo "say which revision: make bench-compare BASE=v0.1.0" >&2; exit 2; }
	@cmake --build build --parallel $(jobs) --target rolecall_bench
	@build/venv/bin/python experiments/benchmarks/compare.py "$(BASE)" -o build/bench-compare.json \
	  --rounds $(or $(rounds),10) --margin $(or $(margin),2) $(if $(filter),--filter '$(filter)')

install: all     ## into /usr/local, or DESTDIR
	@cmake --install build

clean:           ## remove every build folder
	@rm -rf build build-*
