"""chDB: ClickHouse in the process. The log is a Memory table; what has an order is a MergeTree."""

import tempfile
from typing import Any

import numpy as np
import pyarrow
from chdb.session import Session
from engines import Job
from peer_data import MODULUS, Array, Checksum, PeerData, half_wins_of_auc, ingest_checksum, score_checksum

LOG = "person UInt32, day UInt16, type UInt8"
ROLLUP = "person UInt32, day UInt16, contribution UInt32"


class Engine:
    def __init__(self, data: PeerData, threads: int) -> None:
        self.data = data
        self.folder = tempfile.TemporaryDirectory(prefix="rolecall-chdb-")
        self.session = Session(self.folder.name)
        self.settings = f"settings max_threads = {threads}"
        self.session.query("create database peers")

    @property
    def version(self) -> str:
        return str(self.session.query("select version()", "TabSeparated")).strip()

    def query(self, sql: str) -> Any:
        """The result as an Arrow table."""
        return self.session.query(f"{sql} {self.settings}", "ArrowTable")

    def load(self, name: str, schema: str, engine: str, columns: dict[str, Array]) -> None:
        source = pyarrow.table(columns)  # found by its name
        self.session.query(f"create table peers.{name} ({schema}) engine = {engine}")
        self.session.query(f"insert into peers.{name} ({', '.join(columns)}) select * from Python(source)")
        assert source.num_columns == len(columns)
        if "MergeTree" in engine:
            self.session.query(f"optimize table peers.{name} final")

    def scores(self, sql: str) -> Job:
        """A query of person and score."""
        return Job(
            lambda: self.query(sql), lambda table: score_checksum(table["person"].to_numpy(), table["score"].to_numpy())
        )

    def raw(self, window: int) -> Job:
        data = self.data
        self.load("log", LOG, "Memory", data.log())
        weights = data.weights().tolist()
        return self.scores(f"""
            select toUInt32(intDiv(cell, {data.days * data.types})) person,
              sum(least(n, {data.cap}) * {weights}[cell % {data.types} + 1]) score
            from (
              select (toUInt64(person) * {data.days} + day) * {data.types} + type cell, count() n
              from peers.log where day >= {data.days - window} group by cell
            )
            group by person""")

    def prepared(self, window: int) -> Job:
        short = window < self.data.days
        order = "day, person" if short else "person, day"
        self.load("rollup", ROLLUP, f"MergeTree order by ({order})", self.data.rollup("day" if short else "person"))
        where = f"where day >= {self.data.days - window}" if short else ""
        return self.scores(f"select person, sum(contribution) score from peers.rollup {where} group by person")

    def ingest(self) -> Job:
        """Into parts that are each in order, as a MergeTree takes rows in: merging them later is not timed."""
        self.load("log", LOG, "Memory", self.data.log())

        def before() -> None:
            self.session.query("drop table if exists peers.sorted sync")
            self.session.query(f"create table peers.sorted ({LOG}) engine = MergeTree order by (person, day, type)")

        def run() -> None:
            self.session.query(f"insert into peers.sorted select person, day, type from peers.log {self.settings}")

        def check(_: None) -> Checksum:
            table = self.query("select * from peers.sorted order by person, day, type")
            return ingest_checksum(*(table[name].to_numpy() for name in ("person", "day", "type")))

        return Job(run, check, before)

    def series(self) -> Job:
        """An array of days for each person, its running sum, and that less itself a window earlier."""
        days, window = self.data.days, self.data.window
        self.load("rollup", ROLLUP, "MergeTree order by (person, day)", self.data.rollup("person"))
        sql = f"""
            select sum(arraySum(scores)) total,
              sum(arrayDotProduct(scores, arrayMap(d -> toUInt64((person + d) % {MODULUS} + 1), range({days})))) mixed
            from (
              select person, arrayMap((x, y) -> x - y, totals,
                arrayResize(arrayConcat(arrayWithConstant({window}, toUInt64(0)), totals), {days})) scores
              from (
                select person, arrayCumSum(groupArrayInsertAt(0, {days})(contribution, day)) totals
                from peers.rollup group by person
              )
            )"""

        def check(table: Any) -> Checksum:
            return {"sum": int(table["total"][0].as_py()), "mixed": int(table["mixed"][0].as_py())}

        return Job(lambda: self.query(sql), check)

    def auc(self, sql: str) -> Job:
        """A query of an AUC for each candidate."""
        won = self.data.won()

        def check(table: Any) -> Checksum:
            return {"half_wins": sum(half_wins_of_auc(auc, won) for auc in table["auc"].to_pylist())}

        return Job(lambda: self.query(sql), check)

    def load_features(self, columns: dict[str, Array]) -> None:
        columns = columns | {"won": self.data.won()}
        schema = ", ".join(f"{name} {'UInt8' if name == 'won' else 'UInt32'}" for name in columns)
        self.load("features", schema, "Memory", columns)

    def whatif_weights(self) -> Job:
        data, features, weights = self.data, self.data.features(), self.data.candidate_weights()
        self.load_features({f"f{t}": features[:, t].copy() for t in range(data.types)})
        numbers = {"candidate": np.arange(len(weights), dtype=np.uint32)}
        candidates = numbers | {f"w{t}": weights[:, t].astype(np.uint32) for t in range(data.types)}
        self.load("candidates", ", ".join(f"{name} UInt32" for name in candidates), "Memory", candidates)
        score = " + ".join(f"w{t} * f{t}" for t in range(data.types))
        return self.auc(f"""
            select arrayROCAUC(groupArray({score}), groupArray(won)) auc
            from peers.features cross join peers.candidates group by candidate""")

    def whatif_caps(self) -> Job:
        data, weights = self.data, self.data.weights()
        self.load_features(
            {f"f{t}_{c + 1}": row for t, levels in enumerate(data.cap_features()) for c, row in enumerate(levels)}
        )
        scores = [
            " + ".join(f"{w} * f{t}_{c}" for t, (w, c) in enumerate(zip(weights, caps, strict=True)))
            for caps in data.candidate_caps()
        ]
        return self.auc(f"""
            select arrayROCAUC(groupArray(score), groupArray(won)) auc from peers.features
            array join [{', '.join(scores)}] as score, range({len(scores)}) as candidate group by candidate""")
