"""Your own search, judged by the program: ask/tell over one running study."""

import json
import os
import re
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Protocol, Self

from rolecall.errors import ProgramError
from rolecall.program import Pathish, as_file, find_program, pass_warnings_on, run
from rolecall.study import Study, open_study
from rolecall.world import World

Value = float | str
"""A number, a word, or `"none"`: no bound."""

METHOD = re.compile(r'^method = "[a-z0-9-]+"', re.MULTILINE)


NEW_LINE = "\n"


class ProposalError(ValueError):
    """What was proposed is not of the space; the study goes on."""


@dataclass(frozen=True)
class Parameter:
    """What may be proposed for a part of the model: a range, or one of `values`."""

    name: str
    low: float | None = None
    high: float | None = None
    whole: bool = False
    log: bool = False
    """Even on a logarithmic scale."""
    values: tuple[Value, ...] = ()


@dataclass(frozen=True)
class Reference:
    """What the study judged by itself: the base model, and that with all weights alike."""

    origin: str
    values: dict[str, Value]
    value: float


class OptunaTrial(Protocol):
    """The part of optuna.Trial that `Tuner.suggest` needs."""

    def suggest_categorical(self, name: str, choices: Sequence[Any]) -> Any: ...
    def suggest_int(self, name: str, low: int, high: int, *, log: bool = False) -> int: ...
    def suggest_float(self, name: str, low: float, high: float, *, log: bool = False) -> float: ...


