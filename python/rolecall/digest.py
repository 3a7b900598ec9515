"""The content digest of docs/format.md: the same for the same content, whatever the path, the chunks or the time."""

import hashlib
import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from rolecall.reader import as_text, open_hdf5

BLOCK = 1 << 20
"""Elements hashed at once: memory stays bounded whatever the size of a dataset."""


@dataclass(frozen=True)
class DigestCheck:
    """A file's data against the digests that it was written with."""

    digest: str
    """Of the content as it is."""
    recorded: str
    """Of the content as it was written; empty when the file does not say."""
    altered: tuple[str, ...]
    """Datasets whose values are not those that were written, by path, ascending."""

    @property
    def ok(self) -> bool:
        """The content is what was written, attributes and the set of datasets included."""
        return not self.altered and self.digest == self.recorded


def content_digest(path: str | os.PathLike[str]) -> str:
    """The content digest of a file, from its data: 64 hexadecimal digits, as `rolecall info FILE --digest` has it."""
    return check_digest(path).digest


def check_digest(path: str | os.PathLike[str]) -> DigestCheck:
    """Recomputes every digest of a file and names the datasets that were altered since it was written."""
    with open_hdf5(Path(path)) as file:
        lines, altered = [], []
        for name, item in contents(file):
            lines += [
                attribute_line(name, key, value)
                for key, value in item.attrs.items()
                if key not in ("sha256", "description")
            ]
            if isinstance(item, h5py.Dataset):
                digest = dataset_digest(item)
                lines.append(line(name, kind_of(item.dtype), "x".join(map(str, item.shape)), digest))
                if as_text(item.attrs.get("sha256", "")) != digest:
                    altered.append(name)
        recorded = as_text(file["provenance"].attrs.get("content_digest", "")) if "provenance" in file else ""
    return DigestCheck(hashlib.sha256(b"".join(sorted(lines))).hexdigest(), recorded, tuple(sorted(altered)))


def contents(file: h5py.File) -> Iterator[tuple[str, h5py.Group | h5py.Dataset]]:
    """Every group and dataset with its path, the root as the empty one; provenance is left out."""
    found: list[tuple[str, Any]] = [("", file)]
    file.visititems(lambda name, item: found.append((name, item)))
    return ((name, item) for name, item in found if name.partition("/")[0] != "provenance")


def line(key: str, kind: str, shape: str, digest: str) -> bytes:
    return f"{key} {kind} {shape} {digest}\n".encode()


def kind_of(dtype: np.dtype[Any]) -> str:
    return "text" if dtype.kind in "OSU" else dtype.str[1:]


def attribute_line(owner: str, key: str, value: Any) -> bytes:
    values = np.asarray([value])
    return line(f"{owner}@{key}", kind_of(values.dtype), "scalar", hashlib.sha256(as_bytes(values)).hexdigest())


def dataset_digest(dataset: h5py.Dataset) -> str:
    """SHA-256 of the values in C order, read block by block along the first dimension."""
    digest = hashlib.sha256()
    if dataset.shape == () or 0 in dataset.shape:
        digest.update(as_bytes(np.atleast_1d(dataset[()])))
        return digest.hexdigest()
    rows = max(1, BLOCK * dataset.shape[0] // dataset.size)
    for start in range(0, dataset.shape[0], rows):
        digest.update(as_bytes(dataset[start : start + rows]))
    return digest.hexdigest()


def as_bytes(values: np.ndarray[Any, Any]) -> bytes:
    """The bytes that count: little-endian numbers, every NaN alike; a text as its length and its UTF-8."""
    if kind_of(values.dtype) == "text":
        texts = [t if isinstance(t, bytes) else str(t).encode() for t in values.ravel().tolist()]
        return b"".join(struct.pack("<Q", len(t)) + t for t in texts)
    if values.dtype.kind == "f":
        values = np.where(np.isnan(values), np.nan, values)
    return values.astype(values.dtype.newbyteorder("<"), copy=False).tobytes()
