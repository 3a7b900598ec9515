"""What a study found, in plain words computed from its numbers."""

import tomllib
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import polars as pl

from rolecall.intervals import merge_bins, near_best
from rolecall.report.words import auc, count, percent, signed, span
from rolecall.study import Study

FEW = 30
"""Groups: of fewer, no share is put into words."""


@dataclass(frozen=True)
class Finding:
    """Sentences about a study. Nothing is said that its intervals do not carry."""

    study: Study

    @cached_property
    def base_name(self) -> str:
        """Name of the base model, as its file has it."""
        return str(parse(self.study.recipe.base_model).get("name") or "the base model")

    @cached_property
    def specification(self) -> dict[str, Any]:
        return parse(self.study.recipe.specification)

    @cached_property
    def question(self) -> str:
        """What the study asks, in its own words; empty when it does not say."""
        return str(self.specification.get("question", ""))

    @cached_property
    def seeds(self) -> dict[str, Any]:
        """Seeds of the specification by section."""
        sections = {name: value for name, value in self.specification.items() if isinstance(value, dict)}
        return {name: section["seed"] for name, section in sections.items() if "seed" in section}

    @cached_property
    def world(self) -> dict[str, Any]:
        """Where the specification takes the world from: `file`, `spec`, `preset`, as far as it says."""
        world = self.specification.get("world")
        return {"file": "", "spec": ""} | (world if isinstance(world, dict) else {})

    @cached_property
    def held_true(self) -> bool:
        """The search held the true activity weights fixed, so that roles alone were in question."""
        model = self.specification.get("model")
        return isinstance(model, dict) and model.get("activities") == "truth"

    @cached_property
    def default(self) -> dict[str, Any]:
        """The base model as it is: the first of the models."""
        return self.study.models.row(0, named=True)

    def model(self, activities: str, roles: str) -> dict[str, Any] | None:
        """The model with these activity weights and role weights, if it was compared."""
        found = self.study.models.filter(pl.col("activities") == activities, pl.col("roles") == roles)
        return found.row(0, named=True) if found.height else None

    @cached_property
    def found(self) -> dict[str, Any] | None:
        """The base model with the role weights found."""
        return self.model("default", "found")

    @cached_property
    def confidence(self) -> str:
        return f"{100 * self.study.summary.confidence:g} %"

    def headline(self) -> str:
        """The finding in one line."""
        if self.found is None:
            return f"Role weights of {self.base_name}"
        size = f"{abs(self.found['gain']):.4f} AUC"
        if self.found["gain_low"] > 0:
            return f"Searched role weights beat {self.base_name} by {size}"
        if self.found["gain_high"] < 0:
            return f"Searched role weights do worse than {self.base_name}, by {size}"
        return f"No role weights were found that surely beat {self.base_name}"

    def lead(self) -> str:
        """The finding: what the default scores, and what was found."""
        return " ".join([self._default(), *self._gain()])

    def beyond(self) -> str:
        """What the truth says about it, where it is known."""
        return " ".join([*self._ceiling(), *self._truth()])

    def _default(self) -> str:
        d, s = self.default, self.study.summary
        return (
            f"As it is, {self.base_name} scores an AUC of {auc(d['auc'])} ({self.confidence} interval "
            f"{span(d['auc_low'], d['auc_high'])}) on {count(s.test_groups)} groups that the search never saw: "
            f"of a won and a lost group, it ranks the won one higher {100 * d['auc']:.0f} times in 100."
        )

    def _gain(self) -> list[str]:
        if (f := self.found) is None:
            return []
        searched = self.study.trials.filter(pl.col("origin") == "search").height
        said = (
            f"The role weights found among {count(searched)} candidates, all else as it was, score {auc(f['auc'])} "
            f"on the same groups, a difference of {signed(f['gain'])} ({span(f['gain_low'], f['gain_high'], signed)})"
        )
        if f["gain_low"] > 0:
            return [f"{said}."]
        if f["gain_high"] < 0:
            return [f"{said}: they are worse. Keep the weights there are."]
        return [f"{said}. That cannot be told from 0: on these data there is no reason to change the weights."]

    def _ceiling(self) -> list[str]:
        if self.study.summary.ceiling_auc is None:
            return ["The world was imported, so the best possible score is not known."]
        if (true := self.study.true_score) is None:
            return [
                f"The true score, which decides in this generated world, reaches "
                f"{auc(self.study.summary.ceiling_auc)} over all groups."
            ]
        said = (
            f"The true score, which decides in this generated world, reaches {auc(true['auc'])} on these groups: "
            f"no score can be expected to do better."
        )
        if self.found is None or self.found["gain_low"] <= 0 or self.found["gain"] > true["gain"]:
            return [said]
        return [said, f"The weights found gain {percent(self.found['gain'] / true['gain'])} of what it gains."]

    def _truth(self) -> list[str]:
        margin, noise = self.study.summary.truth_margin, self.study.summary.truth_noise
        if margin is None or noise is None:
            return []
        seen = f"(a difference of {signed(margin)} in test AUC, noise ±{noise:.4f})"
        if abs(margin) <= noise:
            return [
                f"The search did as well as the truth: the true role weights and the best found are "
                f"within noise of each other {seen}."
            ]
        if margin > 0:
            return [f"The search did not get all the way: the true role weights are better than the best found {seen}."]
        return [
            f"The best found beats the true role weights, even on groups that it never saw {seen}: "
            f"what contaminates the log is worth learning, or chance was unusual."
        ]

    def models(self) -> str:
        """Which weights matter more."""
        roles, activities = self.model("default", "truth"), self.model("truth", "default")
        if roles is None or activities is None:
            return "Every model is judged on the test half; differences are paired by bootstrap replicate."
        return (
            f"Putting the truth in place of the role weights alone changes the AUC by {signed(roles['gain'])}; "
            f"in place of the activity weights alone, by {signed(activities['gain'])}."
        )

    def shares(self) -> str:
        """How many true shares the intervals hold."""
        roles = self.study.roles
        wide = roles.with_columns(width=pl.col("found_high") - pl.col("found_low")).sort("width").row(-1, named=True)
        said = (
            f"{wide['role']} is pinned down least: in {self.confidence} of the replicates, what came out best gave it "
            f"{percent(wide['found_low'])} to {percent(wide['found_high'])}."
        )
        if roles["truth"].is_null().all():
            return said
        held = roles.filter(pl.col("truth").is_between(pl.col("found_low"), pl.col("found_high"))).height
        return f"The interval of the share found holds the true share for {held} of {roles.height} roles. {said}"

    def search(self) -> str:
        """How flat the search was, and what it held fixed."""
        near = int(near_best(self.study).sum()) - 1
        held = "The search held the true activity weights fixed, so that roles alone were in question. "
        return (
            f"{held if self.held_true else ''}{count(near)} of the {count(self.study.trials.height - 1)} other "
            f"candidates cannot be told from the best on the half that was searched."
        )

    def scores(self) -> str:
        """Low scores against high ones."""
        parts = merge_bins(self.study.scores).drop_nulls("share_won")
        if parts.height < 2:
            return "There are too few groups to compare."
        low, high = parts.row(0, named=True), parts.row(-1, named=True)
        return (
            f"Of the {count(low['groups'])} groups with the lowest scores, {percent(low['share_won'])} were won; "
            f"of the {count(high['groups'])} with the highest, {percent(high['share_won'])}."
        )

    def completeness(self) -> str:
        """The least complete band against the most complete."""
        bands = self.study.completeness.filter(pl.col("groups") >= FEW)
        if bands.height < 2:
            return "There are too few groups to compare."
        low, high = bands.row(0, named=True), bands.row(-1, named=True)
        return (
            f"Groups that are {band(low)} complete won {percent(low['share_won'])} of the time; "
            f"those that are {band(high)} complete, {percent(high['share_won'])}."
        )

    def coverage(self) -> str:
        """The role that goes with the largest difference."""
        table = self.study.coverage.drop_nulls(["won_if_filled", "won_if_missing"])
        table = table.with_columns(gap=pl.col("won_if_filled") - pl.col("won_if_missing")).sort("gap")
        if table.is_empty():
            return "No role is filled in some groups and missing in others."
        most = table.row(-1, named=True)
        return (
            f"{most['role']} goes with the largest difference: {percent(most['won_if_filled'])} won with it, "
            f"{percent(most['won_if_missing'])} without. What goes with winning need not cause it."
        )


def band(row: dict[str, Any]) -> str:
    """Bounds of a completeness band."""
    low, high = f"{row['low']:.0f}", percent(row["high"] / 100)
    return high if row["low"] == row["high"] else f"{low} to {high}"


def parse(toml: str) -> dict[str, Any]:
    """What a TOML text says; nothing when it cannot be read."""
    try:
        return tomllib.loads(toml)
    except tomllib.TOMLDecodeError:
        return {}
