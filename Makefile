# The register's commands. `make run` shows it, `make test` runs every check; the rest is for whoever works on it.
# All they need is Python 3.11 or newer and the package registries; what else is missing they get, or name.

.PHONY: run test test-long format figures-check contract manage pins clean

# The first Python that is new enough; `make run PYTHON=/path/to/python3` chooses another.
PYTHON := $(shell for name in python3 python3.11 python3.12 python3.13 python3.14 python3.15; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; done)
ifeq ($(PYTHON),)
$(error Python 3.11 or newer is missing. Install it: apt-get install python3 python3-venv)
endif

# `make run` and then http://127.0.0.1:8000/, or `make run PORT=8001`. Data are kept in .local between runs.
run:
	@$(PYTHON) dev/run.py

# `make test ARGS="councils -k name"` hands the arguments to pytest.
test:
	@$(PYTHON) dev/checks.py $(ARGS)

# The same with the full counts: kills, interleavings, fuzzing, a hundred times the data.
test-long: export LONG = 1
test-long: test

# `make manage ARGS="shell"`: one of Django's commands, on the data of `make run`.
manage:
	@$(PYTHON) dev/manage_kept.py $(ARGS)

# Download the open files of a running register and reckon every published figure again: ADDRESS=http://127.0.0.1:8000
figures-check:
	@$(PYTHON) dev/figures_check.py

# Put the code into the one layout that `make test` asks for.
format:
	@$(PYTHON) dev/format.py

# Write what the API promises (sharedservices/openapi.json) anew, unless a program that goes by it would fail.
contract:
	@$(PYTHON) dev/contract.py

# requirements*.in to requirements*.txt: every package pinned, with its hashes.
pins:
	@$(PYTHON) dev/pins.py

# Remove everything the commands made: environment, front end, caches, and the kept data.
clean:
	@$(PYTHON) dev/clean.py
