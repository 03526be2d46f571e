MVN ?= mvn
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help build fast test it fmt bench repro

help: ## list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  \1\t/'

build: ## everything a change must pass: compile, unit tests, formatting, dependency rules
	$(MVN) -ntp verify $(ARGS)

fast: ## jars only, no checks and no tests
	$(MVN) -q -ntp package -DskipTests -Dspotless.check.skip -Denforcer.skip -Djacoco.skip $(ARGS)

test: ## unit tests
	$(MVN) -q -ntp test $(ARGS)

it: ## build, and the tests against other programs (Postfix and friends must be installed)
	$(MVN) -ntp verify -Ppeers $(ARGS)

fmt: ## format sources and POMs
	$(MVN) -q -ntp -Pbenchmarks spotless:apply

bench: ## run the benchmarks; options and names as ARGS, such as ARGS='--quick template'
	benchmarks/run $(ARGS)

repro: ## build the jars twice from clean and compare them
	@sums() { $(MVN) -q -ntp clean package -DskipTests && find . -path '*/target/*.jar' -exec sha256sum {} + | sort -k 2; }; \
	dir=$$(mktemp -d); trap 'rm -rf "$$dir"' EXIT; \
	sums > "$$dir/first" && sums > "$$dir/second" && diff "$$dir/first" "$$dir/second" && echo 'both builds gave the same jars'
