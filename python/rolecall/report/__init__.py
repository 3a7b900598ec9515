"""Reports: one HTML file that says what a study found. `python -m rolecall.report RESULTS.h5 -o report.html`."""

import os
from pathlib import Path

from rolecall.output import refuse_existing, write_text
from rolecall.report.page import render
from rolecall.study import Study, open_study


def write_report(study: Study | str | os.PathLike[str], output: str | os.PathLike[str], force: bool = False) -> Path:
    """Writes the report of a study as one HTML file that needs nothing else, not even a network; returns its path.

    The file is written as OUTPUT.partial and renamed when whole. Raises FormatError when the study cannot be read,
    FileExistsError when the output exists and `force` is not set, another OSError when the system refuses.
    """
    output = Path(output)
    how = "force=True"
    refuse_existing(output, force, how)
    write_text(output, render(study if isinstance(study, Study) else open_study(study)), force, how)
    return output
