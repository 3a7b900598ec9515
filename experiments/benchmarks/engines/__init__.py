"""The peers, a module each; nothing is imported before it is asked for.

Each engine does the same jobs on tables of its own, in the fastest way found for it. What is timed is `Job.run`: a
query with its result materialised. Loading, and looking at the result, are not.
"""

import importlib
import importlib.util
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from peer_data import Checksum, PeerData

ENGINES = {"duckdb": "duckdb", "chdb": "chdb", "polars": "polars", "pandas": "pandas", "numpy": "numpy"}
"""Engines by name, with the package that each needs."""


def nothing() -> None:
    """What most jobs do before a run."""


@dataclass(frozen=True)
class Job:
    """Something to time."""

    run: Callable[[], Any]
    check: Callable[[Any], Checksum]
    """The checksum of what a run returned."""
    before: Callable[[], None] = field(default=nothing)
    """Clears away the last run."""


class Engine(Protocol):
    """A peer. Making a job loads what it needs."""

    def __init__(self, data: PeerData, threads: int) -> None: ...

    @property
    def version(self) -> str: ...

    def raw(self, window: int) -> Job:
        """From the log to the scores of people."""

    def prepared(self, window: int) -> Job:
        """From the daily rollup to the scores of people."""

    def ingest(self) -> Job:
        """The log sorted by person, day and type into a new table."""

    def series(self) -> Job:
        """From the daily rollup to the score of every person on every day, and their checksum."""

    def whatif_weights(self) -> Job:
        """Every candidate's AUC from prepared features."""

    def whatif_caps(self) -> Job:
        """Likewise, where a candidate picks a cap for each type."""


JOBS: dict[str, Callable[[Engine], Job]] = {
    "ingest": lambda engine: engine.ingest(),
    "score/raw/window:30": lambda engine: engine.raw(30),
    "score/raw/window:365": lambda engine: engine.raw(365),
    "score/index/window:30": lambda engine: engine.prepared(30),
    "score/index/window:365": lambda engine: engine.prepared(365),
    "series/365": lambda engine: engine.series(),
    "whatif/weights": lambda engine: engine.whatif_weights(),
    "whatif/caps": lambda engine: engine.whatif_caps(),
}
"""Jobs by the name of rolecall's own case."""


def installed(name: str) -> bool:
    """Whether the package of an engine is there."""
    return importlib.util.find_spec(ENGINES[name]) is not None


def open_engine(name: str, data: PeerData, threads: int) -> Engine:
    """An engine with its tables still to load."""
    module = importlib.import_module(f"engines.with_{name}")
    engine: Engine = module.Engine(data, threads)
    return engine
