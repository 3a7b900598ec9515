"""Tables of scores that the program wrote."""

import os
from functools import cached_property

import polars as pl

from rolecall.content_file import ContentFile
from rolecall.reader import as_text


def open_scores(path: str | os.PathLike[str]) -> "ScoreTable":
    """Opens a file that `rolecall score … -o scores.h5` wrote.

    Raises FileNotFoundError, PermissionError, or FormatError when it is no table that this package reads.
    """
    return ScoreTable(path)


class ScoreTable(ContentFile):
    """A table of results with its recipe."""

    kind = "rolecall.scores"

    def __repr__(self) -> str:
        return f"ScoreTable({str(self.path)!r}: {self.table.height:,} rows of {', '.join(self.table.columns)})"

    @cached_property
    def table(self) -> pl.DataFrame:
        """The columns in the order of the table, as the program's --format csv has them; NaN is null."""
        with self.reading() as file:
            return pl.DataFrame({name: file.column(path) for name, path in file.columns("columns")})

    @cached_property
    def recipe(self) -> dict[str, str]:
        """What the table was made from: model text, as-of date, digest of the world, …"""
        with self.reading() as file:
            return {name: as_text(value) for name, value in file.group("recipe").attrs.items()}

    @cached_property
    def units(self) -> dict[str, str]:
        """Units of the columns that have one."""
        with self.reading() as file:
            attributes = {name: file.dataset(path).attrs for name, path in file.columns("columns")}
            return {name: as_text(found["unit"]) for name, found in attributes.items() if "unit" in found}
