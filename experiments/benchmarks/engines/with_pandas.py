"""pandas, which has one thread."""

import numpy as np
import pandas as pd
from engines import Job
from peer_data import MODULUS, Checksum, PeerData, ingest_checksum, score_checksum

SORTED_AT_MOST = 10_000_000
"""Rows that it is asked to sort."""


class Engine:
    def __init__(self, data: PeerData, threads: int) -> None:
        self.data = data

    @property
    def version(self) -> str:
        return str(pd.__version__)

    def raw(self, window: int) -> Job:
        data, log = self.data, pd.DataFrame(self.data.log(), copy=False)
        weights = data.weights().astype(np.int64)

        def run() -> pd.Series:
            first = log["day"].searchsorted(data.days - window)  # the log is in order of time
            rows = log.iloc[first:]
            cells = (rows["person"].astype(np.int64) * data.days + rows["day"]) * data.types + rows["type"]
            cells = cells.sort_values(ignore_index=True)  # faster than value_counts of as many cells
            starts = np.flatnonzero(cells.ne(cells.shift()))
            first_rows = cells.to_numpy()[starts]
            counts = pd.Series(np.diff(starts, append=len(cells)))
            value = counts.clip(upper=data.cap) * weights[first_rows % data.types]
            return value.groupby(first_rows // (data.days * data.types), sort=False).sum()

        return Job(run, check_scores)

    def prepared(self, window: int) -> Job:
        short = window < self.data.days
        rollup = pd.DataFrame(self.data.rollup("day" if short else "person"), copy=False)

        def run() -> pd.Series:
            first = rollup["day"].searchsorted(self.data.days - window) if short else 0
            return rollup.iloc[first:].groupby("person", sort=False)["contribution"].sum()

        return Job(run, check_scores)

    def ingest(self) -> Job:
        if self.data.meta["activities"] > SORTED_AT_MOST:
            raise NotImplementedError(f"only up to {SORTED_AT_MOST:,} activities")
        data, log = self.data, pd.DataFrame(self.data.log())

        def run() -> pd.DataFrame:
            """By one key that holds all three: faster than sort_values of three columns."""
            cells = (log["person"].astype(np.int64) * data.days + log["day"]) * data.types + log["type"]
            cells = cells.sort_values(ignore_index=True)
            day = cells // data.types
            return pd.DataFrame(
                {
                    "person": (day // data.days).astype(np.uint32),
                    "day": (day % data.days).astype(np.uint16),
                    "type": (cells % data.types).astype(np.uint8),
                }
            )

        return Job(run, lambda table: ingest_checksum(*(table[name].to_numpy() for name in ("person", "day", "type"))))

    def series(self) -> Job:
        """A table of days by people, and running sums down its columns."""
        data, rollup = self.data, pd.DataFrame(self.data.rollup("person"))
        days = np.arange(data.days)

        def run() -> Checksum:
            grid = rollup.pivot(index="day", columns="person", values="contribution")
            totals = grid.reindex(days).fillna(0).astype(np.int64).cumsum()
            scores = totals - totals.shift(data.window, fill_value=0)
            people = scores.columns.to_numpy().astype(np.int64)
            mixed = scores * ((people[None, :] + days[:, None]) % MODULUS + 1)
            return {"sum": int(scores.sum().sum()), "mixed": int(mixed.sum().sum())}

        return Job(run, dict)

    def auc(self, table: pd.DataFrame, candidates: list[dict[str, int]]) -> Job:
        """Candidates one by one, each the weights of columns of `table`."""
        won = self.data.won().astype(bool)
        winners = int(won.sum())

        def one(weights: dict[str, int]) -> int:
            ranks = table[list(weights)].dot(np.array(list(weights.values()), float)).rank()
            return int(2 * ranks[won].sum()) - winners * (winners + 1)

        def run() -> int:
            return sum(map(one, candidates))

        return Job(run, lambda found: {"half_wins": found})

    def whatif_weights(self) -> Job:
        table = pd.DataFrame(self.data.features().astype(float)).add_prefix("f")
        return self.auc(
            table, [{f"f{t}": int(w) for t, w in enumerate(weights)} for weights in self.data.candidate_weights()]
        )

    def whatif_caps(self) -> Job:
        data, weights = self.data, self.data.weights()
        features = data.cap_features().astype(float)
        table = pd.DataFrame({f"f{t}_{c + 1}": row for t, rows in enumerate(features) for c, row in enumerate(rows)})
        return self.auc(
            table,
            [
                {f"f{t}_{c}": int(w) for t, (w, c) in enumerate(zip(weights, caps, strict=True))}
                for caps in data.candidate_caps()
            ],
        )


def check_scores(scores: pd.Series) -> Checksum:
    return score_checksum(scores.index.to_numpy(), scores.to_numpy())
