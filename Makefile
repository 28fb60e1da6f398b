# What people type. Needs Python 3.11 or later and make; everything else goes into .venv.

PYTHON ?= python3
BIN := .venv/bin
# Dagster wants an absolute path; ftm takes any.
override DAGSTER_HOME := $(abspath $(patsubst ~/%,$(HOME)/%,$(or $(strip $(DAGSTER_HOME)),.dagster)))
export DAGSTER_HOME
# What is installed is compiled when it is first loaded, once, unless Python is told to keep nothing.
export PYTHONDONTWRITEBYTECODE :=
PORT ?= 3000
FROM ?= 2023Q1
TO ?= 2023Q4

.PHONY: help demo test test-production coverage vllm checkov ui backfill lint docs bench soak lock scan clean asl-validator provider-lock

help: ## Show this list
	@grep -E '^[a-z-]+:.*##' Makefile | sed 's/:.*## /\t/' | expand -t 18

demo: .venv/installed $(DAGSTER_HOME)/dagster.yaml ## Materialize 2023Q1-2023Q4 of the bundled sample into ./data
	@$(BIN)/ftm run 2023Q1 2023Q4

test: .venv/installed-dev ## Check style and types, and run the tests of what runs on a laptop
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	@# Types are checked while the tests run, and what is wrong with them is said last.
	@types=$$(mktemp); $(BIN)/mypy >$$types 2>&1 & checking=$$!; \
	  $(BIN)/pytest tests/unit tests/pipeline; tests=$$?; \
	  wait $$checking; checked=$$?; cat $$types; rm $$types; exit $$((tests | checked))

test-production: .venv/installed-dev ## Run the tests of what runs on AWS, with stand-ins and, after make vllm, a real vLLM
	$(BIN)/pytest tests/production tests/fakes

coverage: .venv/installed-dev ## Run the tests of what runs on a laptop, and show which lines and branches they never reach
	$(BIN)/pytest tests/unit tests/pipeline --cov --cov-report=term

vllm: .venv-vllm/installed ## Install vLLM for the CPU into .venv-vllm (2.5 GB): with it, make test-production also runs a real one

ui: .venv/installed $(DAGSTER_HOME)/dagster.yaml ## The Dagster UI and daemon on http://127.0.0.1:3000, or another PORT=3001
	@$(BIN)/python -c 'import socket; socket.create_server(("127.0.0.1", int("$(PORT)")))' 2>/dev/null || \
	  { echo "Port $(PORT) can't be used, something else has it: make ui PORT=$(if $(filter 3001,$(PORT)),3002,3001)"; exit 1; }
	@echo "Dagster on http://127.0.0.1:$(PORT)"
	@PYTHONWARNINGS='ignore:Function `dev_command` is superseded' \
	  $(BIN)/dagster dev -w workspace.yaml -h 127.0.0.1 -p $(PORT)

backfill: .venv/installed $(DAGSTER_HOME)/dagster.yaml ## Have the daemon make quarters, and wait: make backfill FROM=2023Q1 TO=2023Q4
	@# Dagster itself takes a daemon for alive until it has been dead for half an hour.
	@DAGSTER_DAEMON_HEARTBEAT_TOLERANCE=60 $(BIN)/dagster-daemon liveness-check >/dev/null 2>&1 || { echo "No daemon is running: start 'make ui' first."; exit 1; }
	@echo "Its runs are also on http://127.0.0.1:$(PORT)/runs"
	@$(BIN)/python -u -m ftm_assets.running.backfill $(FROM) $(TO)

lint: .venv/installed-dev ## Style and types, fixed where possible
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/mypy

docs: .venv/installed-docs ## Build the documentation as a site into site/; a broken link is an error
	$(BIN)/mkdocs build --strict

bench: .venv/installed-dev ## Measure what FTM costs, two hours on two cores, and write docs/benchmarks.md
	$(BIN)/python -m benchmarks

soak: .venv/installed-dev ## Kill the pipeline at a hundred random instants and compare what comes out
	$(BIN)/python -m benchmarks.soak

# Torch and what it alone needs stand in locks of their own: requirements-torch.txt says why.
TORCH := $(foreach p,torch cuda-bindings cuda-pathfinder cuda-toolkit triton nvidia-cublas nvidia-cuda-cupti \
	nvidia-cuda-nvrtc nvidia-cuda-runtime nvidia-cudnn-cu13 nvidia-cufft nvidia-cufile nvidia-curand nvidia-cusolver \
	nvidia-cusparse nvidia-cusparselt-cu13 nvidia-nccl-cu13 nvidia-nvjitlink nvidia-nvshmem-cu13 \
	nvidia-nvtx,--no-emit-package $(p))
COMPILE := uv pip compile --generate-hashes --no-annotate --no-header
LOCK := $(COMPILE) --universal --python-version 3.11

lock: ## Resolve the locks anew, with the hash of every file (needs uv)
	$(LOCK) pyproject.toml $(TORCH) -o requirements.lock
	$(LOCK) pyproject.toml $(TORCH) -c requirements.lock --group dev -o requirements-dev.lock
	$(LOCK) --group pyproject.toml:docs -c requirements-dev.lock -o requirements-docs.lock
	$(LOCK) requirements-torch.txt -c requirements.lock -o requirements-torch.lock
	sed '/^#/d; s/$$/+cpu/' requirements-torch.txt | \
	  $(LOCK) --no-deps --default-index $${TORCH_CPU:?the index of CPU builds that PyTorch names} - -o requirements-torch-cpu.lock

