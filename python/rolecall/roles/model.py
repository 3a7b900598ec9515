"""Role models: learnt from the members of one world, for the people of the same or another."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from sklearn.model_selection import StratifiedGroupKFold

from rolecall.errors import DataError
from rolecall.roles.labelled import ACTS, candidate_rows, has_title, labelled_rows, people_rows
from rolecall.roles.learner import Learner, learn
from rolecall.roles.options import RoleOptions
from rolecall.roles.quality import Judged, confusion, quality, reliability
from rolecall.roles.reject import accept_across, risk_coverage, threshold_for
from rolecall.world import World


@dataclass(frozen=True)
class RoleReport:
    """How good a role model is on account trees that it was not learnt from. A row of a table is a membership."""

    rows: int
    """Memberships learnt from: of people with a title, in roles of enough account trees."""
    people: int
    trees: int
    left_out: dict[str, int]
    """Roles that were not learnt, and in how many account trees they were seen."""
    quality: pl.DataFrame
    """said_by (model, majority, cards), metric, value, low, high; `quality.quality` has the formulas."""
    reliability: pl.DataFrame
    """low, high (of the probability of the likeliest role), rows, predicted (mean), observed (share right)."""
    curve: pl.DataFrame
    """threshold (descending), accepted (rows), coverage, error: shares."""
    confusion: pl.DataFrame
    """role (true), said:ROLE (memberships, before any is rejected) for each."""

    def value(self, metric: str, said_by: str = "model") -> float:
        """A metric. Raises KeyError when it was not measured."""
        found = self.quality.filter(said_by=said_by, metric=metric)["value"]
        if found.is_empty():
            raise KeyError(f"no {metric} of {said_by}")
        return float("nan") if found.item() is None else float(found.item())


@dataclass(frozen=True)
class RoleModel:
    """Gives people roles by what their titles say. A role is given at probabilities from `threshold` on; infinite: never."""

    learner: Learner
    threshold: float
    as_of: dt.date | None
    report: RoleReport

    @property
    def roles(self) -> tuple[str, ...]:
        return self.learner.roles

    @property
    def options(self) -> RoleOptions:
        return self.learner.options

    def predict(self, rows: pl.DataFrame) -> pl.DataFrame:
        """The rows with role (the likeliest; null without a title), probability (of it) and accepted.

        Needs the column title; columns of the options that are missing count as not known, as does the solution.
        """
        options = self.options
        known = set(rows.columns)
        wanted = (*options.columns, *(["solution"] if options.solution else []))
        rows = rows.with_columns(pl.lit(None, pl.String).alias(name) for name in wanted if name not in known)
        acts = [n for n in self.learner_acts if n not in known]
        full = rows.with_columns(pl.lit(0).alias(n) for n in acts).select("title", *wanted, *self.learner_acts)
        probability = self.learner.probabilities(full)
        best = probability.argmax(axis=1)
        found = rows.with_columns(
            role=pl.Series([self.roles[i] for i in best], dtype=pl.String),
            probability=pl.Series(probability[np.arange(len(best)), best], dtype=pl.Float64),
        )
        titled = pl.when(has_title())
        found = found.with_columns(titled.then("role").alias("role"), titled.then("probability").alias("probability"))
        return found.with_columns(accepted=(pl.col("probability") >= self.threshold).fill_null(False))

    def predict_titles(self, titles: Iterable[str]) -> pl.DataFrame:
        """title, role, probability, accepted."""
        return self.predict(pl.DataFrame({"title": list(titles)}, schema={"title": pl.String})).select(
            "title", "role", "probability", "accepted"
        )

    def people(self, world: World, as_of: dt.date | None = None) -> pl.DataFrame:
        """person_id, title, role, probability, accepted of every person, whether or not in a group."""
        rows = self.predict(people_rows(world, self.options, as_of or self.as_of))
        return rows.select("person_id", "title", "role", "probability", "accepted")

    def propose(self, world: World, as_of: dt.date | None = None) -> pl.DataFrame:
        """group_id, person_id, title, role, probability, accepted of people of the groups' own accounts who never were
        members of the group, in that order. Existing memberships of any source stand. Whether somebody takes part at
        all is not asked: the probability is of the role of one who does."""
        rows = self.predict(candidate_rows(world, self.options, as_of or self.as_of))
        columns = ("group_id", "person_id", "title", "role", "probability", "accepted")
        return rows.select(columns).sort("group_id", "person_id")

    @property
    def learner_acts(self) -> list[str]:
        return [f"{ACTS}{name}" for name in self.learner.types]


def fit(
    world: World,
    options: RoleOptions | None = None,
    *,
    as_of: dt.date | None = None,
    cards: pl.DataFrame | None = None,
) -> RoleModel:
    """Learns roles from the memberships of a world that had begun by a day (all: None), and measures how well.

    Folds are of account trees: nobody's colleagues are on both sides. For every fold, a model of the others, calibrated
    within them, gives the probabilities that the report and the threshold rest on. `cards`: person_id and role of
    another way to give roles, such as role cards, to be compared with; whoever is not in it counts as wrong.
    Raises DataError when there is too little to learn from: no memberships, no titles, one role, too few account trees.
    """
    options = options or RoleOptions()
    rows = labelled_rows(world, options, as_of)
    options = replace(options, columns=tuple(c for c in options.columns if c in world.people.columns))
    rows, left_out = enough_trees(rows, options)
    roles = tuple(sorted(rows["role"].unique()))
    refuse_too_little(world, rows, roles, left_out, options)
    tree = rows["tree"].to_numpy()
    fold = deal(rows, options)
    place = {role: i for i, role in enumerate(roles)}
    truth = np.array([place[role] for role in rows["role"]])
    probability, shares = (np.zeros((len(rows), len(roles))) for _ in range(2))
    for k in range(options.folds):
        inside = fold == k
        seen = learn(rows.filter(pl.Series(~inside)), fold[~inside], roles, options)
        probability[inside] = seen.probabilities(rows.filter(pl.Series(inside)))
        shares[inside] = np.bincount(truth[~inside], minlength=len(roles)) / (~inside).sum()
    best, confidence = probability.argmax(axis=1), probability.max(axis=1)
    curve = risk_coverage(confidence, best == truth)
    fixed = options.accept_above
    accepted = accept_across(confidence, best == truth, fold, options.max_error, fixed)
    said = {"model": Judged(best, probability, accepted), "majority": Judged(shares.argmax(axis=1), shares)}
    if cards is not None:
        said["cards"] = Judged(roles_of_cards(rows, cards, place))
    tables = [quality(truth, tree, s, len(roles), options).select(pl.lit(who).alias("said_by"), pl.all())
              for who, s in said.items()]  # fmt: skip
    report = RoleReport(
        rows=len(rows),
        people=rows["person_id"].n_unique(),
        trees=len(np.unique(tree)),
        left_out=left_out,
        quality=pl.concat(tables),
        reliability=reliability(truth, said["model"]),
        curve=curve,
        confusion=confusion(truth, said["model"], roles),
    )
    threshold = threshold_for(curve, options.max_error) if fixed is None else fixed
    return RoleModel(learn(rows, fold, roles, options), threshold, as_of, report)


def deal(rows: pl.DataFrame, options: RoleOptions) -> np.ndarray:
    """The fold of each row: account trees dealt so that each fold has its share of each role."""
    dealer = StratifiedGroupKFold(options.folds, shuffle=True, random_state=options.seed)
    fold = np.zeros(len(rows), int)
    for k, (_, inside) in enumerate(dealer.split(fold, rows["role"].to_numpy(), rows["tree"].to_numpy())):
        fold[inside] = k
    return fold


def enough_trees(rows: pl.DataFrame, options: RoleOptions) -> tuple[pl.DataFrame, dict[str, int]]:
    """The rows of roles seen in enough account trees; the others, with their number of trees."""
    trees = rows.group_by("role").agg(pl.col("tree").n_unique()).sort("role")
    few = dict(trees.filter(pl.col("tree") < options.fewest_trees).iter_rows())
    return rows.filter(~pl.col("role").is_in(list(few))), few


def refuse_too_little(
    world: World, rows: pl.DataFrame, roles: tuple[str, ...], left_out: dict[str, int], options: RoleOptions
) -> None:
    if len(roles) >= 2:
        return
    need = f"two roles, each in at least {options.fewest_trees} account trees, are needed"
    if left_out:
        few = ", ".join(f"{role} in {trees}" for role, trees in left_out.items())
        raise DataError(f"{world.path}: too few account trees ({few}); {need}. Learn from a larger world: --train OTHER.")
    raise DataError(f"{world.path}: all members have the role {roles[0]}; {need}. Name another world: --train OTHER.")


def roles_of_cards(rows: pl.DataFrame, cards: pl.DataFrame, place: dict[str, int]) -> np.ndarray:
    """Places of the roles that cards give, the first of a person; −1: none, or one that is not learnt."""
    first = cards.select("person_id", said="role").unique("person_id", keep="first", maintain_order=True)
    said = rows.select("person_id").join(first, on="person_id", how="left", maintain_order="left")["said"]
    return np.array([place.get(role, -1) for role in said])
