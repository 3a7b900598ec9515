#!/usr/bin/env bash
# Times rolecall and its peers on the same data, in build/. Installs the peers when they are missing or have changed.
#   experiments/benchmarks/peers.sh ACTIVITIES THREADS
set -euo pipefail
cd "$(dirname "$0")/../.."
activities=$1
threads=$2
venv=build/venv-peers
requirements=experiments/benchmarks/requirements.txt

if ! cmp -s "$requirements" "$venv/installed"; then
  echo "bench-peers: installing the peers into $venv"
  /usr/bin/python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check -r "$requirements"
  cp "$requirements" "$venv/installed"
fi

build/bin/rolecall_bench --export build/bench-data --activities "$activities" --threads "$threads"
build/bin/rolecall_bench --activities "$activities" --threads "$threads" \
  --benchmark_filter="^(ingest|score/(raw|index)/window:(30|365)|series/365|whatif/(weights|caps))(/.*)?/activities:$activities(/|\$)" \
  --benchmark_out=build/bench-peers-rolecall.json --benchmark_out_format=json
"$venv/bin/python" experiments/benchmarks/peers.py --data build/bench-data --bench build/bench-peers-rolecall.json \
  --threads "$threads" -o build/bench-peers.json
