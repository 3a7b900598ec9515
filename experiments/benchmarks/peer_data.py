"""The arrays that `rolecall_bench --export` writes, the tables that peers are given, and checksums of results."""

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
Checksum = dict[str, int]

LOG = {"person": "u32", "type": "u8", "day": "u16"}
MODULUS = 1009
"""The factors of `mixed` run from 1 to this."""
BLOCK = 1 << 22
"""Values added up at once: bounds the memory."""


@dataclass(frozen=True)
class PeerData:
    """An exported folder; arrays are read when asked for."""

    folder: Path
    rollup_folder: Path
    """Where `write_rollup` has put the daily rollup."""

    @cached_property
    def meta(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.folder / "meta.json").read_text(encoding="utf-8"))
        return found

    @property
    def people(self) -> int:
        return int(self.meta["people"])

    @property
    def groups(self) -> int:
        return int(self.meta["groups"])

    @property
    def types(self) -> int:
        return int(self.meta["types"])

    @property
    def days(self) -> int:
        return int(self.meta["days"])

    @property
    def cap(self) -> int:
        return int(self.meta["cap"])

    @property
    def window(self) -> int:
        """The days of the short window, which `series` moves over the year."""
        return int(min(self.meta["windows"]))

    def array(self, name: str) -> Array:
        """The raw array of a file named NAME.KIND, as `person.u32`."""
        kind = name.rsplit(".", 1)[1]
        return np.fromfile(self.folder / name, np.dtype(f"<{kind[0]}{int(kind[1:]) // 8}"))

    def log(self) -> dict[str, Array]:
        """The log in order of time."""
        return {name: self.array(f"{name}.{kind}") for name, kind in LOG.items()}

    def weights(self) -> Array:
        return self.array("weights.i32")

    def features(self) -> Array:
        """Groups × types."""
        return self.array("features.u32").reshape(self.groups, self.types)

    def cap_features(self) -> Array:
        """Types × cap levels × groups."""
        return self.array("cap_features.u32").reshape(self.types, -1, self.groups)

    def won(self) -> Array:
        return self.array("won.u8")

    def candidate_weights(self) -> Array:
        """Candidates × types."""
        return self.array("candidate_weights.i32").reshape(-1, self.types)

    def candidate_caps(self) -> Array:
        """Candidates × types, each from 1."""
        return self.array("candidate_caps.u8").reshape(-1, self.types)

    def rollup(self, order: str) -> dict[str, Array]:
        """Person, day and contribution (capped and weighted) of every person and day with activity.

        `order` is `person` (then day) or `day` (then person).
        """
        with np.load(self.rollup_folder / f"{order}.npz") as file:
            return {name: file[name] for name in ("person", "day", "contribution")}


def write_rollup(data: PeerData) -> None:
    """Makes the daily rollup in both orders."""
    log = data.log()
    cells = (log["person"].astype(np.int64) * data.days + log["day"]) * data.types + log["type"]
    cells.sort()
    starts = run_starts(cells)
    counts = np.diff(starts, append=len(cells))
    cells = cells[starts]
    value = np.minimum(counts, data.cap) * data.weights()[cells % data.types].astype(np.int64)
    person_days = cells // data.types
    starts = run_starts(person_days)
    contribution = np.add.reduceat(value, starts) if len(starts) else value
    person, day = np.divmod(person_days[starts], data.days)
    by_day = np.argsort(day, kind="stable")
    for name, order in (("person", slice(None)), ("day", by_day)):
        np.savez(
            data.rollup_folder / f"{name}.npz",
            person=person[order].astype(np.uint32),
            day=day[order].astype(np.uint16),
            contribution=contribution[order].astype(np.uint32),
        )


def run_starts(values: Array) -> Array:
    """Where runs of equal values start."""
    return np.flatnonzero(np.concatenate(([True], values[1:] != values[:-1]))[: len(values)])


def score_checksum(person: Array, score: Array) -> Checksum:
    """Of scores by person; people who are left out score 0."""
    score = score.astype(np.int64)
    return {"sum": int(score.sum()), "mixed": int((score * (person.astype(np.int64) % MODULUS + 1)).sum())}


def ingest_checksum(person: Array, day: Array, type_: Array) -> Checksum:
    """Of a sorted log: a row is worth the sum of its values, mixed by its place."""
    total = mixed = 0
    for start in range(0, len(person), BLOCK):
        part = slice(start, start + BLOCK)
        value = person[part].astype(np.int64) + day[part] + type_[part]
        place = np.arange(start, start + len(value), dtype=np.int64)
        total += int(value.sum())
        mixed += int((value * (place % MODULUS + 1)).sum())
    return {"sum": total, "mixed": mixed}


def half_wins_of_auc(auc: float, won: Array) -> int:
    """Twice the pairs won by won groups, ties once, from an AUC in double precision: exact below 2^50 pairs."""
    winners = int(won.sum())
    return round(auc * 2 * winners * (len(won) - winners))
