"""The one door to HDF5: opens a file and reads its columns and attributes."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import h5py
import numpy as np
import polars as pl

from rolecall.errors import FormatError


@contextmanager
def open_hdf5(path: Path) -> Iterator[h5py.File]:
    """The file, open for reading, closed on leaving.

    Raises FileNotFoundError or PermissionError, or FormatError for what is no whole HDF5 file.
    """
    if path.is_dir():
        raise FormatError(path, "this is a folder, not a file", "Import it: `rolecall import csv FOLDER -o world.h5`.")
    path.open("rb").close()  # the system's own words when it is missing or not for us
    if not h5py.is_hdf5(path):
        raise FormatError(path, "this is not an HDF5 file", "Is it the right file? Make it again if it is.")
    try:
        file = h5py.File(path, "r")
    except OSError as error:
        if error.errno is not None:
            raise
        raise FormatError(path, f"this HDF5 file is damaged ({error})", "Make it again from its source.") from error
    with file:
        yield file


def as_text(value: Any) -> str:
    """A text attribute, of fixed or variable length."""
    return value.decode() if isinstance(value, bytes) else str(value)


class Reader:
    """An open file of the program; reads its columns and attributes, or raises FormatError when they are missing."""

    def __init__(self, path: Path, file: h5py.File) -> None:
        self.path = path
        self.file = file

    def __contains__(self, name: str) -> bool:
        return name in self.file

    def dataset(self, name: str) -> h5py.Dataset:
        found = self.file.get(name)
        if not isinstance(found, h5py.Dataset):
            raise FormatError(self.path, f"the dataset {name} is missing", "Make the file again from its source.")
        return found

    def group(self, name: str) -> h5py.Group:
        found = self.file.get(name)
        if not isinstance(found, h5py.Group):
            raise FormatError(self.path, f"the group {name} is missing", "Make the file again from its source.")
        return found

    def attribute(self, owner: str, name: str) -> Any:
        try:
            return self.file[owner].attrs[name]
        except KeyError:
            raise FormatError(
                self.path, f"the attribute {owner}@{name} is missing", "Make the file again from its source."
            ) from None

    def array(self, name: str, rows: slice = slice(None)) -> np.ndarray[Any, Any]:
        """Values of a numeric dataset as stored."""
        values: np.ndarray[Any, Any] = self.dataset(name)[rows]
        return values

    def integers(self, name: str, rows: slice = slice(None)) -> np.ndarray[Any, np.dtype[np.int64]]:
        """Whole numbers of any width, all below 2⁶³."""
        return self.array(name, rows).astype(np.int64)

    def numbers(self, name: str, rows: slice = slice(None)) -> pl.Series:
        """A numeric column; NaN becomes null."""
        return pl.Series(self.array(name, rows), nan_to_null=True)

    def texts(self, name: str, rows: slice = slice(None)) -> pl.Series:
        """A column of texts, empty ones as they are."""
        return pl.Series(self.dataset(name).asstr()[rows].tolist(), dtype=pl.String)

    def times(self, name: str, rows: slice = slice(None)) -> pl.Series:
        """A column of UTC times; a missing time becomes null."""
        return pl.Series(self.array(name, rows).view("datetime64[us]")).dt.replace_time_zone("UTC")

    def columns(self, group: str) -> list[tuple[str, str]]:
        """Name and path of every dataset of a group, in the order of the file; none when there is no such group."""
        names = {"%00": ""}
        return [(names.get(link, unquote(link)), f"{group}/{link}") for link in self.file.get(group, ())]

    def column(self, name: str, rows: slice = slice(None)) -> pl.Series:
        """A column of texts or numbers, whichever it is."""
        is_text = self.dataset(name).dtype.kind in "OS"
        return self.texts(name, rows) if is_text else self.numbers(name, rows)

    def custom_columns(self, table: str, taken: set[str], rows: slice = slice(None)) -> dict[str, pl.Series]:
        """Custom columns of a table; missing values are null. A name that is taken gets `attribute:` in front."""
        columns = {}
        for name, path in self.columns(f"{table}/attributes"):
            column = self.column(path, rows)
            if column.dtype == pl.String:
                column = column.set(column == "", None)
            columns[f"attribute:{name}" if name in taken else name] = column
        return columns
