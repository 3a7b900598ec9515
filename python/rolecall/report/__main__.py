"""python -m rolecall.report RESULTS.h5 -o REPORT.html: exit code 2 for bad input, 3 when the system refuses or when
something is wrong with the report itself."""

import argparse
import sys
from pathlib import Path
from typing import NoReturn

from rolecall.errors import FormatError
from rolecall.output import refuse_existing
from rolecall.report import write_report
from rolecall.study import open_study


class Parser(argparse.ArgumentParser):
    """Usage errors as one line, like the program's."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"rolecall: {message}. Run with --help for more information.\n")


def main(arguments: list[str] | None = None) -> int:
    parser = Parser(prog="python -m rolecall.report", description="Write the report of a study as one HTML file.")
    parser.add_argument("results", metavar="RESULTS.h5", help="a study file, from `rolecall run`")
    parser.add_argument("-o", "--output", metavar="REPORT.html", required=True, help="the file to write")
    parser.add_argument("--force", action="store_true", help="overwrite an existing output")
    parser.add_argument("--quiet", action="store_true", help="say nothing when all is well")
    options = parser.parse_args(arguments)
    try:
        return write(options)
    except Exception as error:
        what = f"{type(error).__name__}: {error}".rstrip(".: ")
        return fail(3, f"{options.results}: no report can be made of this study ({what}).")


def write(options: argparse.Namespace) -> int:
    try:
        study = open_study(options.results)
    except FileNotFoundError:
        return fail(2, f"{options.results}: there is no such file. Check the path.")
    except FormatError as error:
        return fail(2, error)
    except OSError as error:
        return fail(3, f"{options.results}: {error.strerror or error}.")
    try:
        refuse_existing(Path(options.output), options.force)
        write_report(study, options.output, force=options.force)
    except (FormatError, FileExistsError) as error:
        return fail(2, error)
    except OSError as error:
        return fail(3, f"{options.output}: {error.strerror or error}.")
    if not options.quiet:
        print(f"report written to {options.output}", file=sys.stderr)
    return 0


def fail(code: int, message: object) -> int:
    print("rolecall:", " ".join(str(message).split()), file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