# Of what is in the images: of their Python packages here, of their system's packages when they are pushed.
# The lists first, for they need nobody. --strict: a package that the index knows nothing of would be passed over, and nothing
# found. Torch's CPU build is the same code as PyPI's, and known to the index under that name only.
scan: .venv-scan/installed ## List what the images hold in sbom/ (CycloneDX), and look for known vulnerabilities in it
	@mkdir -p sbom
	@for lock in requirements requirements-torch requirements-torch-cpu; do \
	  .venv-scan/bin/cyclonedx-py requirements $$lock.lock --pyproject pyproject.toml -o sbom/$$lock.cdx.json || exit 1; done
	@echo "sbom/ lists what the images hold. Now the known vulnerabilities of it:"
	@for lock in requirements requirements-torch; do \
	  .venv-scan/bin/pip-audit --strict --require-hashes --disable-pip -r $$lock.lock || { \
	    echo "$$lock.lock was not found clean. A vulnerability: allow the version that mends it in pyproject.toml, then make lock, make test."; \
	    echo "A package that could not be looked up, or no connection: nothing is known of it. Run this where https://pypi.org/pypi can be reached; a mirror of packages alone will not do."; \
	    exit 1; }; done

.venv-scan/installed:
	$(PYTHON) -m venv .venv-scan
	.venv-scan/bin/python -m pip install --quiet cyclonedx-bom==7.5.0 pip-audit==2.10.1
	@touch $@

provider-lock: ## Write the hashes of Terraform's AWS provider into infra/.terraform.lock.hcl, to be committed (needs its registry)
	terraform -chdir=infra providers lock -platform=linux_amd64 -platform=darwin_arm64
	@echo "Now: git add infra/.terraform.lock.hcl, and commit it"

# In an environment of its own: of the packages that both need, it wants other versions than FTM.
checkov: .venv-checkov/bin/checkov ## Install checkov, which holds infra/ against rules; the tests then use it

.venv-checkov/bin/checkov:
	$(PYTHON) -m venv .venv-checkov
	.venv-checkov/bin/python -m pip install --quiet --no-compile checkov==3.3.30

asl-validator: node_modules/.bin/asl-validator ## Install asl-validator (needs npm), Amazon's grammar of state machines; the tests then use it

node_modules/.bin/asl-validator:
	npm install --no-save --no-fund --no-audit --silent asl-validator@4.0.0

clean: ## Remove the environment, the store and the Dagster instance
	rm -rf .venv .venv-vllm .venv-checkov .venv-scan node_modules data .dagster .soak site sbom

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "$(PYTHON) is too old: FTM needs Python 3.11 or later. Try: make PYTHON=python3.11 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv .venv

# --no-deps: the locks are complete, and pip refuses a file whose hash is another.
# --no-compile: Python compiles what it loads, which is a seventh of what is in there.
PIP_INSTALL_LOCKED := $(BIN)/python -m pip install --quiet --no-compile --no-deps --require-hashes
# What a person has installed already by PyTorch's own instructions; or the build without CUDA, where an index has it; or PyPI's.
TORCH_IS_THERE := $(BIN)/python -c 'import sys; from importlib.metadata import version; \
	sys.exit("torch==" + version("torch").partition("+")[0] not in open("requirements-torch.txt").read().split())'

.venv/installed: .venv/bin/python requirements.lock requirements-torch.txt requirements-torch.lock requirements-torch-cpu.lock pyproject.toml
	$(PIP_INSTALL_LOCKED) -r requirements.lock
	@$(TORCH_IS_THERE) 2>/dev/null || $(PIP_INSTALL_LOCKED) -r requirements-torch-cpu.lock 2>/dev/null || \
	  $(PIP_INSTALL_LOCKED) -r requirements-torch.lock
	$(BIN)/python -m pip install --quiet --no-deps -e .
	@$(BIN)/python containers/warm_up.py >/dev/null # Numba compiles here, once: 20 s that three processes would each take
	@touch $@

.venv/installed-dev: .venv/installed requirements-dev.lock
	$(PIP_INSTALL_LOCKED) -r requirements-dev.lock
	@touch $@

# With what the tests need: ruff formats the signatures of the API page.
.venv/installed-docs: .venv/installed-dev requirements-docs.lock
	$(PIP_INSTALL_LOCKED) -r requirements-docs.lock
	@touch $@

# Its wheel is for Linux. --no-deps: the lock is complete, and leaves out what would not load (it says what).
.venv-vllm/installed: tests/production/vllm/requirements.lock tests/production/vllm/tiny_model.py
	$(PYTHON) -m venv .venv-vllm
	.venv-vllm/bin/python -m pip install --quiet --no-compile --no-deps -r tests/production/vllm/requirements.lock
	.venv-vllm/bin/python tests/production/vllm/tiny_model.py .venv-vllm/tiny-qwen3
	@touch $@

$(DAGSTER_HOME)/dagster.yaml: dagster.laptop.yaml
	@mkdir -p $(DAGSTER_HOME)
	@cp dagster.laptop.yaml $@
