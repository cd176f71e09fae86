# 歇脚地图 station-map. `make` or `make help` lists what there is.
# Options for the program or the tests go into ARGS: make run ARGS="--port 9000"

PYTHON := .venv/bin/python
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help setup run test lint bench gis

help: ## 列出命令 / list the targets
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' Makefile | expand -t 16

setup: ## 装好运行所需的一切 / install all that running needs
	@deploy/setup.sh run

run: setup ## 建库并开始服务 / prepare the database and serve on 127.0.0.1:8000
	@exec .venv/bin/station-map up $(ARGS)

test: ## 装好测试工具，跑全部测试 / install the test tools and run every test
	@deploy/setup.sh test
	@$(PYTHON) -m pytest -n 2 --dist worksteal $(ARGS)

lint: ## 检查格式、类型和房间边界 / check form, types and room borders
	@deploy/setup.sh test
	@$(PYTHON) -m ruff check .
	@$(PYTHON) -m ruff format --check .
	@$(PYTHON) -m bandit -q -c pyproject.toml -r station_map
	@$(PYTHON) -m mypy
	@.venv/bin/lint-imports --no-logo --no-cache

bench: ## 测速并与同类比较 / measure speed beside peers
	@deploy/setup.sh test
	@$(PYTHON) -m benchmarks $(ARGS)

gis: ## 用 QGIS、MapLibre、OpenLayers 打开 / open the data in real map programs (1 GB)
	@deploy/setup.sh test
	@$(PYTHON) -m tests.gis_clients $(ARGS)
