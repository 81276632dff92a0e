# Two commands do everything on a fresh machine: `make demo` and `make test`.
# They need Python 3.11 or newer, make, and the package registries; everything else goes into .venv.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SAMPLES := samples/tunliu_2023.xlsx $(wildcard samples/tunliu_2023_*.xlsx)
DEMO := demo-out

.PHONY: windows linux-bundle test-desktop bench-layouts bench-scale demo quick test test-long lint bench bench-causes samples docs clean

# The stamp is newer than everything an installation depends on. Bytecode is compiled once here, so that a
# run does not pay for it even where Python is told to write none.
$(VENV)/.stamp: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	$(BIN)/python -m compileall -q src
	@touch $@

demo: $(VENV)/.stamp
	@$(BIN)/python -m compileall -q src
	@rm -rf $(DEMO)
	@$(BIN)/xlcheck check $(SAMPLES) --out $(DEMO) --fail-on never
	@$(BIN)/xlcheck check $(SAMPLES) --format html --output $(DEMO)/report.html --fail-on never
	@echo
	@echo "样例已检查完。带标记的副本在 $(DEMO)/ ，请用 Excel 或 WPS 打开，例如："
	@echo "  $(DEMO)/tunliu_2023_transposed.xlsx   （看“公开03 支出决算表”和最后的“审核结果”）"
	@echo "  $(DEMO)/report.html   （同样的结果，一页网页，用浏览器打开）"
	@echo "The samples are checked. Marked copies are in $(DEMO)/"

# pytest rewrites the tests' assertions, some ten seconds a process; what it made of them is kept for the next run.
KEPT := PYTHONDONTWRITEBYTECODE=

# A minute: every room by its fastest tests.
quick: $(VENV)/.stamp
	$(KEPT) $(BIN)/python -m pytest -q -n auto -m quick

# Everything that a change must not break.
test: $(VENV)/.stamp
	@$(BIN)/python -m compileall -q src
	$(KEPT) $(BIN)/python -m pytest -n auto --dist worksteal -m "not long"

# What takes long for its own sake: fuzzing, kills at every step, oracles. `.ci/run` runs it too.
test-long: $(VENV)/.stamp
	@$(BIN)/python -m compileall -q src
	$(KEPT) $(BIN)/python -m pytest -n auto --dist worksteal -m long

lint: $(VENV)/.stamp
	$(BIN)/ruff check src tests tools
	$(BIN)/ruff format --check src tests tools
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/xlcheck lint

bench: $(VENV)/.stamp
	@$(BIN)/python -m compileall -q src
	$(BIN)/python tools/bench.py
	$(BIN)/python tools/bench_start.py
	$(BIN)/python tools/bench_desk.py
	$(BIN)/python tools/bench_binding.py
	$(BIN)/python tools/bench_documents.py

bench-layouts: $(VENV)/.stamp
	@$(BIN)/python -m compileall -q src
	$(BIN)/python tools/bench_layouts.py

# What many workbooks cost, on a cluster and in the pool. Takes half an hour.
bench-scale: $(VENV)/.stamp
	@$(BIN)/python -m compileall -q src
	$(BIN)/python tools/bench_scale.py engines
	$(BIN)/python tools/bench_scale.py sizes 10,100,1000,10000
	$(BIN)/python tools/bench_scale.py sizes 100000 --small

bench-causes: $(VENV)/.stamp
	@$(BIN)/python -m compileall -q src
	$(BIN)/python tools/bench_causes.py

# What needs no Python on the user's machine, from the package registries alone, pinned by tools/bundle/*.lock; into dist/.
# Windows: a zip folder and one exe (needs makensis). Linux desktops (信创): amd64 and arm64 (needs apt-get).
windows: $(VENV)/.stamp
	$(BIN)/python tools/bundle/windows.py

linux-bundle: $(VENV)/.stamp
	$(BIN)/python tools/bundle/linux.py

# Both built twice and compared, then used as a new user would: under wine64, in a root folder without a C library, under
# qemu. Installs what is missing where it may (root, apt-get).
test-desktop: $(VENV)/.stamp
	tools/bundle/test-desktop

# Rewrite what is generated: samples with their expected reports, templates, rule pages. Read the diff.
samples: $(VENV)/.stamp
	$(BIN)/python tools/samples.py

docs: $(VENV)/.stamp
	$(BIN)/python tools/docs.py

clean:
	rm -rf $(VENV) $(DEMO) build dist
