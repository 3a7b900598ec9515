"""Text files that appear under their name whole or not at all."""

import os
from pathlib import Path


def write_text(output: Path, text: str, force: bool, how: str = "--force") -> None:
    """Writes OUTPUT.partial and renames it when whole. Raises FileExistsError when the output exists and `force` is not
    set (`how`: what sets it), another OSError when the system refuses."""
    refuse_existing(output, force, how)
    partial = output.with_name(f"{output.name}.partial")
    try:
        with partial.open("w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        refuse_existing(output, force, how)
        partial.replace(output)
    finally:
        partial.unlink(missing_ok=True)


def refuse_existing(output: Path, force: bool, how: str = "--force") -> None:
    """Raises FileExistsError when the output exists and `force` is not set; `how`: what sets it."""
    if output.exists() and not (force and output.is_file()):
        raise FileExistsError(f"{output}: the file exists already. Choose another name, or pass {how} to overwrite it.")
