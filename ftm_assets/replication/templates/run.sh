#!/usr/bin/env bash
# Makes every table from the pseudo data, and compares them with what they should be. Into output/; nothing else is touched.
#
#   bash run.sh                  2023Q1 of the sample; installs the locked packages into .venv first
#   bash run.sh 2023Q1 2023Q4    all four quarters: threads over quarters need several
#
# REPLICATION_PYTHON=/path/to/python  a Python that has the packages already: nothing is installed
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
first=${1:-2023Q1}
last=${2:-$first}

python=${REPLICATION_PYTHON:-}
if [ -z "$python" ]; then
  python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "python3 is too old: this needs 3.11 to 3.14"; exit 1; }
  [ -x .venv/bin/python ] || python3 -m venv .venv
  locked=".venv/bin/python -m pip install --quiet --no-deps --require-hashes"
  $locked -r code/requirements.lock
  # The build without CUDA, where an index has it; else PyPI's.
  $locked -r code/requirements-torch-cpu.lock 2>/dev/null || $locked -r code/requirements-torch.lock
  python=.venv/bin/python
fi

# The pseudo data by the defaults, whatever is set on this computer.
for name in $(compgen -e); do
  case $name in FTM_* | LLM_* | WRDS_* | XAI_API_KEY | DATA_SOURCE | S3_BUCKET | CHECKPOINT_INTERVAL | ALLOW_FAILURES) unset "$name" ;; esac
done
export PYTHONPATH="$PWD/code" PYTHONDONTWRITEBYTECODE=1
export DATA_SOURCE=sample FTM_STORE="$PWD/output/store" DAGSTER_HOME="$PWD/output/dagster"

"$python" -m ftm_assets.cli run "$first" "$last"
"$python" -m ftm_assets.cli export "$first" --to output/tables
"$python" -m ftm_assets.replication.check output/store
