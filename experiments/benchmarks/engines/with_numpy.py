"""NumPy: sorts and sums of arrays, written by hand. Only `series` and what-if use more than one thread."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np
from engines import Job
from peer_data import MODULUS, Array, Checksum, PeerData, ingest_checksum, run_starts, score_checksum

BLOCK = 512
"""People whose series are made at once: what stays in the cache."""


class Engine:
    def __init__(self, data: PeerData, threads: int) -> None:
        self.data = data
        self.pool = ThreadPoolExecutor(threads)

    @property
    def version(self) -> str:
        return np.__version__

    def raw(self, window: int) -> Job:
        data, log = self.data, self.data.log()
        weights = data.weights().astype(float)

        def run() -> Array:
            cells = sorted_cells(log, data, window)
            starts = run_starts(cells)
            counts = np.diff(starts, append=len(cells))
            person_days, type_ = np.divmod(cells[starts], data.types)
            value = np.minimum(counts, data.cap) * weights[type_]
            return np.bincount(person_days // window, value, data.people)

        return Job(run, check_dense)

    def prepared(self, window: int) -> Job:
        data = self.data
        rollup = data.rollup("day" if window < data.days else "person")
        person, value, day = rollup["person"].astype(np.intp), rollup["contribution"].astype(float), rollup["day"]

        def run() -> Array:
            start = np.searchsorted(day, data.days - window) if window < data.days else 0
            return np.bincount(person[start:], value[start:], data.people)

        return Job(run, check_dense)

    def ingest(self) -> Job:
        data, log = self.data, self.data.log()

        def run() -> tuple[Array, Array, Array]:
            person_days, type_ = np.divmod(sorted_cells(log, data, data.days), data.types)
            person, day = np.divmod(person_days, data.days)
            return person.astype(np.uint32), day.astype(np.uint16), type_.astype(np.uint8)

        return Job(run, lambda columns: ingest_checksum(*columns))

    def series(self) -> Job:
        data, rollup = self.data, self.data.rollup("person")
        person, value = rollup["person"], rollup["contribution"]
        place = person.astype(np.int64) * data.days + rollup["day"]
        factor = np.arange(MODULUS + data.days, dtype=np.int64) % MODULUS + 1

        def block(first: int) -> tuple[int, int]:
            people = min(BLOCK, data.people - first)
            rows = slice(*np.searchsorted(person, (first, first + people)))
            totals = np.zeros((people, data.window + data.days), np.int64)
            days = totals[:, data.window :]
            local = place[rows] - first * data.days
            days[local // data.days, local % data.days] = value[rows]
            np.cumsum(days, axis=1, out=days)
            scores = days - totals[:, : data.days]
            starts = np.arange(first, first + people) % MODULUS
            factors = np.lib.stride_tricks.sliding_window_view(factor, data.days)[starts]
            return int(scores.sum()), int(np.vdot(scores, factors))

        def run() -> Checksum:
            parts = list(self.pool.map(block, range(0, data.people, BLOCK)))
            return {"sum": sum(part[0] for part in parts), "mixed": sum(part[1] for part in parts)}

        return Job(run, dict)

    def whatif_weights(self) -> Job:
        data = self.data
        features, candidates = data.features().astype(float), data.candidate_weights().astype(float)
        count = partial(half_wins, won=data.won().astype(np.int64))

        def run() -> int:
            return sum(self.pool.map(count, candidates @ features.T))

        return Job(run, lambda found: {"half_wins": found})

    def whatif_caps(self) -> Job:
        data = self.data
        features, weights = data.cap_features().astype(float), data.weights().astype(float)
        types, won = np.arange(data.types), data.won().astype(np.int64)
        candidates = data.candidate_caps().astype(np.intp) - 1

        def one(levels: Array) -> int:
            return half_wins(weights @ features[types, levels], won)

        def run() -> int:
            return sum(self.pool.map(one, candidates))

        return Job(run, lambda found: {"half_wins": found})


def sorted_cells(log: dict[str, Array], data: PeerData, window: int) -> Array:
    """Person, day of the window and type of every row in one integer, ascending."""
    first = data.days - window
    rows = slice(np.searchsorted(log["day"], first), None)  # the log is in order of time
    narrow = data.people * window * data.types <= np.iinfo(np.uint32).max
    cells: Array = log["person"][rows].astype(np.uint32 if narrow else np.int64)
    np.multiply(cells, cells.dtype.type(window), out=cells)
    np.add(cells, log["day"][rows] - np.uint16(first), out=cells)
    np.multiply(cells, cells.dtype.type(data.types), out=cells)
    np.add(cells, log["type"][rows], out=cells)
    cells.sort()
    return cells


def half_wins(score: Array, won: Array) -> int:
    """Twice the pairs in which a won group outscores a lost one, ties once: one sort of scores with their outcome."""
    keys = score.astype(np.int64) * 2 + won
    keys.sort()
    won, score = keys & 1, keys >> 1
    starts = run_starts(score)
    winners = np.add.reduceat(won, starts)
    losers = np.diff(starts, append=len(won)) - winners
    return int(winners @ (2 * (np.cumsum(losers) - losers) + losers))


def check_dense(scores: Array) -> Checksum:
    return score_checksum(np.arange(len(scores)), scores)
