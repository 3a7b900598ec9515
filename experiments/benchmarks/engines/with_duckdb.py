"""DuckDB, in memory."""

import tempfile
from typing import Any

import duckdb
import numpy as np
import pyarrow
from engines import Job
from peer_data import MODULUS, Array, PeerData, ingest_checksum, score_checksum


class Engine:
    def __init__(self, data: PeerData, threads: int) -> None:
        self.data = data
        self.spill = tempfile.TemporaryDirectory(prefix="rolecall-duckdb-")
        self.connection = duckdb.connect(config={"threads": threads, "temp_directory": self.spill.name})

    @property
    def version(self) -> str:
        return str(duckdb.__version__)

    def load(self, name: str, columns: dict[str, Any]) -> None:
        self.connection.register("source", pyarrow.table(columns))
        self.connection.execute(f"create table {name} as from source")
        self.connection.unregister("source")

    def scores(self, query: str) -> Job:
        """A query of person and score."""

        def run() -> Any:
            return self.connection.sql(query).to_arrow_table()

        return Job(run, lambda table: score_checksum(table["person"].to_numpy(), table["score"].to_numpy()))

    def raw(self, window: int) -> Job:
        data = self.data
        self.load("log", data.log())
        self.load("weights", {"type": np.arange(data.types, dtype=np.uint8), "weight": data.weights()})
        return self.scores(f"""
            select person, sum(least(n, {data.cap}) * weight)::bigint score
            from (
              select person, (cell % {data.types})::utinyint as type, n
              from (
                select person, day::integer * {data.types} + type cell, count(*) n
                from log where day >= {data.days - window} group by person, cell
              )
            ) join weights using (type)
            group by person""")

    def prepared(self, window: int) -> Job:
        self.load("rollup", self.data.rollup("day" if window < self.data.days else "person"))
        where = f"where day >= {self.data.days - window}" if window < self.data.days else ""
        return self.scores(f"select person, sum(contribution)::bigint score from rollup {where} group by person")

    def ingest(self) -> Job:
        self.load("log", self.data.log())

        def run() -> None:
            self.connection.execute("create table sorted as select person, day, type from log order by all")

        def check(_: None) -> dict[str, int]:
            table = self.connection.sql("from sorted").to_arrow_table()
            return ingest_checksum(*(table[name].to_numpy() for name in ("person", "day", "type")))

        def before() -> None:
            self.connection.execute("drop table if exists sorted")

        return Job(run, check, before)

    def series(self) -> Job:
        """Days on which a score changes, running sums over these, and a row for every day until the next.

        Several times as fast as a window function over a row for every person and day, or as a join by range.
        """
        days, window = self.data.days, self.data.window
        self.load("rollup", self.data.rollup("person"))
        query = f"""
            with changes as (
              select person, day, sum(change) change
              from (
                select person, day::integer as day, contribution::integer change from rollup union all
                select person, day::integer + {window}, -contribution::integer from rollup where day < {days - window}
              ) group by all
            ), spans as (
              select person, day, (sum(change) over by_day)::bigint score, lead(day, 1, {days}) over by_day next_day
              from changes window by_day as (partition by person order by day)
            ), daily as (
              select person, unnest(range(day, next_day)) as day, score from spans where score > 0
            )
            select sum(score)::bigint, sum(score * ((person + day) % {MODULUS} + 1))::bigint from daily"""

        def run() -> Any:
            return self.connection.sql(query).fetchall()[0]

        return Job(run, lambda row: {"sum": row[0], "mixed": row[1]})

    def auc(self, score: str, features: dict[str, Any], candidates: dict[str, Array]) -> Job:
        """The AUC of all candidates in one query, from ranks; `score` reads the columns of both tables."""
        won = self.data.won()
        winners, count = int(won.sum()), int(self.data.meta["candidates"])
        self.load("features", features | {"won": won})
        self.load("candidates", {"candidate": np.arange(count, dtype=np.uint16)} | candidates)
        query = f"""
            select sum(ranks)::bigint - {count * winners * (winners + 1)}
            from (
              select won, rank() over by_score + count(*) over by_score ranks
              from (select candidate, {score} score, won from features cross join candidates)
              window by_score as (partition by candidate order by score)
            ) where won = 1"""

        def run() -> int:
            return int(self.connection.sql(query).fetchall()[0][0])

        return Job(run, lambda found: {"half_wins": found})

    def whatif_weights(self) -> Job:
        types, features, weights = range(self.data.types), self.data.features(), self.data.candidate_weights()
        kind = narrowest(int(weights.max()) * int(features.sum(axis=1, dtype=np.int64).max()))
        return self.auc(
            " + ".join(f"w{t} * f{t}" for t in types),
            {f"f{t}": features[:, t].astype(kind) for t in types},
            {f"w{t}": weights[:, t].astype(kind) for t in types},
        )

    def whatif_caps(self) -> Job:
        """With an array of cap levels for each type: faster than a column for each level."""
        features, weights, caps = self.data.cap_features(), self.data.weights(), self.data.candidate_caps()
        kind = narrowest(int(weights.max()) * int(features[:, -1].sum(axis=0, dtype=np.int64).max()))
        levels = features.shape[1]
        return self.auc(
            " + ".join(f"{w} * f{t}[c{t}]" for t, w in enumerate(weights)),
            {
                f"f{t}": pyarrow.FixedSizeListArray.from_arrays(rows.T.astype(kind).ravel(), levels)
                for t, rows in enumerate(features)
            },
            {f"c{t}": caps[:, t].astype(np.int32) for t in range(self.data.types)},
        )


def narrowest(bound: int) -> type[np.generic]:
    """The fastest type in which scores up to this are exact; DOUBLE adds faster than BIGINT does."""
    return np.int32 if bound < 2**31 else np.float64
