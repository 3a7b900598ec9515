"""How good role probabilities are on rows that nobody learnt from, with intervals over account trees."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from rolecall.roles.options import RoleOptions

BINS = 10
"""Of confidence, equally wide."""
BLOCK = 100
"""Bootstrap replicates drawn at a time."""
METRICS = ("accuracy", "macro_f1", "log_loss", "calibration_error", "coverage", "error_accepted")


@dataclass(frozen=True)
class Judged:
    """What somebody said of n rows. Roles are places in a list; −1: none of them."""

    role: np.ndarray
    """n: the role said."""
    probability: np.ndarray | None = None
    """n × roles; None: roles only."""
    accepted: np.ndarray | None = None
    """n bools: whether the reject option let it through; None: there is no such option."""


def quality(truth: np.ndarray, tree: np.ndarray, said: Judged, roles: int, options: RoleOptions) -> pl.DataFrame:
    """A row for each metric that can be had: metric, value, low, high.

    accuracy: share of rows right. macro_f1: mean over roles that occur of 2 TP / (2 TP + FP + FN). log_loss: mean
    −ln p [nat]. calibration_error: Σ over ten bins of the highest probability of |Σ (right − probability)| / n, after
    Naeini et al. (2015), doi:10.1609/aaai.v29i1.9602; as a sum of absolute values it is above 0 by chance too.
    coverage: share of rows given a role; error_accepted: share wrong of these. Intervals are percentiles over
    replicates that draw account trees, the threshold held; missing with fewer than two trees.
    """
    sums = tree_sums(truth, tree, said, roles)
    value = metrics_of(sums.sum(axis=0, keepdims=True), roles)
    trees = len(sums)
    tail = (1 - options.confidence) / 2
    low = high = dict.fromkeys(value, float("nan"))
    if trees > 1:
        random = np.random.default_rng(options.seed)
        drawn = []
        for first in range(0, options.replicates, BLOCK):
            times = random.multinomial(trees, np.full(trees, 1 / trees), size=min(BLOCK, options.replicates - first))
            drawn.append(np.einsum("rt,ts->rs", times.astype(float), sums))
        found = metrics_of(np.concatenate(drawn), roles)
        low, high = ({m: quantile(v, q) for m, v in found.items()} for q in (tail, 1 - tail))
    kept = [m for m in METRICS if not (m in ("log_loss", "calibration_error") and said.probability is None)]
    kept = [m for m in kept if not (m in ("coverage", "error_accepted") and said.accepted is None)]
    table = {"metric": kept} | {n: [float(of[m]) for m in kept] for n, of in
                                {"value": {m: v[0] for m, v in value.items()}, "low": low, "high": high}.items()}  # fmt: skip
    return pl.DataFrame(table).fill_nan(None)


def tree_sums(truth: np.ndarray, tree: np.ndarray, said: Judged, roles: int) -> np.ndarray:
    """A row for each tree of sums that every metric is made of: the confusion (truth × role said, none the last), loss,
    right − probability by bin of confidence, rows accepted, and those of them that are wrong."""
    _, at = np.unique(tree, return_inverse=True)
    trees, n = at.max(initial=-1) + 1, len(truth)
    confusion = np.zeros((trees, roles * (roles + 1)))
    np.add.at(confusion, (at, truth * (roles + 1) + np.where(said.role < 0, roles, said.role)), 1)
    right = said.role == truth
    loss, gap = np.zeros(trees), np.zeros((trees, BINS))
    if said.probability is not None:
        np.add.at(loss, at, -np.log(np.maximum(said.probability[np.arange(n), truth], 1e-15)))
        highest = said.probability.max(axis=1)
        np.add.at(gap, (at, bin_of(highest)), right - highest)
    accepted = np.zeros(n, bool) if said.accepted is None else said.accepted
    counts = [np.bincount(at, weights=w, minlength=trees) for w in (accepted, accepted & ~right)]
    return np.column_stack([confusion, loss, gap, *counts])


def metrics_of(sums: np.ndarray, roles: int) -> dict[str, np.ndarray]:
    """Each metric, of each row of sums."""
    confusion = sums[:, : roles * (roles + 1)].reshape(-1, roles, roles + 1)
    loss, gap = sums[:, roles * (roles + 1)], sums[:, roles * (roles + 1) + 1 : -2]
    n = confusion.sum(axis=(1, 2))
    right = np.diagonal(confusion, axis1=1, axis2=2)
    there, named = confusion.sum(axis=2), confusion[:, :, :roles].sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        f1 = np.where(there > 0, 2 * right / (there + named), 0)
        return {
            "accuracy": right.sum(axis=1) / n,
            "macro_f1": f1.sum(axis=1) / (there > 0).sum(axis=1),
            "log_loss": loss / n,
            "calibration_error": np.abs(gap).sum(axis=1) / n,
            "coverage": sums[:, -2] / n,
            "error_accepted": sums[:, -1] / sums[:, -2],
        }


def quantile(values: np.ndarray, q: float) -> float:
    """Of the replicates in which the metric is defined."""
    defined = values[np.isfinite(values)]
    return float(np.quantile(defined, q)) if len(defined) else float("nan")


def bin_of(confidence: np.ndarray) -> np.ndarray:
    return np.asarray(np.minimum((confidence * BINS).astype(int), BINS - 1))


def reliability(truth: np.ndarray, said: Judged) -> pl.DataFrame:
    """A row for each bin of confidence that has rows: low, high, rows, predicted (mean probability of the role said),
    observed (share right)."""
    assert said.probability is not None
    highest = said.probability.max(axis=1)
    at = bin_of(highest)
    rows, predicted, observed = (
        np.bincount(at, weights=w, minlength=BINS) for w in (None, highest, (said.role == truth).astype(float))
    )
    there = np.flatnonzero(rows)
    return pl.DataFrame(
        {
            "low": there / BINS,
            "high": (there + 1) / BINS,
            "rows": rows[there],
            "predicted": predicted[there] / rows[there],
            "observed": observed[there] / rows[there],
        }
    )


def confusion(truth: np.ndarray, said: Judged, roles: tuple[str, ...]) -> pl.DataFrame:
    """A row for each true role: role, then a column for each role said, in members."""
    table = np.zeros((len(roles), len(roles)), int)
    np.add.at(table, (truth, said.role), 1)
    return pl.DataFrame({"role": roles} | {f"said:{role}": table[:, i] for i, role in enumerate(roles)})
