#!/usr/bin/env bash
# Runs every test and closes with one line, "N passed, N failed". Fails when anything failed, or
# nothing ran.
set -uo pipefail
cd "$(dirname "$0")/.."
reports=build/test-reports
rm -rf "$reports"
mkdir -p "$reports"
status=0

for program in build/bin/rolecall_*_tests; do
  "$program" --gtest_brief=1 --gtest_output="xml:$reports/$(basename "$program").xml" || status=1
done

# A short run under the sanitizers, of the layers that read strangers' bytes.
# The HDF5 library leaks when it meets damaged files; what is ours must not.
export LSAN_OPTIONS="suppressions=$PWD/cmake/lsan.supp:print_suppressions=0"
cmake --preset asan >build/configure-asan.log || { cat build/configure-asan.log; status=1; }
cmake --build --preset asan --parallel "$(nproc)" --target sanitized_tests || status=1
for layer in core generators scoring results sim experiments; do
  program=build-asan/bin/rolecall_${layer}_tests
  "$program" --gtest_brief=1 --gtest_output="xml:$reports/asan_$layer.xml" || status=1
done

build/venv/bin/python -m pytest tests/python -q -n auto --junitxml="$reports/pytest.xml" || status=1

build/venv/bin/python - "$reports" "$status" <<'END'
import sys
import xml.etree.ElementTree as xml
from pathlib import Path

passed = failed = skipped = 0
for report in Path(sys.argv[1]).glob("*.xml"):
    for case in xml.parse(report).getroot().iter("testcase"):
        if case.find("failure") is not None or case.find("error") is not None:
            failed += 1
        elif case.find("skipped") is not None or case.get("status") == "notrun":
            skipped += 1
        else:
            passed += 1
if sys.argv[2] != "0" and failed == 0:
    failed = 1  # a runner died before it could say so
print(f"{passed} passed, {failed} failed, {skipped} skipped")
sys.exit(failed > 0 or passed == 0)
END
