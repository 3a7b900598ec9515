"""Reports: one HTML file that says what a study found. `python -m rolecall.report RESULTS.h5 -o report.html`."""

import os
from pathlib import Path

from rolecall.report.page import render
from rolecall.study import Study, open_study


def write_report(study: Study | str | os.PathLike[str], output: str | os.PathLike[str], force: bool = False) -> Path:
    """Writes the report of a study as one HTML file that needs nothing else, not even a network; returns its path.

    The file is written as OUTPUT.partial and renamed when whole. Raises FormatError when the study cannot be read,
    FileExistsError when the output exists and `force` is not set, another OSError when the system refuses.
    """
    output = Path(output)
    refuse_existing(output, force)
    page = render(study if isinstance(study, Study) else open_study(study))
    partial = output.with_name(f"{output.name}.partial")
    try:
        with partial.open("w", encoding="utf-8", newline="\n") as file:
            file.write(page)
            file.flush()
            os.fsync(file.fileno())
        refuse_existing(output, force)
        partial.replace(output)
    finally:
        partial.unlink(missing_ok=True)
    return output


def refuse_existing(output: Path, force: bool) -> None:
    if output.exists() and not (force and output.is_file()):
        raise FileExistsError(
            f"{output}: the file exists already. Choose another name, or pass --force to overwrite it."
        )
