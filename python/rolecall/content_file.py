"""What every file of the program has in common: a format, a version, provenance."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import ClassVar

import h5py

from rolecall.errors import FormatError
from rolecall.provenance import Provenance
from rolecall.reader import Reader, as_text, open_hdf5


class ContentFile:
    """A file of the program. Every read opens it and closes it again: nothing to close, nothing leaks.

    A file that was replaced since it was opened is refused, so that no two reads mix two files.
    """

    kind: ClassVar[str]
    version: ClassVar[int] = 1

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        with open_hdf5(self.path) as file:
            check_format(file, self.path, self.kind, self.version, self.again(file))
            self._identity = self._look()

    @classmethod
    def again(cls, _: h5py.File) -> str:
        """What to do about a file of an older version."""
        return "Make the file again from its source."

    def __fspath__(self) -> str:
        return str(self.path)

    @cached_property
    def provenance(self) -> Provenance:
        """Who made the file, how and at what cost."""
        with self.reading() as reader:
            return Provenance.read(reader.file, self.path)

    def _look(self) -> tuple[int, int, int, int]:
        seen = self.path.stat()
        return seen.st_dev, seen.st_ino, seen.st_size, seen.st_mtime_ns

    @contextmanager
    def reading(self) -> Iterator[Reader]:
        """The file, open while the block lasts, for columns as they are stored."""
        with open_hdf5(self.path) as file:
            if self._look() != self._identity:
                raise FormatError(self.path, "the file has changed since it was opened", "Open it again.")
            yield Reader(self.path, file)


def check_format(file: h5py.File, path: Path, name: str, version: int, again: str) -> None:
    """Raises FormatError unless the file is `name/version`, naming what it is and what to do."""
    found = as_text(file.attrs.get("format", ""))
    if not found:
        raise FormatError(
            path, "this HDF5 file is not from rolecall: its root has no attribute `format`", "Is it the right file?"
        )
    found_name, _, digits = found.partition("/")
    if not found_name.startswith("rolecall.") or not digits.isdecimal():
        raise FormatError(path, f"{found!r} is no format of rolecall", "Is it the right file?")
    if (found_name, name) == ("rolecall.study-progress", "rolecall.study"):
        raise FormatError(path, "this study is not finished", "Finish it with --resume.")
    if found_name != name:
        raise FormatError(path, f"this is a {found} file, where {name}/{version} is needed", "Name another file.")
    if int(digits) > version:
        raise FormatError(
            path,
            f"the file is too new: version {digits} of {name}, and this package reads {version}",
            "Update rolecall, or make the file again with the program of this version.",
        )
    if int(digits) < version:
        raise FormatError(
            path,
            f"the file is too old: version {digits} of {name}, and this package reads {version}",
            again,
        )
