"""Reads what Google Benchmark writes as JSON."""

import json
from pathlib import Path
from statistics import median
from typing import Any

UNITS = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0}
Cases = dict[str, list[float]]
"""Wall-clock seconds of one iteration by case, one for each repetition."""


def read_cases(path: Path) -> Cases:
    """The cases of a file."""
    return parse_cases(path.read_text(encoding="utf-8"))


def parse_cases(text: str) -> Cases:
    """The cases of a JSON text, in its order; where only aggregates were kept, their median. Raises ValueError.

    Cases that reported an error are left out.
    """
    runs: Cases = {}
    medians: Cases = {}
    for entry in parse_document(text)["benchmarks"]:
        if entry.get("error_occurred"):
            continue
        name = entry.get("run_name", entry["name"])
        if entry.get("run_type", "iteration") == "iteration":
            runs.setdefault(name, []).append(seconds(entry))
        elif entry.get("aggregate_name") == "median":
            medians[name] = [seconds(entry)]
    return {**medians, **runs}


def parse_document(text: str) -> dict[str, Any]:
    """All that a JSON text says: its `context`, and the list of its `benchmarks`. Raises ValueError."""
    document = json.loads(text)
    if not isinstance(document, dict) or not isinstance(document.get("benchmarks"), list):
        raise ValueError("no JSON of Google Benchmark: it has no list `benchmarks`")
    return document


def seconds(entry: dict[str, Any]) -> float:
    """The wall-clock time of an iteration: the median, where the case reports it."""
    if "median_seconds" in entry:
        return float(entry["median_seconds"])
    return float(entry["real_time"]) * UNITS[entry["time_unit"]]


def find_case(cases: Cases, job: str, **parameters: int) -> float | None:
    """The median of the case whose name begins with `job` and says nothing else of the parameters than is asked for.

    A case that does not name a parameter fits any value of it; the one that names most is taken.
    """
    best: tuple[int, float] | None = None
    for name, times in cases.items():
        if not (name + "/").startswith(job + "/"):
            continue
        said = dict(part.split(":", 1) for part in name[len(job) :].split("/") if ":" in part)
        asked = {key: str(value) for key, value in parameters.items() if key in said}
        if all(said[key] == value for key, value in asked.items()) and (best is None or len(asked) > best[0]):
            best = len(asked), median(times)
    return best[1] if best else None
