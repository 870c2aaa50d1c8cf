# Everything that a person or CI does with this project. `make help` lists it.
PYTHON ?= python3.11
VENV   := .venv
BIN    := $(VENV)/bin
STORE  ?= ./kg-store

.PHONY: help setup page serve docs notebooks test check format lock train figures clean
.DEFAULT_GOAL := help

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

setup: $(VENV)/.installed ## create .venv with what requirements.lock pins

$(VENV)/.installed: requirements.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 is needed: install it, or name yours with make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || { echo "Python 3.11 to 3.13 is needed, and $(PYTHON) is not: name another with make PYTHON=…"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' || { echo "Python's venv module is needed: on Debian, apt-get install python3.11-venv"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

page: setup ## build the explorer page, if its sources changed (node and npm from here or from PyPI)
	$(BIN)/python api/web/build.py

serve: setup page ## ingest the sample articles and serve on 127.0.0.1:8000 (STORE=… for another store)
	$(BIN)/kg ingest samples --store $(STORE)
	$(BIN)/kg serve --store $(STORE)

docs: setup ## build the documentation site into build/site
	$(BIN)/python -m mkdocs build --strict --quiet
	@echo "build/site/index.html; to search it: $(BIN)/python -m http.server -d build/site 8080"

notebooks: setup ## open the notebooks in JupyterLab
	$(BIN)/jupyter lab $(if $(filter 0,$(shell id -u)),--allow-root) notebooks

test: setup page ## run the whole test suite, in two processes
	$(BIN)/python -m pytest -n 2 --dist loadfile -m "not alone"
	$(BIN)/python -m pytest -m alone

check: setup ## format, lint, types, generated files
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python api/web/build.py --check

format: setup ## format and mend what ruff can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock: setup ## pin the newest versions that pyproject.toml allows
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --extra test --extra notebooks --extra docs --universal --generate-hashes --no-emit-index-url --no-header -o requirements.lock pyproject.toml

SHARED ?= ../shared
TRAIN  := .venv-train/bin/python -W ignore -m kg.nlp.training

train: ## retrain the language pipeline from $(SHARED)/corpora and $(SHARED)/gold (about two hours)
	@test -d $(SHARED)/corpora || { echo "$(SHARED)/corpora is missing: name the folder with make train SHARED=…"; exit 1; }
	$(PYTHON) -m venv .venv-train
	.venv-train/bin/python -m pip install --quiet --disable-pip-version-check -e '.[train]'
	$(TRAIN).tagger --shared $(SHARED) --out build/tagger.pt --epochs 4 --final 0.1
	$(TRAIN).export --shared $(SHARED) --state build/tagger.pt --out kg/nlp/model
	$(TRAIN).joint --shared $(SHARED) --state build/tagger.pt --out build/first.pt --epochs 8
	$(TRAIN).joint --shared $(SHARED) --state build/first.pt --out build/second.pt --epochs 7 --rate 0.6 --seed 2
	$(TRAIN).blend build/first.pt build/second.pt --share 0.35 --out build/joint.pt
	$(TRAIN).export --shared $(SHARED) --state build/joint.pt --out kg/nlp/model
	$(TRAIN).thresholds --shared $(SHARED) --write
	$(TRAIN).calibration --shared $(SHARED) --write
	.venv-train/bin/python -m benchmarks.calibration $(SHARED) --write docs

figures: setup ## print every figure of the README and the model card
	$(BIN)/kg evaluate $(SHARED)/gold/dev
	$(BIN)/kg evaluate $(SHARED)/gold/items
	$(BIN)/python -m kg.nlp.training.thresholds --shared $(SHARED)
	$(BIN)/python -m kg.nlp.training.calibration --shared $(SHARED)
	$(BIN)/python -m benchmarks.errors $(SHARED)/gold/dev $(SHARED)/gold/items
	$(BIN)/python -m benchmarks.qualifiers $(SHARED)/gold/train $(SHARED)/gold/train-items --held-out
	$(BIN)/python benchmarks/language.py $(SHARED)/corpora
	$(BIN)/python benchmarks/speed.py

clean: ## remove what the other targets made
	rm -rf $(VENV) .venv-node api/web/node_modules api/static api/static-missing.txt .pytest_cache .mypy_cache .ruff_cache build *.egg-info
