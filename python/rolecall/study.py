"""Studies of any kind: what was asked, what was found, and every table behind it."""

import math
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Generic, NamedTuple, TypeVar
from urllib.parse import unquote

import h5py
import numpy as np
import polars as pl

from rolecall.content_file import ContentFile
from rolecall.errors import FormatError
from rolecall.reader import Reader, as_text, open_hdf5

DEFAULT, FOUND, TRUTH, TRUE_SCORE = "default", "found", "truth", "true score"
"""Names among the models of a study that tunes."""

Figure = str | int | float
T = TypeVar("T", int, float, str)


def open_study(path: str | os.PathLike[str]) -> "Study":
    """Opens a study file; tables are read when first asked for.

    Raises FileNotFoundError, PermissionError, or FormatError when it is no study that this package reads.
    """
    return Study(path)


def open_progress(path: str | os.PathLike[str]) -> "StudyProgress":
    """What a study that runs, or was stopped, has kept so far: of results.h5 or of results.h5.partial.

    Raises as `open_study` does.
    """
    path = Path(path)
    return StudyProgress(path if path.name.endswith(".partial") else path.with_name(f"{path.name}.partial"))


@dataclass(frozen=True)
class Recipe:
    """All that is needed to run the study again."""

    study: str
    """Its name."""
    kind: str
    """What it does: tune, models, sweep, …"""
    question: str
    specification: str
    """The resolved study, TOML, seed included."""
    base_model: str
    """The model that is tuned, or the default to beat, TOML; empty: one that comes with a world."""
    against: tuple[str, ...]
    """Further models that were compared, TOML."""
    world_digest: str
    """Content digest of the world that was given; empty: the study made its own."""
    world_specification: str
    """TOML from which worlds were made; empty: it was given one."""


class Interval(NamedTuple):
    value: float
    low: float | None
    high: float | None


class Known(Generic[T]):
    """A figure that many studies have; None where this one has not."""

    def __set_name__(self, _: type, name: str) -> None:
        self.name = name

    def __get__(self, owner: "Summary", _: type | None = None) -> T | None:
        found: Any = owner.get(self.name)
        return None if isinstance(found, float) and math.isnan(found) else found


class Summary(Mapping[str, Figure]):
    """The figures of a study by name, as the file has them; those that many studies have as attributes too."""

    def __init__(self, figures: dict[str, Figure]) -> None:
        self._figures = figures

    def __getitem__(self, name: str) -> Figure:
        return self._figures[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._figures)

    def __len__(self) -> int:
        return len(self._figures)

    def __repr__(self) -> str:
        return f"Summary({self._figures!r})"

    @property
    def finding(self) -> str:
        """In words."""
        return str(self.get("finding", ""))

    def interval(self, name: str) -> Interval | None:
        """`name` with `name`_low and `name`_high; None where the study has no such figure."""
        values = [self.get(f"{name}{bound}") for bound in ("", "_low", "_high")]
        known = [float(v) if isinstance(v, int | float) and not math.isnan(v) else None for v in values]
        return None if known[0] is None else Interval(known[0], known[1], known[2])

    groups = Known[int]()
    """Won and lost."""
    won = Known[int]()
    trees = Known[int]()
    """Account trees."""
    resampled = Known[str]()
    """What replicates draw: `account trees`, or `groups` where there are too few trees."""
    replicates = Known[int]()
    confidence = Known[float]()
    """Of every interval, in 0 … 1."""
    folds = Known[int]()
    trials = Known[int]()
    """Candidates of all searches."""
    method = Known[str]()
    """Of the search."""
    objective = Known[str]()
    """What made a candidate better."""
    found = Known[float]()
    """The objective on groups that no search saw, as are the next two."""
    default = Known[float]()
    found_gain = Known[float]()
    """Of the found model over the default, paired by replicate."""
    found_gain_low = Known[float]()
    found_gain_high = Known[float]()
    found_train = Known[float]()
    """What the searches saw of their best."""
    found_test = Known[float]()
    default_train = Known[float]()
    """The default on the groups of the searches, and on the others."""
    default_test = Known[float]()
    optimism = Known[float]()
    """By how much the gain over the default looked too large to the searches."""
    truth_margin = Known[float]()
    """Of the true model over the found one, paired by replicate; None without truth."""
    truth_margin_low = Known[float]()
    truth_margin_high = Known[float]()
    ceiling_auc = Known[float]()
    """AUC of the true score on all groups; None without truth."""
    world_digest = Known[str]()
    """Of the world that the study ran on."""


