"""What a study found, in plain words computed from its numbers."""

import math
import re
import tomllib
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import polars as pl

from rolecall.charts.parts import objective_name, parameter_label
from rolecall.charts.searches import SHOWN, finite, last_search
from rolecall.errors import FormatError
from rolecall.intervals import merge_bins
from rolecall.report.words import NONE, auc, count, percent, plain, signed, span
from rolecall.study import DEFAULT, FOUND, TRUE_SCORE, TRUTH, Interval, Study

FEW = 30
"""Groups: of fewer, no share is put into words."""

ENOUGH = 30
"""Account trees: intervals that rest on fewer are too narrow."""

FEW_CANDIDATES = 3
"""Of fewer there is no order to tell of."""

LONGEST = 140
"""Characters of a headline."""

SIMPLE = ("one weight for all", "raw totals", "active days")
"""Models that anyone could think of."""

WEIGHTS = {"share of role weights": "role weights", "share of activity weights": "activity weights"}


@dataclass(frozen=True)
class Finding:
    """Sentences about a study of any kind."""

    study: Study

    @cached_property
    def specification(self) -> dict[str, Any]:
        return parse(self.study.recipe.specification)

    @cached_property
    def question(self) -> str:
        """What the study asks, in its own words; empty when it does not say."""
        return self.study.recipe.question

    @cached_property
    def seeds(self) -> dict[str, Any]:
        """Seeds of the specification by section."""
        sections = {name: value for name, value in self.specification.items() if isinstance(value, dict)}
        return {name: section["seed"] for name, section in sections.items() if "seed" in section}

    @cached_property
    def world(self) -> dict[str, Any]:
        """Where the specification takes the world from: `file`, `spec`, `preset`, as far as it says."""
        return {"file": "", "spec": ""} | self.section("world")

    def section(self, name: str) -> dict[str, Any]:
        """Of the specification; empty when it does not say."""
        found = self.specification.get(name)
        return found if isinstance(found, dict) else {}

    @cached_property
    def base_name(self) -> str:
        """Name of the base model, as its file has it."""
        return str(parse(self.study.recipe.base_model).get("name") or self.section("model").get("base") or "default")

    @cached_property
    def is_external(self) -> bool:
        return self.section("search").get("method") == "external"

    @cached_property
    def confidence(self) -> str:
        confidence = self.study.summary.confidence
        return "" if confidence is None else f"{100 * confidence:g} %"

    @cached_property
    def said(self) -> list[str]:
        """What the program says of it, by line, with true minus signs and percents that do not break."""
        text = re.sub(r"(?<![\w.\-])-(?=\d)", "−", self.study.summary.finding.replace(";\n", "; "))
        text = re.sub(r"(?<=\d) %", "\u00a0%", re.sub(r"\bauc\b", "AUC", text))
        return [line for line in text.splitlines() if line.strip()]

    @cached_property
    def searched(self) -> str:
        """Which groups the best model was found on."""
        last = self.study.tables["trials"]["search"].tail(1).to_list() if "trials" in self.study.tables else []
        return "all of these groups" if last in ([], ["all"]) else "most of these groups"

    def headline(self) -> str:
        """The finding in one line: of the first sentence as much as is short enough to be one."""
        sentence = re.split(r"(?<=\.)\s", self.said[0], maxsplit=1)[0] if self.said else ""
        ends = [end.start() + 1 for end in re.finditer(r"[.;:](?=\s|$)", sentence)]
        first = sentence[: max((end for end in ends if end <= LONGEST), default=0)] or sentence
        return first.rstrip(".;:") if 0 < len(first.rstrip(".;:")) <= LONGEST else self.study.recipe.study

    def lead(self) -> str:
        """What else it says, by line."""
        first = self.headline()
        if not self.said:
            return ""
        rest = self.said[0].removeprefix(first).lstrip(".;: ")
        return "\n".join(line for line in (rest[:1].upper() + rest[1:], *self.said[1:]) if line)

    def beyond(self) -> str:
        return ""

    def caution(self) -> str:
        """Why intervals are to be doubted; empty when they are not."""
        s = self.study.summary
        if s.trees is None:
            return ""
        trees = f"{count(s.trees)} account tree{'' if s.trees == 1 else 's'}"
        if s.resampled == "groups":
            return (
                f"The groups stand in {trees}, too few to draw from: intervals treat groups as independent. If groups "
                f"of an account are alike, intervals are too narrow."
            )
        if s.trees < ENOUGH:
            return (
                f"The groups stand in only {trees}. Intervals that rest on fewer than {ENOUGH} trees are too "
                f"narrow: there is more doubt than they say."
            )
        return ""

    # Of groups, in any study that has the tables.

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

    def reliability(self) -> str:
        table = self.study.reliability.drop_nulls(["predicted", "observed_low", "observed_high"])
        if table.is_empty():
            return "There are too few groups to compare."
        held = table.filter(pl.col("predicted").is_between(pl.col("observed_low"), pl.col("observed_high"))).height
        return (
            f"A probability is right when as many are won as it says. In {held} of {table.height} bins the interval of "
            f"what happened holds the probability."
        )

    def capacity(self) -> str:
        table = self.study.capacity.drop_nulls("profit")
        if table.is_empty():
            return "There are no groups to hand off."
        offer = self.section("hand_off")
        best = table.sort("profit", descending=True).row(0, named=True)
        parts = []
        if {"capacity", "value_won", "cost"} <= offer.keys():
            at = table.with_columns(off=(pl.col("share") - offer["capacity"]).abs()).sort("off").row(0, named=True)
            parts.append(
                f"A group won is worth {offer['value_won']:g}, handing one off costs {offer['cost']:g}. With the best "
                f"{percent(at['share'])} handed off, which is what sales can take, {percent(at['precision'])} of them "
                f"are won, {percent(at['recall'])} of all that is won is among them, and profit is "
                f"{plain(at['profit'])} per group."
            )
        parts.append(f"It would be largest, {plain(best['profit'])}, at {percent(best['share'])}.")
        return " ".join(parts)


