"""Prints what rolecall_bench measured as a table.

    experiments/benchmarks/table.py build/bench.json --markdown

Exit code 1 when a case gave a wrong result, 2 when the file has none.
"""

import argparse
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from google_benchmark import parse_document

HEADERS = ("case", "median time", "items/s", "bytes/s", "of bandwidth", "to peer")
COUNTERS = ("median_seconds", "items_per_second", "bytes_per_second", "bandwidth_share", "peer_ratio")
NAME = re.compile(r"(?P<case>.+)/activities:(?P<activities>\d+)/threads:(?P<threads>\d+)(/.*)?")


@dataclass(frozen=True)
class Row:
    """A case of one size: the counters it has, or what is wrong with it."""

    case: str
    size: str
    counters: dict[str, float]
    error: str = ""


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("json", type=Path, metavar="JSON", help="what --benchmark_out wrote")
    parser.add_argument("--markdown", action="store_true", help="as Markdown, for the documentation")
    options = parser.parse_args(arguments)
    try:
        document = parse_document(options.json.read_text(encoding="utf-8"))
        rows = read_rows(document["benchmarks"])
    except (OSError, ValueError, KeyError) as error:
        print(f"error: {options.json}: {error}", file=sys.stderr)
        return 2
    if not rows:
        print(f"error: {options.json} holds no case; does the filter fit any?", file=sys.stderr)
        return 2
    print(describe(document.get("context", {})))
    for size in dict.fromkeys(row.size for row in rows):
        print(f"\n{size}\n")
        lines = [HEADERS, *(cells(row) for row in rows if row.size == size)]
        print("\n".join(markdown(lines) if options.markdown else plain(lines)))
    wrong = [row for row in rows if row.error]
    for row in wrong:
        print(f"error: {row.case} of {row.size}: {row.error}", file=sys.stderr)
    return 1 if wrong else 0


def read_rows(entries: list[dict[str, Any]]) -> list[Row]:
    """The cases in their order; of repetitions, the median of each counter."""
    runs: dict[str, list[dict[str, Any]]] = {}
    for entry in entries:
        if entry.get("run_type", "iteration") == "iteration":
            runs.setdefault(entry.get("run_name", entry["name"]), []).append(entry)
    rows = []
    for name, repetitions in runs.items():
        errors = [str(r.get("error_message", "failed")) for r in repetitions if r.get("error_occurred")]
        counters = {
            key: median(float(r[key]) for r in repetitions)
            for key in COUNTERS
            if not errors and all(key in r for r in repetitions)
        }
        parts = NAME.fullmatch(name)
        size = f"{int(parts['activities']):,} activities, {plural(int(parts['threads']), 'thread')}" if parts else ""
        rows.append(Row(parts["case"] if parts else name, size, counters, errors[0] if errors else ""))
    return rows


def describe(context: dict[str, Any]) -> str:
    """The machine."""
    cores = plural(int(context.get("num_cpus", 0)), "core")
    return f"{cores} of {int(context.get('mhz_per_cpu', 0)):,} MHz, vectors: {context.get('simd', 'unknown')}"


def plural(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def cells(row: Row) -> tuple[str, ...]:
    """The texts of a row; a dash where the case has no such figure."""
    if row.error:
        return row.case, "WRONG", *[""] * (len(HEADERS) - 2)
    time, items, byte, share, peer = (row.counters.get(key) for key in COUNTERS)
    return (
        row.case,
        "—" if time is None else f"{1e3 * time:,.3f} ms",
        "—" if items is None else f"{scaled(items)}/s",
        "—" if byte is None else f"{scaled(byte)}B/s",
        "—" if share is None else f"{100 * share:.1f} %",
        "—" if peer is None else f"{peer:.2f} ×",
    )


def scaled(value: float) -> str:
    """Three digits and a prefix of a thousand."""
    for prefix in ("", "k", "M", "G"):
        if value < 999.5:
            break
        value /= 1000
    return f"{value:.3g} {prefix}"


def plain(lines: list[tuple[str, ...]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return [
        "  ".join(text.rjust(w) if i else text.ljust(w) for i, (text, w) in enumerate(zip(line, widths, strict=True)))
        .rstrip()
        for line in lines
    ]


def markdown(lines: list[tuple[str, ...]]) -> list[str]:
    quoted = [lines[0], *((f"`{line[0]}`", *line[1:]) for line in lines[1:])]
    rows = ["| " + " | ".join(line) + " |" for line in quoted]
    return [rows[0], "|---|" + "---:|" * (len(HEADERS) - 1), *rows[1:]]


if __name__ == "__main__":
    sys.exit(main())