class Tables(Mapping[str, pl.DataFrame]):
    """The tables of a study by name; each is read when first asked for. NaN is null; several numbers of a row are an
    array."""

    def __init__(self, study: "Study") -> None:
        self._study = study
        self._read: dict[str, pl.DataFrame] = {}
        with study.reading() as file:
            self._links = {unquote(link): link for link in file.group("tables")}

    def __getitem__(self, name: str) -> pl.DataFrame:
        if name not in self._links:
            raise KeyError(name)
        if name not in self._read:
            with self._study.reading() as file:
                self._read[name] = read_table(file, f"tables/{self._links[name]}")
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._links)

    def __len__(self) -> int:
        return len(self._links)

    def __repr__(self) -> str:
        return f"Tables({', '.join(self)})"

    def description(self, name: str) -> str:
        """What a table says."""
        with self._study.reading() as file:
            return attribute(file.group(f"tables/{self._links[name]}"), "description")

    def units(self, name: str) -> dict[str, str]:
        """Units by column; empty: none."""
        return self._of_columns(name, "unit")

    def meanings(self, name: str) -> dict[str, str]:
        """What columns mean; empty: what their name says."""
        return self._of_columns(name, "description")

    def _of_columns(self, name: str, what: str) -> dict[str, str]:
        with self._study.reading() as file:
            return {
                column: attribute(file.dataset(path), what)
                for column, path in file.columns(f"tables/{self._links[name]}")
            }


class Study(ContentFile):
    """A study file of any kind. The properties that name a table raise FormatError where the study has none."""

    kind = "rolecall.study"
    version = 2

    @classmethod
    def again(cls, file: h5py.File) -> str:
        recipe = {name: as_text(value) for name, value in file["recipe"].attrs.items()} if "recipe" in file else {}
        command = "simulate" if recipe.get("kind") == "simulation" else "run"
        return f"Run the study again: `rolecall {command} {recipe.get('study') or 'NAME'} -o results.h5`."

    def __repr__(self) -> str:
        s = self.summary
        of = [f"{s.trials:,} trials"] if s.trials is not None else []
        of += [f"{s.groups:,} groups"] if s.groups is not None else []
        return f"Study({str(self.path)!r}: {self.recipe.study}, {self.recipe.kind}{', ' if of else ''}{' on '.join(of)})"

    @cached_property
    def recipe(self) -> Recipe:
        """What was asked."""
        with self.reading() as file:
            return read_recipe(file)

    @cached_property
    def summary(self) -> Summary:
        """Figures, and the finding in words."""
        with self.reading() as file:
            return Summary({name: figure(value) for name, value in file.group("summary").attrs.items()})

    @cached_property
    def tables(self) -> Tables:
        """Every table, by name."""
        return Tables(self)

    @cached_property
    def best_model(self) -> str | None:
        """The best model as a model file, TOML; `score` and `evaluate` take it as it is. None: none was looked for."""
        with self.reading() as file:
            return as_text(file.attribute("best", "model")) if "best" in file else None

    @property
    def parameters(self) -> pl.DataFrame:
        """What was searched: parameter, unit, default, found, found_low, found_high (range of the best over replicates;
        with the method logistic a confidence interval), fitted, fitted_low, fitted_high (weights by logistic
        regression, with their confidence interval; null where the score is no sum of weights), standard_error, truth
        (null where it is not known). Weights are shares of the sum of their family."""
        return self.table("parameters")

    @property
    def trials(self) -> pl.DataFrame:
        """Every candidate of every search, in order: search, origin (default, equal, truth or search), value (of the
        objective, on the groups of the search), sample, and a column for each parameter."""
        return self.table("trials")

    @property
    def models(self) -> pl.DataFrame:
        """What was compared, the default first: model, description, and how its ranking differs from the default's."""
        return self.table("models")

    @property
    def metrics(self) -> pl.DataFrame:
        """A row for each model and metric: model, metric, value, value_low, value_high, gain (over the default),
        gain_low, gain_high (paired by replicate)."""
        return self.table("metrics")

    def metric(self, name: str | None = None) -> pl.DataFrame:
        """The models by one metric, that of the objective unless named: columns of `metrics`."""
        return self.metrics.filter(metric=name or self.summary.objective or "auc")

    @property
    def folds(self) -> pl.DataFrame:
        """Each search: name, train_groups, test_groups, found_train (what it saw), found_test (what it came to),
        default_train, default_test."""
        return self.table("folds")

    @property
    def replicates(self) -> pl.DataFrame:
        """A column for each model: its AUC under every bootstrap replicate. Null: a replicate that drew no won group,
        or no lost one."""
        return self.table("replicates")

    @cached_property
    def scores(self) -> pl.DataFrame:
        """Engagement under the model of the study, in bins: low, high (the last bin holds all above as well), won, lost
        [groups], groups, share_won (null: no groups)."""
        return with_share_won(self.table("scores"))

    @cached_property
    def completeness(self) -> pl.DataFrame:
        """Bands of completeness: low, high [%], won, lost [groups], groups, share_won (null: no groups)."""
        return with_share_won(self.table("completeness"))

    @property
    def coverage(self) -> pl.DataFrame:
        """Roles as groups have them: role, members (mean), filled (share of groups with enough members in the role),
        won_if_filled, won_if_missing (shares won; null: no such group)."""
        return self.table("coverage")

    @property
    def reliability(self) -> pl.DataFrame:
        """Bins of held-out probabilities of winning: predicted, observed, observed_low, observed_high, groups."""
        return self.table("reliability")

    @property
    def capacity(self) -> pl.DataFrame:
        """What comes of handing the best groups to sales: share (of groups), precision, recall, profit (per group)."""
        return self.table("capacity")

    def table(self, name: str) -> pl.DataFrame:
        """A table by name; raises FormatError where the study has none of that name."""
        if name not in self.tables:
            raise FormatError(
                self.path,
                f"the table {name} is missing",
                f"A {self.recipe.kind} study has {', '.join(self.tables) or 'none'}.",
            )
        return self.tables[name]