@dataclass(frozen=True)
class Tuned(Finding):
    """Sentences about a study that tunes. Nothing is said that its intervals do not carry."""

    @cached_property
    def objective(self) -> str:
        return objective_name(self.study.summary.objective)

    @cached_property
    def figures(self) -> dict[str, dict[str, Any]]:
        """The models by the objective, by name."""
        return {row["model"]: row for row in self.study.metric().iter_rows(named=True)}

    @cached_property
    def what(self) -> str:
        """What was tuned: role weights, activity weights, or the model."""
        units = set(self.study.parameters["unit"])
        return WEIGHTS.get(next(iter(units)), "model") if len(units) == 1 else "model"

    @cached_property
    def tuned(self) -> str:
        return "A tuned model" if self.what == "model" else f"Tuned {self.what}"

    @cached_property
    def held_true(self) -> bool:
        """The study held the true activity weights fixed, so that roles alone were in question."""
        return self.section("model").get("activities") == "truth" and TRUTH in self.figures

    @cached_property
    def gain(self) -> Interval:
        return self.study.summary.interval("found_gain") or Interval(math.nan, None, None)

    @cached_property
    def margin(self) -> Interval | None:
        return self.study.summary.interval("truth_margin")

    @cached_property
    def ceiling(self) -> dict[str, Any] | None:
        """The row of the true score."""
        return self.figures.get(TRUE_SCORE)

    @cached_property
    def all_alike(self) -> bool:
        return self.gain.value == self.gain.low == self.gain.high == 0

    def headline(self) -> str:
        gain = self.gain
        how_much = f"{size(gain.value)} {self.objective}"
        if self.all_alike:
            return f"Nothing to tell: what was found scores as {self.base_name} does"
        if gain.low is not None and gain.low > 0:
            return f"{self.tuned} gain{'s' if self.what == 'model' else ''} {how_much} over {self.base_name}"
        if gain.high is not None and gain.high < 0:
            return f"{self.tuned} lose{'s' if self.what == 'model' else ''} {how_much} against {self.base_name}"
        return f"Nothing was found that surely beats {self.base_name}"

    def lead(self) -> str:
        """What the default scores and what was found does, and whether they can be told apart."""
        d, f = self.figures[DEFAULT], self.figures[FOUND]
        first = f"With the true activity weights held fixed, {self.base_name}" if self.held_true else self.base_name
        said = f"{first} scores {an(self.objective)} {self.objective} of {auc(d['value'])} ({self._interval(d)})"
        said += " on groups that no search saw"
        if self.study.summary.objective == "auc":
            said += f": of a won and a lost group, the won one ranks higher {100 * d['value']:.0f} times in 100"
        found = f"What was found scores {auc(f['value'])} ({self._interval(f)})"
        gain = self.gain
        if self.all_alike:
            return (
                f"{said}. {found}, and the same in every replicate. There is nothing to tell: the search changed no "
                f"ranking, or the scores are tied."
            )
        found += f", a difference of {signed(gain.value)} ({span(gain.low, gain.high, signed)})"
        if gain.low is not None and gain.low > 0:
            return f"{said}. {found}."
        if gain.high is not None and gain.high < 0:
            return f"{said}. {found}: it is worse. Keep the {self.what} there {'is' if self.what == 'model' else 'are'}."
        return (
            f"{said}. {found}. That cannot be told from 0: on these data there is no reason to change the {self.what}."
        )

    def _interval(self, row: dict[str, Any]) -> str:
        return f"{self.confidence} interval {span(row['value_low'], row['value_high'])}"

    def beyond(self) -> str:
        """What the truth says about it, where it is known."""
        if TRUTH not in self.figures:
            return "The truth of this world is not known, and so neither is the best possible score."
        parts = []
        if self.ceiling:
            parts.append(
                f"The true score, which decides in this generated world, reaches {auc(self.ceiling['value'])}: no "
                f"score can be expected to do better."
            )
        m = self.margin
        if m is None or m.low is None or m.high is None:
            return " ".join(parts)
        seen = f"(difference {signed(m.value)}, {self.confidence} interval {span(m.low, m.high, signed)})"
        if m.value == m.low == m.high == 0:
            parts.append("The true model and the one found score the same, in every replicate.")
        elif m.low > 0:
            parts.append(f"The search did not get all the way: the true model is better than the one found {seen}.")
        elif m.high < 0:
            parts.append(
                f"The model found beats the true one {seen}: what contaminates the log is worth learning, or chance "
                f"was unusual."
            )
        else:
            parts.append(f"The true model and the one found cannot be told apart {seen}.")
        return " ".join(parts)

    def models(self) -> str:
        """How simple models do."""
        simple = [self.figures[name] for name in SIMPLE if name in self.figures]
        if not simple:
            return "Differences are paired by bootstrap replicate."
        best = max(simple, key=lambda row: row["value"] if row["value"] is not None else -math.inf)
        said = f"Of the simple models, {best['model']} does best, with {auc(best['value'])}: "
        gain = f"{signed(best['gain'])} against the default ({span(best['gain_low'], best['gain_high'], signed)})"
        if best["gain_low"] is None or best["gain_high"] is None:
            return f"{said}{gain}."
        if best["gain_high"] < 0:
            return f"{said}{gain}. The default is worth more than counting."
        if best["gain_low"] > 0:
            return f"{said}{gain}. It beats the default, without any weights to choose."
        return f"{said}{gain}, which cannot be told from 0."

    def optimism(self) -> str:
        s = self.study.summary
        seen, known = (s.found_train, s.default_train), (s.found_test, s.default_test)
        if s.optimism is None or None in seen or None in known:
            return ""
        n = s.folds or 1
        how = f"Each of {n} searches saw" if n > 1 else "The search saw"
        of = "on average" if n > 1 else "in all"
        much = f"{size(s.optimism)} {'too large' if s.optimism >= 0 else 'too small'}"
        return (
            f"{how} some of the groups, and its best was judged on the others. {of.capitalize()} the best looked like "
            f"{auc(seen[0])} beside {auc(seen[1])} for the default to its own search, and came to {auc(known[0])} beside "
            f"{auc(known[1])}: the gain looked {much}. Everything above is of groups that the search in question never saw."
        )

    @property
    def is_fitted(self) -> bool:
        """Whether the weights found are those of a fit, so that their intervals are confidence intervals."""
        return self.study.summary.method == "logistic"

    def shares(self) -> str:
        """How many true values the ranges hold."""
        table = finite(self.study.parameters)
        known = table.drop_nulls(["found_low", "found_high"])
        if known.is_empty():
            return ""
        of = "intervals hold" if self.is_fitted else "ranges of the best over replicates hold"
        parts = []
        if known["truth"].is_not_null().any():
            with_truth = known.drop_nulls("truth")
            inside = pl.col("truth").is_between(pl.col("found_low"), pl.col("found_high"))
            parts.append(f"The {of} the true value of {with_truth.filter(inside).height} of {with_truth.height}.")
        shares = known.filter(pl.col("unit").str.starts_with("share of"))
        shares = shares.filter(pl.col("found_high") > pl.col("found_low"))
        if shares.height > 1:
            wide = shares.sort(pl.col("found_high") - pl.col("found_low")).row(-1, named=True)
            parts.append(
                f"{parameter_label(wide['parameter'])} is pinned down least: {percent(wide['found_low'])} to "
                f"{percent(wide['found_high'])}."
            )
        return " ".join(parts)

    def search(self) -> str:
        """How long it took to get near the best."""
        s = self.study.summary
        table = last_search(self.study)
        tried = table.filter(sample=1, origin="search")
        searches = self.study.trials["search"].n_unique()
        how = "proposals from outside" if self.is_external else f"the method {s.method}"
        n = table.filter(origin="search").height
        every = self.study.trials.filter(origin="search").height
        said = f"{count(every)} candidates{f' in {searches} searches' if searches > 1 else ''}, by {how}. "
        if n < FEW_CANDIDATES:
            return said
        start = table.filter(origin=DEFAULT)["value"].to_list()
        best = tried["value"].max()
        if not tried.height or not start or not isinstance(best, float) or best <= start[0]:
            return said + f"None of the {count(n)} that the {'last' if searches > 1 else 'search'} tried looked better to it than the default."
        near = tried.filter(pl.col("value") >= start[0] + 0.9 * (best - start[0]))["trial"].to_list()
        at = tried.filter(value=best)["trial"].to_list()[0]
        return (
            said
            + (f"The last search, of {count(n)}, gives the model below. " if searches > 1 else "")
            + f"Its best is candidate {count(at)}; nine tenths of the way from the default were made by candidate "
            f"{count(near[0])}."
        )

    def drawn(self) -> str:
        """Which candidates the chart of the search shows."""
        n = last_search(self.study).filter(origin="search").height
        return "Every candidate" if n <= SHOWN else f"A sample of {count(SHOWN)} of {count(n)} candidates"


def finding_of(study: Study) -> Finding:
    needed = {"models", "metrics", "folds", "parameters", "trials"}
    if study.recipe.kind != "tune" or not needed <= set(study.tables):
        return Finding(study)
    if not {DEFAULT, FOUND} <= set(study.metric()["model"]):
        raise FormatError(study.path, "neither the default nor what was found has its metrics", "Run the study again.")
    return Tuned(study)


def size(difference: float) -> str:
    return signed(abs(difference)).lstrip("+")


def an(word: str) -> str:
    return "an" if word[0] in "AEIOUN" else "a"


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


__all__ = ["NONE", "Finding", "Tuned", "finding_of"]
