# The short door. CMakePresets.json is the long one.
SHELL := /bin/bash
.DELETE_ON_ERROR:
.PHONY: demo test build setup lint format sanitize install clean help

bin := build/bin/rolecall
jobs ?= $(shell nproc)

help:            ## this list
	@grep -hE '^[a-z-]+: .*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup:           ## install what is missing: Debian packages, a Python venv in build/
	@cmake/setup.sh build

build: setup     ## the program at build/bin/rolecall
	@cmake --preset release >build/configure.log || { cat build/configure.log; exit 1; }
	@cmake --build build --parallel $(jobs)

demo: build      ## a real scoring run, with its figures
	@examples/demo.sh $(bin)

test: build      ## every test: GoogleTest, pytest, the sanitizers on a short run
	@cmake/test.sh

sanitize: setup  ## the C++ tests under the address, undefined-behaviour and thread sanitizers
	@for preset in asan tsan; do \
	  cmake --preset $$preset >/dev/null && cmake --build --preset $$preset --parallel $(jobs) && \
	  ctest --test-dir build-$$preset --output-on-failure || exit 1; \
	done

lint: build      ## formatting and static checks
	@git ls-files '*.cpp' '*.hpp' | xargs clang-format --dry-run --Werror
	@git ls-files '*.cpp' ':!tests' | xargs -P $(jobs) -n 4 clang-tidy -p build --quiet

format:          ## put all C++ into the project's format
	@git ls-files '*.cpp' '*.hpp' | xargs clang-format -i

install: build   ## into /usr/local, or DESTDIR
	@cmake --install build

clean:           ## remove every build folder
	@rm -rf build build-*
