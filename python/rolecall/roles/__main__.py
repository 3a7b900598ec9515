"""python -m rolecall.roles WORLD.h5 [-o members.csv]: what `rolecall groups infer` runs. Exit code 2 for bad input, 3 when
the system refuses."""

import argparse
import datetime as dt
import sys
from pathlib import Path
from typing import NoReturn

import polars as pl

from rolecall.errors import DataError, FormatError
from rolecall.output import refuse_existing, write_text
from rolecall.roles.labelled import last_day
from rolecall.roles.model import RoleModel, fit
from rolecall.roles.options import RoleOptions
from rolecall.roles.words import as_json, as_text
from rolecall.world import World, open_world


class Parser(argparse.ArgumentParser):
    """Usage errors as one line, like the program's."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"rolecall: {message}. Run with --help for more information.\n")


def main(arguments: list[str] | None = None) -> int:
    options = parser().parse_args(arguments)
    try:
        return infer(options)
    except (DataError, FormatError, FileExistsError) as error:
        return fail(2, error)
    except ValueError as error:
        return fail(2, f"{error}.")
    except FileNotFoundError as error:
        if error.filename == options.output or Path(error.filename or "").name.endswith(".partial"):
            return fail(3, f"{options.output}: {error.strerror}.")
        return fail(2, f"{error.filename}: there is no such file. Check the path.")
    except OSError as error:
        return fail(3, f"{error.filename or options.world}: {error.strerror or error}.")


def parser() -> Parser:
    found = Parser(prog="python -m rolecall.roles", description="Give people roles by what their titles say.")
    found.add_argument("world", metavar="WORLD.h5")
    found.add_argument("--train", metavar="OTHER.h5", help="learn from the members of another world")
    found.add_argument("--people", action="store_true", help="everybody, whether or not in a group")
    found.add_argument("--behaviour", action="store_true", help="learn from activities by type too")
    found.add_argument("--columns", default=",".join(RoleOptions.columns), help="of people, to learn from beside the title")
    found.add_argument("--sources", default=",".join(RoleOptions.sources), help="whose memberships are labels")
    found.add_argument("--accept-above", type=float, metavar="P", help="give a role from this probability on")
    found.add_argument("--max-error", type=float, default=RoleOptions.max_error, metavar="E")
    found.add_argument("--cards", metavar="CARDS.csv", help="person_id and role of another way, to compare with")
    found.add_argument("--as-of", type=a_day, metavar="DAY", help="what was known by the end of this day")
    found.add_argument("--seed", type=int, default=RoleOptions.seed)
    found.add_argument("-o", "--output", metavar="members.csv")
    found.add_argument("--format", choices=["table", "csv", "json"], default="table")
    found.add_argument("--force", action="store_true")
    found.add_argument("--quiet", action="store_true")
    return found


def a_day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day; write one as 2026-03-31") from None


def infer(o: argparse.Namespace) -> int:
    if o.output:
        refuse_existing(Path(o.output), o.force)
    world = open_world(o.world)
    train = open_world(o.train) if o.train else world
    options = shared_options(o, world, train)
    cards = read_cards(Path(o.cards)) if o.cards else None
    as_of = o.as_of or last_day(world)
    model = fit(train, options, as_of=o.as_of or last_day(train), cards=cards)
    given = model.people(world, as_of) if o.people else model.propose(world, as_of)
    if o.output:
        table = given if o.people else member_rows(given, as_of)
        write_text(Path(o.output), table.write_csv(), o.force)
    print_found(o, model, str(train.path), given)
    if o.output and not o.quiet:
        print(f"{int(given['accepted'].sum()):,} roles written to {o.output}", file=sys.stderr)
    return 0


def shared_options(o: argparse.Namespace, world: World, train: World) -> RoleOptions:
    """What can be learnt in one world and looked up in the other."""
    columns = [name for name in o.columns.split(",") if name]
    has = [set(w.people.columns) for w in (world, train)]
    solutions = set(world.groups["solution"]) & set(train.groups["solution"])
    if "title" not in has[0]:
        raise DataError(f"{world.path}: people have no column title, and roles are told by titles. Add it to people.csv.")
    for source in (sources := o.sources.split(",")):
        if source not in RoleOptions.sources:
            raise ValueError(f"--sources: there is no source {source!r}; there are {', '.join(RoleOptions.sources)}")
    return RoleOptions(
        columns=tuple(name for name in columns if all(name in columns_ for columns_ in has)),
        solution=not o.people and bool(solutions),
        behaviour=o.behaviour,
        sources=tuple(sources),
        max_error=o.max_error,
        accept_above=o.accept_above,
        seed=o.seed,
    )


def read_cards(path: Path) -> pl.DataFrame:
    try:
        table = pl.read_csv(path.read_bytes(), infer_schema=False)
    except pl.exceptions.PolarsError as error:
        raise DataError(f"{path}: this is no CSV file ({error}). It needs the columns person_id and role.") from error
    if missing := {"person_id", "role"} - set(table.columns):
        raise DataError(f"{path}: the column {' and '.join(sorted(missing))} is missing. Add it.")
    return table.drop_nulls("role")


def member_rows(given: pl.DataFrame, as_of: dt.date | None) -> pl.DataFrame:
    """Rows of members.csv: those given a role, from the day on that it was known."""
    since = pl.lit(as_of.isoformat() if as_of else None, pl.String)
    return given.filter("accepted").select(
        "group_id", "person_id", "role", source=pl.lit("job"), since=since, probability="probability"
    )


def print_found(o: argparse.Namespace, model: RoleModel, source: str, given: pl.DataFrame) -> None:
    if o.format == "csv":
        print(model.report.quality.write_csv(null_value="nan"), end="")
    else:
        print((as_json if o.format == "json" else as_text)(model, source, given, o.people), end="")


def fail(code: int, message: object) -> int:
    print("rolecall:", " ".join(str(message).split()), file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
