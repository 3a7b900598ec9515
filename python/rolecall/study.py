"""Studies: what was asked, every candidate tried, what was found."""

import math
import os
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl

from rolecall.content_file import ContentFile
from rolecall.reader import as_text

TRUE_SCORE = "true score"
"""Name of the true score among the models."""

WITH_TRUTH = ("ceiling_auc", "truth_margin", "truth_margin_low", "truth_margin_high")
"""Figures of a summary that are NaN in the file where there is no truth."""


def open_study(path: str | os.PathLike[str]) -> "Study":
    """Opens a study file; tables are read when first asked for.

    Raises FileNotFoundError, PermissionError, or FormatError when it is no study that this package reads.
    """
    return Study(path)


@dataclass(frozen=True)
class Recipe:
    """All that is needed to run the study again."""

    study: str
    """Its name."""
    specification: str
    """The resolved study, TOML, seed included."""
    base_model: str
    """The model that the candidates vary, TOML."""
    world_digest: str
    """Content digest of the world."""
    world_specification: str
    """TOML from which the world was generated; empty: imported."""


@dataclass(frozen=True)
class Summary:
    """Sizes of the study, and how its best candidate compares with the default and the truth on the test half.

    Gain and margin are differences of test AUC between role weights, both with what the search held fixed.
    """

    groups: int
    """Won and lost."""
    won: int
    train_groups: int
    test_groups: int
    trees: int
    """Account trees."""
    resampled: str
    """What halves and replicates are made of: `account trees`, or `groups` where there are too few trees."""
    trials: int
    replicates: int
    confidence: float
    """Of every interval, in 0 … 1."""
    ceiling_auc: float | None
    """AUC of the true score on all groups; None without truth."""
    found_gain: float
    """Of the best candidate over the default role weights."""
    found_gain_low: float
    """Interval, paired by replicate."""
    found_gain_high: float
    truth_margin: float | None
    """Of the true role weights over the best candidate; None without truth, as are the next three."""
    truth_margin_low: float | None
    """Interval, paired by replicate."""
    truth_margin_high: float | None
    better_than_truth: int | None
    """Candidates of the search whose test AUC is above that of the true role weights."""


class Study(ContentFile):
    """A study file. AUC figures are over won and lost groups; the test half was not searched."""

    kind = "rolecall.study"

    def __repr__(self) -> str:
        s = self.summary
        return f"Study({str(self.path)!r}: {self.recipe.study}, {s.trials:,} trials on {s.groups:,} groups)"

    @cached_property
    def recipe(self) -> Recipe:
        """What was asked."""
        with self.reading() as file:
            return Recipe(**{f.name: as_text(file.attribute("recipe", f.name)) for f in fields(Recipe)})

    @cached_property
    def summary(self) -> Summary:
        """Sizes, the ceiling, and the best candidate against the default and the truth."""
        with self.reading() as file:
            found: dict[str, Any] = {f.name: file.attribute("summary", f.name) for f in fields(Summary)}
        found = {name: as_text(v) if name == "resampled" else v.item() for name, v in found.items()}
        if found["better_than_truth"] < 0:
            found["better_than_truth"] = None
        without_truth = {name: None for name in WITH_TRUTH if math.isnan(found[name])}
        return Summary(**(found | without_truth))

    @cached_property
    def roles(self) -> pl.DataFrame:
        """Shares of the roles of the template, in its order: role, default (base model), found (best candidate),
        found_low, found_high (range of the best candidates of the replicates), truth (null without one). Shares of a
        column sum to 1, bounds aside."""
        with self.reading() as file:
            names = ("default", "found", "found_low", "found_high")
            columns = {"role": file.texts("roles/name")} | {n: file.numbers(f"roles/{n}") for n in names}
            truth = file.numbers("roles/truth") if "roles/truth" in file else None
        return pl.DataFrame(columns).with_columns(truth=pl.lit(truth, dtype=pl.Float64))

    @cached_property
    def trials(self) -> pl.DataFrame:
        """Candidates: trial (row), origin (default, equal, truth or search), train_auc, train_low, train_high,
        test_auc, weight (role weightings in the order of `roles`, an array)."""
        with self.reading() as file:
            columns = {"origin": file.texts("trials/origin")}
            columns |= {n: file.numbers(f"trials/{n}") for n in ("train_auc", "train_low", "train_high", "test_auc")}
            columns["weight"] = pl.Series(file.array("trials/weight"))
        return pl.DataFrame(columns).with_row_index("trial")

    @cached_property
    def replicates(self) -> np.ndarray[Any, np.dtype[np.float64]]:
        """Train AUC of each candidate under each bootstrap replicate: trials × replicates. NaN: a replicate that drew
        no won group, or no lost one."""
        with self.reading() as file:
            return file.array("replicates/train_auc")

    @cached_property
    def models(self) -> pl.DataFrame:
        """Models compared on the test half, the base model as it is first: model, activities (whose weights, cap,
        window and decay: default or truth), roles (whose weights: default, equal, found or truth; both null: not a
        model), auc, auc_low, auc_high, gain (over the first), gain_low, gain_high (paired by replicate)."""
        with self.reading() as file:
            texts = {"model": "name", "activities": "activities", "roles": "roles"}
            columns = {column: file.texts(f"models/{name}") for column, name in texts.items()}
            names = ("auc", "auc_low", "auc_high", "gain", "gain_low", "gain_high")
            columns |= {n: file.numbers(f"models/{n}") for n in names}
        return pl.DataFrame(columns).with_columns(pl.col("activities", "roles").replace("", None))

    @cached_property
    def true_score(self) -> dict[str, Any] | None:
        """The row of `models` for the true score itself: the ceiling on the test half. None: not compared."""
        found = self.models.filter(pl.col("activities").is_null(), pl.col("roles").is_null(), model=TRUE_SCORE)
        return found.row(0, named=True) if found.height else None

    @cached_property
    def scores(self) -> pl.DataFrame:
        """Engagement under the best model, in bins: low, high (the last bin holds all above as well), won, lost
        [groups], groups, share_won (null: no groups)."""
        return self._outcomes("scores")

    @cached_property
    def completeness(self) -> pl.DataFrame:
        """Bands of completeness: low, high [%], won, lost [groups], groups, share_won (null: no groups)."""
        return self._outcomes("completeness")

    @cached_property
    def coverage(self) -> pl.DataFrame:
        """Roles as groups have them: role, members (mean), filled (share of groups with enough members in the role),
        won_if_filled, won_if_missing (shares won; null: no such group)."""
        with self.reading() as file:
            columns = {"role": file.texts("roles/name")}
            for name in ("members", "filled", "won_if_filled", "won_if_missing"):
                columns[name] = file.numbers(f"coverage/{name}")
        return pl.DataFrame(columns)

    @cached_property
    def best_trial(self) -> int:
        """Row of trials: the highest train AUC of the search."""
        with self.reading() as file:
            return int(file.attribute("best", "trial"))

    @cached_property
    def best_model(self) -> str:
        """The best model as a model file, TOML; `score` and `evaluate` take it as it is."""
        with self.reading() as file:
            return as_text(file.attribute("best", "model"))

    def _outcomes(self, table: str) -> pl.DataFrame:
        with self.reading() as file:
            columns = {name: file.numbers(f"{table}/{name}") for name in ("low", "high", "won", "lost")}
        groups = pl.col("won") + pl.col("lost")
        return pl.DataFrame(columns).with_columns(
            groups.alias("groups"),
            pl.when(groups > 0).then(pl.col("won") / groups).alias("share_won"),
        )
