"""The rolecall program from Python: one function for any command, and typed ones for the common ones."""

import datetime as dt
import json
import os
import shutil
import subprocess
import tempfile
import tomllib
import warnings
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from numbers import Real
from pathlib import Path
from typing import Any, Literal

import polars as pl

from rolecall.errors import ProgramError, ProgramWarning
from rolecall.study import Study, open_study
from rolecall.world import World, open_world

Pathish = str | os.PathLike[str]
NUMBERS = {"engagement": pl.Float64, "completeness": pl.Float64, "members": pl.Int64, "groups": pl.Int64}
"""Columns of a score table that are no texts."""


def find_program() -> Path:
    """The program: $ROLECALL_BIN, else build/bin/rolecall of the checkout that the package stands in, else on PATH.

    Raises FileNotFoundError, with what to do, when there is none.
    """
    if named := os.environ.get("ROLECALL_BIN"):
        return Path(named)
    built = Path(__file__).resolve().parents[2] / "build" / "bin" / "rolecall"
    if built.is_file():
        return built
    if installed := shutil.which("rolecall"):
        return Path(installed)
    raise FileNotFoundError("no rolecall program: run `make build` in the checkout, or set ROLECALL_BIN to its path")


def run(*args: str | int | float | os.PathLike[str], check: bool = True) -> subprocess.CompletedProcess[str]:
    """Runs the program with these arguments; stdout and stderr are texts.

    With check, an exit code other than 0 raises ProgramError with what the program said.
    """
    command = [str(find_program()), *(os.fspath(a) if isinstance(a, os.PathLike) else str(a) for a in args)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", errors="replace", check=False)
    if check and done.returncode != 0:
        raise ProgramError(command, done.returncode, done.stderr)
    return done


def generate(
    output: Pathish,
    spec: Pathish | None = None,
    *,
    preset: Literal["small", "medium", "large"] | None = None,
    accounts: int | None = None,
    people: int | None = None,
    activities: int | None = None,
    days: int | None = None,
    seed: int | None = None,
    threads: int | None = None,
    force: bool = False,
) -> World:
    """Generates a world with a known truth: from a specification (path or TOML text), a preset, or sizes.

    The same specification and seed make the same world for any number of threads. `days` is the length of the log,
    `activities` its rows. Without `force` an existing output is an error.
    """
    sizes = {"--accounts": accounts, "--people": people, "--activities": activities, "--days": days}
    with as_file(spec) as path:
        call(
            "generate",
            path,
            "-o",
            output,
            options={"--preset": preset, **sizes, "--seed": seed},
            threads=threads,
            force=force,
        )
    return open_world(output)


def import_csv(
    folder: Pathish,
    output: Pathish,
    *,
    mapping: Pathish | None = None,
    on_error: Literal["stop", "skip"] = "stop",
    threads: int | None = None,
    force: bool = False,
) -> World:
    """Makes a world of the folder of a CSV bundle (docs/csv-bundle.md), or of the CSV files that a mapping file names
    (docs/mapping-file.md).

    Every row that cannot be used is reported at once and nothing is written, unless on_error is skip, which leaves
    such rows out and lists them in OUTPUT.rejects.csv.
    """
    options = {"--map": mapping, "--on-error": on_error}
    call("import", "csv", folder, "-o", output, options=options, threads=threads, force=force)
    return open_world(output)


def run_study(
    study: Pathish,
    output: Pathish,
    *,
    world: Pathish | World | None = None,
    seed: int | None = None,
    candidates: int | None = None,
    threads: int | None = None,
    force: bool = False,
    resume: bool = False,
) -> Study:
    """Runs a study: a built-in name such as role-weights, or a specification (path or TOML text).

    `world` replaces the world that the study names; `seed` is of the world, the search and the bootstrap;
    `candidates` is the budget of the search. Without `force` an existing output is an error. `resume` goes on with a
    study that was stopped; one that had been finished is opened.
    """
    options = {"--world": world, "--seed": seed, "--candidates": candidates}
    with as_file(study) as path:
        more = ["--resume"] if resume else []
        call("run", path, "-o", output, *more, options=options, threads=threads, force=force)
    return open_study(output)


def simulate(
    scenario: Pathish,
    output: Pathish,
    *,
    settings: Mapping[str, object] | None = None,
    seed: int | None = None,
    replicates: int | None = None,
    arms: str | Iterable[str] | None = None,
    world: Pathish | None = None,
    of: str | None = None,
    threads: int | None = None,
    force: bool = False,
    resume: bool = False,
) -> Study:
    """Lets a world live under the arms of a scenario: a built-in name such as small, or a scenario (path or TOML text).

    `settings` are keys of the scenario, such as {"hand_off.threshold": 120}, with values as TOML has them: texts,
    numbers, dates, lists, mappings. `seed` is that of the first replicate; `arms` names those to run, else all and the
    oracle.
    The study has the tables kpis, arms (means over replicates with intervals), differences (paired, to the first arm),
    daily, segments, and those of the runs: docs/simulation.md. `world` also writes the world that the first replicate
    of the arm `of` leaves, of the first arm unless named. `resume` goes on with a simulation that was stopped.
    """
    options = {"--seed": seed, "--replicates": replicates, "--world": world, "--of": of}
    chosen = [f"--set={key}={setting(value)}" for key, value in (settings or {}).items()]
    chosen += [f"--arm={arm}" for arm in ([arms] if isinstance(arms, str) else arms or [])]
    with as_file(scenario) as path:
        more = ["--resume"] if resume else []
        call("simulate", path, "-o", output, *chosen, *more, options=options, threads=threads, force=force)
    return open_study(output)


def setting(value: object) -> str:
    """A value as TOML has it, in one line. Raises TypeError for what TOML has not, such as None."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{setting(str(key))} = {setting(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(setting(item) for item in value)}]"
    if isinstance(value, Real | dt.date | dt.time):
        return str(value)
    raise TypeError(f"{value!r} is no value of TOML. Give a text, a number, a bool, a date, a list or a mapping.")


def score(
    world: Pathish | World,
    model: Pathish,
    as_of: str,
    *,
    level: Literal["group", "person", "account"] = "group",
    where: str | None = None,
    threads: int | None = None,
) -> pl.DataFrame:
    """Scores of groups (or people, or accounts) in order of id: group_id, engagement, completeness [%; null: no role
    is required], engagement_display, completeness_display, members, missing_roles (separated by `;`), as_of, …

    `model` is a built-in name, the path of a model file, or its TOML text; `as_of` a date, `outcome-7d` or
    `created+30d`. `world` is a world file or the folder of a CSV bundle. `where` keeps the rows that a condition
    holds for, such as 'missing("Champion") and engagement > 100' (docs/predicates.md).
    """
    with as_file(model) as path:
        text = call(
            "score",
            world,
            options={"--model": path, "--as-of": as_of, "--level": level, "--where": where, "--format": "csv"},
            threads=threads,
        )
    table = pl.read_csv(text.encode(), infer_schema=False, empty_string_is_null=False)
    numbers = [pl.col(name).cast(kind) for name, kind in NUMBERS.items() if name in table.columns]
    return table.with_columns(numbers).fill_nan(None)


def deal_scores(
    deals: Pathish | World,
    rules: Pathish,
    as_of: str,
    *,
    level: Literal["deal", "contact"] = "deal",
    where: str | None = None,
    threads: int | None = None,
) -> pl.DataFrame:
    """Scores by rules (docs/deal-rules.md), in order of id: deal_id, account_id, pipeline, stage, outcome, value [null:
    missing], a column for each score, probability and grade [a text], competitive, scored_on; or person_id, account_id,
    these columns, open_deals.

    `rules` names built-in rules, or is the path of a rule file or its TOML text; `as_of` a date, `closed-7d` or
    `opened+30d`; `where` a condition such as 'score("Fit") > 50'.
    """
    with as_file(rules) as path:
        options = {"--rules": path, "--as-of": as_of, "--level": level, "--where": where, "--format": "csv"}
        text = call("deals", deals, options=options, threads=threads)
    table = pl.read_csv(text.encode(), infer_schema=False, empty_string_is_null=False)
    texts = {"deal_id", "person_id", "account_id", "pipeline", "stage", "outcome", "competitive", "scored_on"}
    texts |= {grade["name"] for grade in tomllib.loads(rules_text(rules)).get("grade", [])}
    counts = {"open_deals": pl.Int64}
    numbers = [pl.col(name).cast(counts.get(name, pl.Float64)) for name in table.columns if name not in texts]
    return table.with_columns(numbers).fill_nan(None)


def evaluate(
    world: Pathish | World,
    model: Pathish,
    as_of: str,
    *,
    score: Literal["engagement", "completeness"] = "engagement",
    replicates: int | None = None,
    confidence: float | None = None,
    seed: int | None = None,
    threads: int | None = None,
) -> dict[str, Any]:
    """How well the score tells won from lost: groups, won, lost, account_trees, and `metrics`, in which auc, pr_auc,
    lift_at_10, brier, … are each {value, low, high}. Arguments as for `score`."""
    bootstrap = {"--replicates": replicates, "--confidence": confidence, "--seed": seed}
    with as_file(model) as path:
        options = {"--model": path, "--as-of": as_of, "--score": score, "--format": "json", **bootstrap}
        found: dict[str, Any] = json.loads(call("evaluate", world, options=options, threads=threads))
    return found


def rules_text(rules: Pathish) -> str:
    """Rules as TOML: of a file or a text as they are, of a built-in name as the program prints them."""
    if isinstance(rules, str) and "\n" in rules:
        return rules
    return Path(rules).read_text(encoding="utf-8") if Path(rules).is_file() else model_text(rules)


def model_text(name: Pathish) -> str:
    """A model as TOML with every default written out: a built-in one by name, or a model file by path."""
    return run("models", name).stdout


def call(*args: Any, options: dict[str, Any], threads: int | None = None, force: bool = False) -> str:
    """Runs a command with the options that are not None, passes its warnings on, and returns what it printed."""
    given = [
        item for name, value in {**options, "--threads": threads}.items() if value is not None for item in (name, value)
    ]
    done = run(*(a for a in args if a is not None), *given, *(["--force"] if force else []))
    pass_warnings_on(done.stderr, stacklevel=4)
    return done.stdout


def pass_warnings_on(said: str, stacklevel: int = 4) -> None:
    """Warnings of the program as warnings of Python."""
    for line in said.splitlines():
        if line.startswith("warning: "):
            warnings.warn(line.removeprefix("warning: "), ProgramWarning, stacklevel=stacklevel)


@contextmanager
def as_file(source: Pathish | None) -> Iterator[Pathish | None]:
    """A name or path as it is; a TOML text (it has more than one line) as a file that lasts as long as the block."""
    if not isinstance(source, str) or "\n" not in source:
        yield source
        return
    with tempfile.TemporaryDirectory(prefix="rolecall-") as folder:
        path = Path(folder) / "text.toml"
        path.write_text(source, encoding="utf-8")
        yield path
