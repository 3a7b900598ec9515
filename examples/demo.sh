#!/usr/bin/env bash
# The demo: scores the published worked example, then a small made-up market, and says what the
# scores are worth; with real data beside the checkout, that too. Then a world whose truth is known,
# a study that finds it again, and its report.
#   examples/demo.sh PATH/TO/rolecall
set -euo pipefail
cd "$(dirname "$0")/.."
rolecall=$1
out=build/demo
rm -rf "$out"
mkdir -p "$out"

title() { printf '\n\033[1m%s\033[0m\n' "$1"; }
run() {
  printf '\033[2m$ rolecall %s\033[0m\n' "$*"
  "$rolecall" "$@"
}

title "1. The published worked example: six people, two days, one group. The score is 35.25."
run score examples/worked-example --model examples/worked-example/model.toml \
  --as-of 2026-03-02

title "2. A small market: import it once, into a file that carries its own recipe."
run import csv examples/small -o "$out/small.h5"

title "3. Who is engaged as of 31 March, and which roles are still missing?"
run score "$out/small.h5" --model ajo-seed --as-of 2026-03-31 --top 10

title "4. Is the score worth anything? Score each group a week before its outcome, and compare."
run evaluate "$out/small.h5" --model ajo-seed --as-of outcome-7d

title "5. Keep the scores with the model, the day and the digest of the world they came from."
run score "$out/small.h5" --model ajo-seed --as-of 2026-03-31 -o "$out/scores.h5"
run info "$out/scores.h5"

if [ -d ../shared/data/kdd2015 ]; then
  title "6. Real activity streams: 7,448 enrolments in five courses, stayed (won) or dropped out."
  run import csv ../shared/data/kdd2015 -o "$out/kdd2015.h5"
  run evaluate "$out/kdd2015.h5" --model examples/kdd2015.toml --as-of outcome-0d
fi

title "7. A world whose truth is known: 10,000 accounts, 100,000 people, 10 million activities."
run generate --preset medium -o "$out/medium.h5"
run evaluate "$out/medium.h5" --model truth --as-of outcome-1d --replicates 200

title "8. Can the true role weights be found? Search on four fifths of the account trees, judge on the rest, five times."
run run role-weights --world "$out/medium.h5" -o "$out/role-weights.h5"
run report "$out/role-weights.h5" -o "$out/role-weights.html"

title "The report: $out/role-weights.html"
echo "  build/bin/rolecall --help              every command"
echo "  build/bin/rolecall models ajo-seed     a model to start your own from"
echo "  build/bin/rolecall score YOUR_FOLDER --model ajo-seed --as-of 2026-03-31"
echo "  build/bin/rolecall run role-weights --world YOUR_FOLDER -o results.h5"
echo "  build/bin/rolecall studies role-weights > mine.toml     a study to start your own from: docs/studies.md"