class StudyProgress(ContentFile):
    """What a study has kept so far. Read at once: the program replaces the file while it works."""

    kind = "rolecall.study-progress"

    def __init__(self, path: str | os.PathLike[str]) -> None:
        super().__init__(path)
        with open_hdf5(self.path) as opened:
            file = Reader(self.path, opened)
            self.recipe = read_recipe(file)
            """What was asked."""
            self.stages: dict[str, np.ndarray[Any, np.dtype[np.float64]]] = {
                name: file.array(path) for name, path in file.columns("progress")
            }
            """Figures by stage: a row for each candidate or world that is done, in order. Of a search the first figure
            is the value of the objective."""

    def __repr__(self) -> str:
        done = ", ".join(f"{name} {len(rows):,}" for name, rows in self.stages.items())
        return f"StudyProgress({str(self.path)!r}: {self.recipe.study}; {done or 'nothing yet'})"


def read_recipe(file: Reader) -> Recipe:
    found = {name: as_text(value) for name, value in file.group("recipe").attrs.items()}
    against = sorted((n for n in found if n.startswith("against_")), key=lambda n: (len(n), n))
    names = ("study", "kind", "question", "specification", "base_model", "world_digest", "world_specification")
    known = {name: as_text(file.attribute("recipe", name)) for name in names}
    return Recipe(**known, against=tuple(found[n] for n in against))


def read_table(file: Reader, group: str) -> pl.DataFrame:
    columns = {}
    for name, path in file.columns(group):
        if file.dataset(path).ndim == 1:
            columns[name] = file.column(path)
        else:
            columns[name] = pl.Series(file.array(path))
    if len({len(values) for values in columns.values()}) > 1:
        raise FormatError(file.path, f"the columns of {group} differ in length", "Run the study again.")
    return pl.DataFrame(columns)


def attribute(of: h5py.Group | h5py.Dataset, name: str) -> str:
    return as_text(of.attrs.get(name, ""))


def figure(value: Any) -> Figure:
    found: Figure = value.item() if isinstance(value, np.generic) else as_text(value)
    return found


def with_share_won(bins: pl.DataFrame) -> pl.DataFrame:
    groups = pl.col("won") + pl.col("lost")
    return bins.with_columns(
        groups.alias("groups"), pl.when(groups > 0).then(pl.col("won") / groups).alias("share_won")
    )
