"""What a study found, in plain words computed from its numbers."""

import tomllib
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import polars as pl

from rolecall.charts.weights import NEAR, kinds, shown
from rolecall.intervals import merge_bins, near_best
from rolecall.report.words import auc, count, percent, signed, span
from rolecall.study import Study

FEW = 30
"""Groups: of fewer, no share is put into words."""

ENOUGH = 30
"""Account trees of a half: intervals that rest on fewer are too narrow."""


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
    def held(self) -> str:
        """Whose activity weights, cap, window and decay the search held fixed, as `models` has it: truth or default."""
        return "truth" if self.held_true else "default"

    def model(self, activities: str, roles: str) -> dict[str, Any] | None:
        """The model with these activity weights and role weights, if it was compared."""
        found = self.study.models.filter(pl.col("activities") == activities, pl.col("roles") == roles)
        return found.row(0, named=True) if found.height else None

    @cached_property
    def default(self) -> dict[str, Any]:
        """The default role weights under what the search held; the base model as it is where that was not compared."""
        return self.model(self.held, "default") or self.study.models.row(0, named=True)

    @cached_property
    def found(self) -> dict[str, Any] | None:
        """The role weights found under what the search held."""
        return self.model(self.held, "found")

    @cached_property
    def confidence(self) -> str:
        return f"{100 * self.study.summary.confidence:g} %"

    @cached_property
    def searched(self) -> int:
        """Candidates of the search: references are none."""
        return self.study.trials.filter(pl.col("origin") == "search").height

    @cached_property
    def all_alike(self) -> bool:
        """The default and the found role weights score the same AUC, and do so in every replicate."""
        s = self.study.summary
        return s.found_gain == s.found_gain_low == s.found_gain_high == 0

    def headline(self) -> str:
        """The finding in one line."""
        s = self.study.summary
        size = f"{abs(s.found_gain):.4f} AUC"
        if self.all_alike:
            return f"Nothing to tell: searched role weights score as those of {self.base_name} do"
        if s.found_gain_low > 0:
            return f"Searched role weights gain {size} over those of {self.base_name}"
        if s.found_gain_high < 0:
            return f"Searched role weights lose {size} against those of {self.base_name}"
        return f"No role weights were found that surely beat those of {self.base_name}"

    def caution(self) -> str:
        """Why intervals are to be doubted; empty when they are not."""
        s = self.study.summary
        trees = f"{count(s.trees)} account tree{'' if s.trees == 1 else 's'}"
        if s.resampled == "groups":
            return (
                f"The groups stand in {trees}, too few to draw from: halves and intervals treat groups as "
                f"independent. If groups of an account are alike, intervals are too narrow."
            )
        if s.resampled == "account trees" and s.trees // 2 < ENOUGH:
            return (
                f"The groups stand in only {trees}, in two halves. Intervals that rest on fewer than {ENOUGH} "
                f"trees are too narrow: there is more doubt than they say."
            )
        return ""

    def lead(self) -> str:
        """The finding: what the default role weights score and what those found do, under what the search held."""
        return " ".join([self._default(), self._gain(), *self._own_activities()])

    def beyond(self) -> str:
        """What the truth says about it, where it is known."""
        return " ".join([*self._ceiling(), *self._truth()])

    def _default(self) -> str:
        d, s = self.default, self.study.summary
        if self.held_true:
            said = f"With the true activity weights held fixed, the role weights of {self.base_name} score"
        else:
            said = f"As it is, {self.base_name} scores"
        return (
            f"{said} an AUC of {auc(d['auc'])} ({self.confidence} interval {span(d['auc_low'], d['auc_high'])}) on "
            f"{count(s.test_groups)} groups that the search never saw: of a won and a lost group, the won one ranks "
            f"higher {100 * d['auc']:.0f} times in 100."
        )

    def _gain(self) -> str:
        s = self.study.summary
        score = f"score {auc(self.found['auc'])}" if self.found else "score"
        said = f"The role weights found among {count(self.searched)} candidates, all else the same, {score}"
        if self.all_alike:
            return (
                f"{said} as well, and do so in every replicate. There is nothing to tell: the model names none of "
                f"the members' roles, or the scores are tied."
            )
        said += f", a difference of {signed(s.found_gain)} ({span(s.found_gain_low, s.found_gain_high, signed)})"
        if s.found_gain_low > 0:
            return f"{said}."
        if s.found_gain_high < 0:
            return f"{said}: they are worse. Keep the weights there are."
        return f"{said}. That cannot be told from 0: on these data there is no reason to change the weights."

    def _own_activities(self) -> list[str]:
        """The same role weights where the rest is the base model's own."""
        base, found = self.model("default", "default"), self.model("default", "found")
        if not self.held_true or base is None or found is None or self.all_alike:
            return []
        said = (
            f"Under the activity weights that {self.base_name} has itself, the role weights found take the AUC from "
            f"{auc(base['auc'])} to {auc(found['auc'])}, a difference of {signed(found['gain'])} "
            f"({span(found['gain_low'], found['gain_high'], signed)})"
        )
        if found["gain_high"] < 0:
            return [f"{said}: they are worse there."]
        return [f"{said}." if found["gain_low"] > 0 else f"{said}, which cannot be told from 0."]

    def _ceiling(self) -> list[str]:
        if self.study.summary.ceiling_auc is None:
            return ["The world was imported, so the best possible score is not known."]
        if (true := self.study.true_score) is None:
            return [
                f"The true score, which decides in this generated world, reaches "
                f"{auc(self.study.summary.ceiling_auc)} over all groups."
            ]
        return [
            f"The true score, which decides in this generated world, reaches {auc(true['auc'])} on these groups: "
            f"no score can be expected to do better."
        ]

    def _truth(self) -> list[str]:
        s = self.study.summary
        if s.ceiling_auc is None:
            return []
        if s.truth_margin is None or s.truth_margin_low is None or s.truth_margin_high is None:
            return [
                f"The roles of {self.base_name} lack some of the world's, so the true role weights cannot be compared."
            ]
        if s.truth_margin == s.truth_margin_low == s.truth_margin_high == 0:
            if self.all_alike:
                return ["The true role weights score the same once more."]
            said = "The true role weights and the best found score the same AUC, in every replicate"
            return [f"{said}: there is nothing to tell between them."]
        seen = (
            f"on {count(s.test_groups)} groups (difference {signed(s.truth_margin)}, {self.confidence} interval "
            f"{span(s.truth_margin_low, s.truth_margin_high, signed)})"
        )
        if s.truth_margin_low > 0:
            verdict = (
                f"The search did not get all the way: the true role weights are better than the best found {seen}."
            )
        elif s.truth_margin_high < 0:
            verdict = (
                f"The best found beats the true role weights {seen}: what contaminates the log is worth learning, "
                f"or chance was unusual."
            )
        else:
            verdict = f"The true role weights and the best found cannot be told apart {seen}."
        return [verdict, *self._better_than_truth()]

    def _better_than_truth(self) -> list[str]:
        if (n := self.study.summary.better_than_truth) is None:
            return []
        beat = "beats" if n == 1 else "beat"
        return [
            f"Of the search's {count(self.searched)} candidates, {count(n) if n else 'none'} {beat} the true role "
            f"weights on the test half."
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
        """How many true shares the ranges of the best hold."""
        roles = self.study.roles
        wide = roles.with_columns(width=pl.col("found_high") - pl.col("found_low")).sort("width").row(-1, named=True)
        said = (
            f"{wide['role']} is pinned down least: in {self.confidence} of the replicates, what came out best gave it "
            f"{percent(wide['found_low'])} to {percent(wide['found_high'])}."
        )
        if roles["truth"].is_null().all():
            return said
        held = roles.filter(pl.col("truth").is_between(pl.col("found_low"), pl.col("found_high"))).height
        return f"The range of the best over replicates holds the true share for {held} of {roles.height} roles. {said}"

    def search(self) -> str:
        """How flat the search was, and what it held fixed."""
        near = int(near_best(self.study).sum()) - 1
        held = (
            "The search held the true activity weights, cap, window and decay fixed, so that roles alone were in "
            "question. "
        )
        return (
            f"{held if self.held_true else ''}{count(near)} of the {count(self.study.trials.height - 1)} other "
            f"candidates cannot be told from the best on the half that was searched."
        )

    def shown(self) -> str:
        """Which candidates the chart of the search shows."""
        table = kinds(self.study)
        drawn = shown(table)
        if drawn.height == table.height:
            return "Every candidate"
        some = "a sample of " if drawn.filter(kind=NEAR).height < table.filter(kind=NEAR).height else ""
        return (
            f"{count(drawn.height)} of {count(table.height)} candidates (all with a name, {some}those near the best, "
            f"and a sample of the others, the same every time)"
        )

    def scores(self) -> str:
        """Low scores against high ones."""
        parts = merge_bins(self.study.scores)
        if parts["groups"].sum() < FEW:
            return "There are too few groups to compare."
        if parts.height < 2:
            return "Most groups have about the same score, so low scores cannot be set against high ones."
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
