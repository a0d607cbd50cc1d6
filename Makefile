SHELL := /bin/sh
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
SERVICES := auth catalog counter vectors
BIN := .venv/bin
DEVTOOLS := $(BIN)/python -m devtools
STAMP := .venv/.installed
PYTEST := $(BIN)/python -m pytest
PODS_TESTS := $(addprefix tests/integration/test_,smoke.py story.py users.py products.py counters.py vectors.py revocation.py)
UNIT_TESTS := $(wildcard shared/tests services/*/tests gateway/tests devtools/tests deploy/tests k8s/tests bench/tests)
ENV ?= dev
VARIANT ?= full
TAG ?= dev
REGISTRY ?= quartet
SECRETS_DIR ?= $(CURDIR)/compose/secrets
ENV_FILE ?= $(CURDIR)/compose/$(ENV).env
VERSIONS_FILE ?= compose/versions.env
OVERLAYS_dev := --file compose/compose.dev.yaml
OVERLAYS_tls_1 := --file compose/compose.tls.yaml
OVERLAYS_logs_loki = --file compose/compose.logs-loki.yaml \
	$(if $(OVERLAYS_monitoring_$(MONITORING)),--file compose/compose.logs-loki-grafana.yaml)
OVERLAYS_logs_elk := --file compose/compose.logs-elk.yaml
OVERLAYS_monitoring_1 := --file compose/compose.monitoring.yaml
OVERLAYS_tracing_1 := --file compose/compose.tracing.yaml
PROFILES_monitoring_1 = $(if $(filter 0,$(GRAFANA)),,--profile grafana)
SECRETS_dev_tls_1 := --tls
OVERLAYS = $(OVERLAYS_$(ENV)) $(OVERLAYS_tls_$(TLS)) $(OVERLAYS_monitoring_$(MONITORING)) $(OVERLAYS_tracing_$(TRACING)) $(OVERLAYS_logs_$(LOGS))
COMPOSE = ENV_FILE="$(ENV_FILE)" SECRETS_DIR="$(SECRETS_DIR)" TAG="$(TAG)" REGISTRY="$(REGISTRY)" $(BIN)/docker-compose \
	--env-file "$(ENV_FILE)" $(addprefix --env-file ,$(wildcard $(VERSIONS_FILE))) --file compose/compose.yaml $(OVERLAYS) \
	--profile $(VARIANT) $(PROFILES_monitoring_$(MONITORING))
empty :=
COMPOSE_FILE = $(subst $(empty) $(empty),:,$(strip compose/compose.yaml $(filter-out --file,$(OVERLAYS))))
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --no-emit-index-url --no-header \
	--no-annotate --no-emit-package quartet-shared

.PHONY: help
help: ## List the targets
	@awk 'BEGIN { FS = ":.*## " } /^[a-z-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: venv
venv: $(STAMP) ## Make .venv with all that Quartet needs, and nothing else

.PHONY: prepare run start stop restart status logs reset
prepare: $(STAMP) ## Set up everything, start nothing
	@$(DEVTOOLS) prepare

run: $(STAMP) ## Run the platform at http://localhost:8080 until Ctrl-C (PORT=, RUN_DIR=, TLS=1, any setting)
	@exec $(DEVTOOLS) run

start: $(STAMP) ## The same in the background
	@$(DEVTOOLS) start

stop: $(STAMP) ## End what run or start began
	@$(DEVTOOLS) stop

restart: $(STAMP) ## Stop, then start
	@$(DEVTOOLS) restart

status: $(STAMP) ## Tell what runs and what is ready
	@$(DEVTOOLS) status

logs: $(STAMP) ## Show the logs and follow them: of the containers, where up began some, else of run or start
	@if [ -n "$$($(COMPOSE) ps --quiet 2>/dev/null)" ]; then $(COMPOSE) logs --follow --tail 50; else $(DEVTOOLS) logs -f; fi

reset: $(STAMP) ## Remove the platform's data, secrets and logs
	@$(DEVTOOLS) reset

.PHONY: test test-unit test-integration test-containers test-deployments test-pods test-slow gateway-check lint api-check types format
test: $(STAMP) ## Lint, types, unit, integration and container tests (REQUIRE=all: nothing may be left out)
	@$(BIN)/python -m devtools.checks lint types test-unit test-integration test-containers test-deployments test-pods

test-unit: $(STAMP) ## The tests of shared, the services, the gateway and the tools
	@$(PYTEST) -n 4 --dist loadfile -m "not containers" $(UNIT_TESTS)

test-integration: $(STAMP) ## The black-box tests: a fresh platform on free ports, or any behind GATEWAY_URL=https://…
	@$(PYTEST) $(if $(GATEWAY_URL),,-n 2 --dist loadfile) tests/integration

test-containers: $(STAMP) ## What needs Docker: the same black-box tests on Compose, faults, races on MySQL
	@PLATFORM=compose $(PYTEST) -n 2 --dist loadfile -m containers $(filter-out deploy/tests,$(UNIT_TESTS)) tests/integration

test-deployments: $(STAMP) ## What needs Docker to itself: images, upgrades and other drills, monitoring, a Swarm
	@$(PYTEST) -m containers deploy/tests

test-pods: $(STAMP) ## What runs on Kubernetes, played by podman: some of the same tests (SLOW=1: all of them)
	@PLATFORM=podman $(PYTEST) $(if $(SLOW),tests/integration,$(PODS_TESTS))

test-slow: $(STAMP) ## What takes long: a million products, long imports, three Swarm nodes (not part of make test)
	@SLOW=1 $(PYTEST) -m slow $(UNIT_TESTS) tests/integration
	@SLOW=1 $(PYTEST) tests/integration/test_openapi.py
	@SLOW=1 $(MAKE) test-pods

gateway-check: $(STAMP) ## Let nginx, gixy and njs look at the gateway's configuration (make test does so too)
	@$(PYTEST) gateway/tests/test_configuration.py

.PHONY: k8s-check k8s-rules checkov
k8s-check: $(STAMP) ## Render k8s/ and check it: schemas, checkov, selectors, settings, arrows (make test does so too)
	@$(PYTEST) k8s/tests

k8s-rules: $(STAMP) ## Print the alerting and recording rules as the Prometheus operator reads them
	@$(BIN)/python -m k8s.components.monitoring.prometheus_rule

checkov: .venv-checkov/.installed

# It wants other versions of our libraries than we do.
.venv-checkov/.installed: k8s/tests/checkov.lock | $(STAMP)
	@$(BIN)/uv venv --quiet --clear --python $(BIN)/python .venv-checkov
	@$(BIN)/uv pip install --quiet --python .venv-checkov/bin/python --require-hashes -r k8s/tests/checkov.lock
	@touch $@

lint: $(STAMP) api-check ## Style, import rules, the API's compatibility
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports --no-cache

api-check: $(STAMP) ## Refuse an API that breaks who calls the released one (part of lint)
	@$(BIN)/python -m devtools.api_compatibility check

types: $(STAMP) ## Strict types
	@$(BIN)/mypy .

format: $(STAMP) ## Rewrite in the house style
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

.PHONY: image images sbom offline-images
image: ## Build one image (SERVICE=auth|catalog|counter|vectors|gateway|ses TAG=dev)
	@deploy/image.sh "$(SERVICE)" "$(TAG)"

images: ## Build all images (TAG=dev REGISTRY=quartet)
	@for service in $(SERVICES) gateway ses; do deploy/image.sh "$$service" "$(TAG)" || exit 1; done

sbom: $(STAMP) images ## Write what is in the images to dist/sbom, as SPDX
	@mkdir -p dist/sbom
	@for service in $(SERVICES) gateway; do \
		$(BIN)/syft scan --quiet docker:$(REGISTRY)/$$service:$(TAG) --output spdx-json=dist/sbom/$$service.spdx.json \
			&& echo "dist/sbom/$$service.spdx.json" || exit 1; done

offline-images: ## Make stand-ins for the base images that are missing, where no image registry can be reached
	@deploy/offline/stand-ins.sh

.PHONY: secrets up down compose
secrets: $(STAMP) ## Make the passwords, keys and certificates of a deployment, once
	@$(DEVTOOLS) secrets $(SECRETS_$(ENV)_tls_$(TLS)) "$(SECRETS_DIR)"

up: secrets images ## Start the platform in containers, wait until it is healthy (ENV=dev|prod VARIANT=basic|nginx|full TLS=1 MONITORING=1)
	@$(COMPOSE) up --detach --wait --remove-orphans
	@$(COMPOSE) ps --format 'table {{.Service}}\t{{.Status}}\t{{.Ports}}'
	@address=$$($(COMPOSE) port gateway $(if $(OVERLAYS_tls_$(TLS)),8443,8080) 2>/dev/null) && \
		echo "Quartet is at http$(if $(OVERLAYS_tls_$(TLS)),s)://localhost:$${address##*:}" || true
	@echo "The password of admin is in $(SECRETS_DIR)/admin_password"

down: $(STAMP) ## End what up began; its data stay (VOLUMES=1 removes them)
	@$(COMPOSE) down $(if $(VOLUMES),--volumes)

compose: SECRETS_DIR = ./secrets
compose: $(STAMP) ## Print the whole of Compose's configuration as one file (ENV=dev|prod VARIANT=…)
	@$(COMPOSE) config --no-path-resolution

.PHONY: deploy
deploy: $(STAMP) ## Bring one service to another version, without a refused request (SERVICE=catalog TAG=… ON=compose|swarm|k8s)
	@ENV_FILE="$(ENV_FILE)" SECRETS_DIR="$(SECRETS_DIR)" REGISTRY="$(REGISTRY)" VERSIONS_FILE="$(VERSIONS_FILE)" \
		COMPOSE_FILE="$(COMPOSE_FILE)" COMPOSE_PROFILES="$(VARIANT)" \
		deploy/deploy.sh "$(SERVICE)" "$(if $(filter-out file,$(origin TAG)),$(TAG))" $(or $(ON),compose)

.PHONY: swarm-deploy
swarm-deploy: ENV = prod
swarm-deploy: secrets ## Deploy the whole stack to a Docker Swarm (STACK= TAG= CATALOG_TAG=… STORES=external)
	@ENV_FILE="$(ENV_FILE)" SECRETS_DIR="$(SECRETS_DIR)" REGISTRY="$(REGISTRY)" deploy/on/swarm.sh

.PHONY: openapi release-api docs dashboards bench lock
openapi: $(STAMP) ## Write services/*/openapi.json from the code, and what the gateway publishes of them
	@for service in $(SERVICES); do $(BIN)/$$service openapi services/$$service/openapi.json || exit 1; done
	@$(BIN)/python -m devtools.api_document

docs: openapi dashboards ## Write the generated pages of docs/ from the code
	@$(DEVTOOLS) docs

dashboards: $(STAMP) ## Write Grafana's dashboards from devtools/dashboards
	@$(BIN)/python -m devtools.dashboards

.PHONY: swagger-ui
swagger-ui: ## Fetch the bundled Swagger UI anew by npm and check it (VERSION=5.… for another one)
	@gateway/swagger-ui.sh $(VERSION)

bench: $(STAMP) ## Measure, as ratios of one run (TABLES="gateway counter oracle accounts vectors catalog capacity")
	@$(BIN)/python -m bench $(TABLES)

lock: $(STAMP) ## Resolve requirements.lock again and its exports (UPGRADE=--upgrade for newer versions)
	@$(COMPILE) $(UPGRADE) --generate-hashes services/*/pyproject.toml shared/pyproject.toml --extra database \
		--group pyproject.toml:devtools --group pyproject.toml:test --group pyproject.toml:lock -o requirements.lock
	@for service in $(SERVICES); do $(COMPILE) --generate-hashes -c requirements.lock \
		services/$$service/pyproject.toml -o services/$$service/requirements.lock || exit 1; done
	@$(COMPILE) --generate-hashes -c requirements.lock --group pyproject.toml:devtools -o devtools/requirements.lock
	@$(COMPILE) --generate-hashes -c requirements.lock --group pyproject.toml:ses -o devtools/ses-requirements.lock
	@$(COMPILE) --generate-hashes -c requirements.lock --group pyproject.toml:build -o services/build-requirements.lock

$(STAMP): requirements.lock shared/pyproject.toml $(SERVICES:%=services/%/pyproject.toml)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "Quartet needs Python 3.11 or newer, and $(PYTHON) is not; name another: make PYTHON=python3.12 …" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "$(PYTHON) cannot make virtual environments; on Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	@echo "Installing into .venv (a minute or two, the first time)"
	@$(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation \
		-e shared $(SERVICES:%=-e services/%)
	@touch $@
