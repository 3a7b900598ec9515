"""Daily series of engagement that the program wrote."""

import datetime as dt
import os
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl

from rolecall.content_file import ContentFile
from rolecall.errors import FormatError
from rolecall.reader import as_text


def open_series(path: str | os.PathLike[str]) -> "Series":
    """Opens a file that `rolecall series … -o series.h5` wrote.

    series = rolecall.open_series("series.h5")
    series.long                  # date, group_id, engagement: a row for each day of each group
    series.wide                  # group_id, then a column for each day
    series.of("grp-001")         # date, engagement of one group
    series.matrix[:, -1]         # ids × days as numpy has them; series.ids and series.dates name the axes

    Raises FileNotFoundError, PermissionError, or FormatError when it is no series that this package reads.
    """
    return Series(path)


class Series(ContentFile):
    """The engagement of groups, or of people, on every day of a range. Rows in ascending order of id."""

    kind = "rolecall.series"

    def __repr__(self) -> str:
        return f"Series({str(self.path)!r}: {len(self.ids):,} ids x {len(self.dates):,} days)"

    @cached_property
    def recipe(self) -> dict[str, str]:
        """What the series was made from: model (its text), from, to, level, world_digest."""
        with self.reading() as file:
            return {name: as_text(value) for name, value in file.group("recipe").attrs.items()}

    @cached_property
    def ids(self) -> pl.Series:
        """Rows of the matrix; its name is group_id or person_id."""
        with self.reading() as file:
            name = "group_id" if "group_id" in file else "person_id"
            return file.texts(name).alias(name)

    @cached_property
    def dates(self) -> pl.Series:
        """Columns of the matrix: days, each the one after the one before."""
        with self.reading() as file:
            return pl.Series("date", file.array("date")).cast(pl.Date)

    @cached_property
    def matrix(self) -> np.ndarray[Any, np.dtype[np.float64]]:
        """Engagement, ids × days, as stored."""
        with self.reading() as file:
            matrix = file.array("engagement")
        if matrix.shape != (len(self.ids), len(self.dates)):
            raise FormatError(self.path, "engagement is not of ids x days", "Make the file again from its source.")
        return matrix

    @cached_property
    def long(self) -> pl.DataFrame:
        """A row for each id and day, as the program's --format csv has them: date, group_id or person_id, engagement;
        in order of id, then date."""
        days, rows = len(self.dates), len(self.ids)
        return pl.DataFrame(
            {
                "date": pl.Series(np.tile(self.dates.to_numpy(), rows)).cast(pl.Date),
                self.ids.name: self.ids.gather(np.repeat(np.arange(rows, dtype=np.uint32), days)),
                "engagement": self.matrix.ravel(),
            }
        )

    @cached_property
    def wide(self) -> pl.DataFrame:
        """A row for each id: group_id or person_id, then a column for each day, named 2026-03-02."""
        days = {str(day): self.matrix[:, d] for d, day in enumerate(self.dates)}
        return pl.DataFrame({self.ids.name: self.ids} | days)

    def of(self, row: str) -> pl.DataFrame:
        """One group or person, by id: date, engagement. Only its days are read. Raises KeyError when it is not there."""
        found = self.ids.index_of(row)
        if found is None:
            raise KeyError(f"no {self.ids.name} {row!r} in {self.path}")
        with self.reading() as file:
            values = file.array("engagement", slice(found, found + 1))
        return pl.DataFrame({"date": self.dates, "engagement": values.ravel()})

    def on(self, day: str | dt.date) -> pl.DataFrame:
        """One day, a date or 2026-03-02: group_id or person_id, engagement. Raises KeyError outside the range."""
        asked = dt.date.fromisoformat(day) if isinstance(day, str) else day
        found = self.dates.index_of(asked)
        if found is None:
            raise KeyError(f"no day {asked} in {self.path}, which has {self.dates[0]} to {self.dates[-1]}")
        return pl.DataFrame({self.ids.name: self.ids, "engagement": self.matrix[:, found]})
