"""Polars, each query on the engine that is faster for it; its threads are set in the environment.

The log is marked as sorted by day, the rollup as in its order.
"""

from functools import partial
from typing import Any

import numpy as np
import polars as pl
from engines import Job
from peer_data import MODULUS, Checksum, PeerData, ingest_checksum, score_checksum


class Engine:
    def __init__(self, data: PeerData, threads: int) -> None:
        if pl.thread_pool_size() != threads:
            raise RuntimeError(f"set POLARS_MAX_THREADS={threads} before Polars is loaded")
        self.data = data

    @property
    def version(self) -> str:
        return pl.__version__

    def raw(self, window: int) -> Job:
        data = self.data
        log = pl.DataFrame(data.log()).with_columns(pl.col("day").set_sorted())
        weights = pl.Series(data.weights().astype(np.int64))
        cell = (pl.col("person").cast(pl.UInt64) * data.days + pl.col("day")) * data.types + pl.col("type")
        query = (
            log.lazy()
            .filter(pl.col("day") >= data.days - window)
            .select(runs=cell.sort().rle())  # several times as fast as a group_by of as many groups
            .unnest("runs")
            .select(
                person=(pl.col("value") // (data.days * data.types)).cast(pl.UInt32),
                score=pl.col("len").clip(upper_bound=data.cap) * pl.lit(weights).gather(pl.col("value") % data.types),
            )
            .group_by("person")
            .agg(pl.col("score").sum())
        )
        return Job(partial(query.collect, engine="streaming"), check_scores)

    def prepared(self, window: int) -> Job:
        short = window < self.data.days
        rollup = pl.DataFrame(self.data.rollup("day" if short else "person"))
        rollup = rollup.with_columns(pl.col("day" if short else "person").set_sorted())
        query = rollup.lazy()
        if short:
            query = query.filter(pl.col("day") >= self.data.days - window)
        query = query.group_by("person").agg(score=pl.col("contribution").sum())
        return Job(partial(query.collect, engine="streaming" if short else "in-memory"), check_scores)

    def ingest(self) -> Job:
        """By one key that holds all three, which Polars sorts several times as fast as three columns."""
        log = pl.DataFrame(self.data.log())
        row = pl.col("row")
        key = pl.col("person").cast(pl.UInt64) * (1 << 24) + pl.col("day").cast(pl.UInt64) * 256 + pl.col("type")
        query = log.lazy().select(row=key.sort())
        query = query.select(
            person=(row // (1 << 24)).cast(pl.UInt32),
            day=(row // 256 % 65536).cast(pl.UInt16),
            type=(row % 256).cast(pl.UInt8),
        )

        def run() -> pl.DataFrame:
            return query.collect()

        return Job(run, lambda table: ingest_checksum(*(column.to_numpy() for column in table)))

    def series(self) -> Job:
        """A row for every person and day, after a window of days without activity: one running sum serves all."""
        data, rollup = self.data, pl.DataFrame(self.data.rollup("person"))
        width = data.window + data.days
        places = pl.col("person").cast(pl.Int64) * width + data.window + pl.col("day")
        factor = (pl.col("person") + pl.col("day") - data.window) % MODULUS + 1

        def run() -> Any:
            grid = pl.zeros(data.people * width, pl.Int64, eager=True)
            totals = grid.scatter(
                rollup.select(places).to_series(), rollup["contribution"].cast(pl.Int64)
            ).cum_sum()
            scores = pl.DataFrame({"score": totals - totals.shift(data.window, fill_value=0)}).lazy()
            daily = scores.with_row_index("row").with_columns(person=pl.col("row") // width, day=pl.col("row") % width)
            daily = daily.filter(pl.col("day") >= data.window)
            sums = daily.select(pl.col("score").sum(), mixed=(pl.col("score") * factor).sum())
            return sums.collect(engine="streaming").row(0)

        return Job(run, lambda row: {"sum": row[0], "mixed": row[1]})

    def auc(self, table: pl.DataFrame, scores: list[pl.Expr]) -> Job:
        """All candidates together, each an expression over the columns of `table`; ranks give the AUC."""
        won = self.data.won()
        winners = int(won.sum())
        table = table.with_columns(won=pl.Series(won.astype(np.int64)))
        queries = [
            table.lazy().select((score.rank("average") * 2 * pl.col("won")).sum() - winners * (winners + 1))
            for score in scores
        ]

        def run() -> int:
            return sum(int(found.item()) for found in pl.collect_all(queries))

        return Job(run, lambda found: {"half_wins": found})

    def whatif_weights(self) -> Job:
        data, features = self.data, self.data.features()
        table = pl.DataFrame({f"f{t}": features[:, t].astype(np.int64) for t in range(data.types)})
        scores = [
            pl.sum_horizontal(pl.col(f"f{t}") * int(w) for t, w in enumerate(weights))
            for weights in data.candidate_weights()
        ]
        return self.auc(table, scores)

    def whatif_caps(self) -> Job:
        data, weights = self.data, self.data.weights()
        table = pl.DataFrame(
            {
                f"f{t}_{c + 1}": row.astype(np.int64)
                for t, levels in enumerate(data.cap_features())
                for c, row in enumerate(levels)
            }
        )
        scores = [
            pl.sum_horizontal(pl.col(f"f{t}_{c}") * int(w) for t, (w, c) in enumerate(zip(weights, caps, strict=True)))
            for caps in data.candidate_caps()
        ]
        return self.auc(table, scores)


def check_scores(table: Any) -> Checksum:
    return score_checksum(table["person"].to_numpy(), table["score"].to_numpy())