class Tuner:
    """A study whose candidates you propose; it judges each on the groups that the search may see, and at the end
    compares the best on groups that nobody saw.

        with rolecall.Tuner("role-weights", "results.h5", candidates=60) as tuner:
            optuna.create_study(direction="maximize").optimize(
                lambda trial: tuner.evaluate(tuner.suggest(trial)), n_trials=tuner.left
            )
        tuner.study.summary.finding

    `study` is a built-in name, a path or TOML text of kind tune; its own method does not matter. Leaving the block ends
    the search and waits for the results; an exception stops the program, which keeps what was judged: with `resume`
    the same proposals in the same order are answered from there.
    """

    parameters: tuple[Parameter, ...]
    references: tuple[Reference, ...]
    objective: str
    """What is to be made large."""
    budget: int
    """Candidates in all."""

    def __init__(
        self,
        study: Pathish,
        output: Pathish,
        *,
        world: Pathish | World | None = None,
        seed: int | None = None,
        candidates: int | None = None,
        threads: int | None = None,
        force: bool = False,
        resume: bool = False,
    ) -> None:
        self.output = Path(output)
        self._source = study
        options = {"--world": world, "--seed": seed, "--candidates": candidates, "--threads": threads}
        self._options = [x for name, v in options.items() if v is not None for x in (name, text_of(v))]
        self._options += ["--force"] * force + ["--resume"] * resume
        self._tried = 0
        self._study: Study | None = None

    def __repr__(self) -> str:
        source = os.fspath(self._source)
        return f"Tuner({'of a TOML text' if NEW_LINE in source else repr(source)}, {str(self.output)!r})"

    @property
    def left(self) -> int:
        """Candidates that may still be tried; 0 as well when a resumed study had been finished."""
        return self.budget - self._tried

    @property
    def study(self) -> Study:
        """The results, once the block is left."""
        if self._study is None:
            raise RuntimeError("there are results when the block of the tuner is left")
        return self._study

    def __enter__(self) -> Self:
        with as_file(self._source) as source:
            text = run("studies", str(source)).stdout
        text, changed = METHOD.subn('method = "external"', text)
        if changed != 1:
            raise ProposalError(f"{self._source} does not name one method to replace")
        self._folder = tempfile.TemporaryDirectory(prefix="rolecall-")
        specification = Path(self._folder.name) / "study.toml"
        specification.write_text(text, encoding="utf-8")
        self._command = [str(find_program()), "run", str(specification), "-o", str(self.output), *self._options]
        self._errors: IO[str] = (Path(self._folder.name) / "stderr").open("w+", encoding="utf-8", errors="replace")
        try:
            self._program = subprocess.Popen(
                self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._errors, encoding="utf-8"
            )
            self._begin(self._read())
        except BaseException:
            self._close(stop=True)
            raise
        return self

    def _begin(self, space: dict[str, Any] | None) -> None:
        if space is None:
            self._check()  # the study had been finished
            space = {"parameters": [], "references": [], "objective": "", "budget": 0}
        self.parameters = tuple(
            Parameter(
                name=p["name"],
                low=p.get("low"),
                high=p.get("high"),
                whole=p.get("whole", False),
                log=p.get("scale") == "log",
                values=tuple(p.get("values", ())),
            )
            for p in space["parameters"]
        )
        self.references = tuple(Reference(r["origin"], r["values"], number(r["value"])) for r in space["references"])
        self.objective, self.budget = space["objective"], space["budget"]

    def evaluate(self, values: Mapping[str, Value]) -> float:
        """The objective of a candidate, larger is better; NaN where it is not defined. Parameters left out are as in
        the base model.

        Raises ProposalError for what is not of the space, RuntimeError when the budget is spent, ProgramError when the
        program ended.
        """
        if self.left <= 0:
            raise RuntimeError(f"all {self.budget:,} candidates of the study are tried; give it more `candidates`")
        assert self._program.stdin
        line = json.dumps({"values": {name: plain(value) for name, value in values.items()}})
        try:
            self._program.stdin.write(line + "\n")
            self._program.stdin.flush()
            answer = self._read()
        except BrokenPipeError:
            answer = None
        if answer is None:
            self._check()
            raise RuntimeError("the program ended the search")
        if "error" in answer:
            raise ProposalError(answer["error"])
        self._tried += 1
        return number(answer["value"])

    def suggest(self, trial: OptunaTrial) -> dict[str, Value]:
        """A candidate as an Optuna trial suggests it, for `evaluate`."""
        return {p.name: suggested(p, trial) for p in self.parameters}

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                assert self._program.stdin
                try:
                    self._program.stdin.close()
                except BrokenPipeError:
                    pass  # it says on standard error why it has gone
                self._check()
                self._study = open_study(self.output)
        finally:
            self._close(stop=kind is not None)

    def _read(self) -> dict[str, Any] | None:
        """The next line of the program; None when there are no more."""
        assert self._program.stdout
        line = self._program.stdout.readline()
        found: dict[str, Any] | None = json.loads(line) if line else None
        return found

    def _check(self) -> None:
        """Waits for the program, and raises ProgramError unless all went well."""
        code = self._program.wait()
        self._errors.seek(0)
        said = self._errors.read()
        if code != 0:
            raise ProgramError(self._command, code, said)
        pass_warnings_on(said)

    def _stop(self) -> None:
        """Asks the program to keep what it has and end, and ends it if it does not."""
        try:
            self._program.communicate('{"stop": true}\n', timeout=10)
        except (OSError, ValueError, subprocess.TimeoutExpired):
            self._program.terminate()
            self._program.wait()

    def _close(self, stop: bool) -> None:
        if hasattr(self, "_program"):
            if stop:
                self._stop()
            for pipe in (self._program.stdin, self._program.stdout):
                if pipe and not pipe.closed:
                    try:
                        pipe.close()
                    except BrokenPipeError:
                        pass  # nobody waits for what was left in it
        self._errors.close()
        self._folder.cleanup()


def plain(value: Any) -> Value:
    """A number or text that JSON takes: numpy has numbers of its own, and infinity is none."""
    if isinstance(value, str):
        return value
    try:
        value = float(value)
    except (TypeError, ValueError):
        raise ProposalError(f"{value!r} is neither a number nor a text") from None
    if value != value:
        raise ProposalError("a value is not a number")
    return "none" if value == float("inf") else value


def text_of(value: int | Pathish | World) -> str:
    return str(value) if isinstance(value, int) else os.fspath(value)


def number(value: float | None) -> float:
    return float("nan") if value is None else float(value)


def suggested(p: Parameter, trial: OptunaTrial) -> Value:
    if p.values:
        chosen: Value = trial.suggest_categorical(p.name, p.values)
        return chosen
    assert p.low is not None and p.high is not None
    if p.whole:
        return trial.suggest_int(p.name, int(p.low), int(p.high), log=p.log)
    return trial.suggest_float(p.name, p.low, p.high, log=p.log)
