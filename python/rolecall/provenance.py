"""Where a file came from."""

import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import h5py

from rolecall.errors import FormatError
from rolecall.reader import as_text


@dataclass(frozen=True)
class Provenance:
    """Who made a file, how and at what cost. Not content: no part of the digest."""

    software: str
    """Program and version."""
    commit: str
    """Git commit of the program; `unknown` outside a checkout."""
    command: str
    """Command line, quoted for a shell."""
    parameters: dict[str, Any]
    """Resolved parameters, defaults and seed included."""
    created: dt.datetime
    """UTC."""
    cpu: str
    os: str
    compiler: str
    libraries: str
    threads: int
    """That parallel work could use."""
    wall_seconds: float
    """[s] from the start of the program to writing."""
    peak_memory_bytes: int
    """[byte] resident, of the process, until writing."""
    content_digest: str
    """Of the content, when the file was written."""

    @classmethod
    def read(cls, file: h5py.File, path: Path) -> Self:
        """From the group `provenance` of an open file. Raises FormatError when it is missing or unreadable."""
        try:
            item = dict(file["provenance"].attrs)
            return cls(
                **{
                    name: as_text(item[name])
                    for name in (
                        "software",
                        "commit",
                        "command",
                        "cpu",
                        "os",
                        "compiler",
                        "libraries",
                        "content_digest",
                    )
                },
                parameters=json.loads(as_text(item["parameters"])),
                created=dt.datetime.fromisoformat(as_text(item["created"])),
                threads=int(item["threads"]),
                wall_seconds=float(item["wall_seconds"]),
                peak_memory_bytes=int(item["peak_memory_bytes"]),
            )
        except (KeyError, ValueError) as error:
            raise FormatError(
                path, f"its provenance cannot be read ({error})", "Make the file again from its source."
            ) from error
