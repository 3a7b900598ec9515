"""What a role model says of itself, in plain text."""

import datetime as dt
import json
from typing import Any

import polars as pl

from rolecall.roles.model import RoleModel

NAMES = {"accuracy": "accuracy", "macro_f1": "macro F1", "log_loss": "log loss", "calibration_error": "calibration error"}
ROWS = 15
"""Titles shown."""


def as_text(model: RoleModel, source: str, given: pl.DataFrame, people: bool) -> str:
    """How good the model is, when it gives a role, and what it gave; `source` is what it was learnt from."""
    report = model.report
    lines = [
        f"Roles learnt from {report.rows:,} memberships of {report.people:,} people in {report.trees:,} account trees of "
        f"{source}{day(model.as_of)}."
    ]
    lines += [f"Not learnt: {role}, seen in only {trees} account trees." for role, trees in report.left_out.items()]
    lines += ["", "On account trees not learnt from, with 95 % intervals:".replace("95", f"{100 * model.options.confidence:g}")]
    said_by = report.quality["said_by"].unique(maintain_order=True).to_list()
    lines += aligned([["", *NAMES.values()], *([who, *(cell(model, m, who) for m in NAMES)] for who in said_by)])
    lines += ["", threshold_text(model), ""]
    accepted = given.filter("accepted")
    whom = "people" if people else "people of groups' accounts who are no members, each in each group,"
    lines.append(f"Of {len(given):,} {whom} {len(accepted):,} get a role and {len(given) - len(accepted):,} do not.")
    if people:
        table = titles(given)
        cells = [[t or "(no title)", f"{n:,}", r or "–", "–" if p is None else f"{p:.3f}", "yes" if a else "no"]
                 for t, n, r, p, a in table.head(ROWS).iter_rows()]  # fmt: skip
        lines += aligned([["title", "people", "likeliest role", "probability", "given"], *cells])
        lines += [f"and {len(table) - ROWS:,} more titles"] if len(table) > ROWS else []
    else:
        table = roles(accepted)
        lines += aligned([["role", "given"], *([r, f"{n:,}"] for r, n in table.iter_rows())]) if len(table) else []
    return "\n".join(lines) + "\n"


def threshold_text(model: RoleModel) -> str:
    report = model.report
    if model.threshold == float("inf"):
        best = report.curve.filter(pl.col("accepted") >= 30)["error"].min()
        return (
            f"No threshold keeps the share of wrong roles at {100 * model.options.max_error:g} % or below, so nobody gets a role"
            + (f"; {100 * best:.1f} % is the least that can be had." if isinstance(best, float) else ".")
        )
    return (
        f"A role is given from probability {model.threshold:.3f} on: {cell(model, 'coverage', share=True)} of members get "
        f"one, and {cell(model, 'error_accepted', share=True)} of these a wrong one."
    )


def as_json(model: RoleModel, source: str, given: pl.DataFrame, people: bool) -> str:
    """Everything in the report and what was given; null where a figure is not defined."""
    report = model.report
    found: dict[str, Any] = {
        "learnt_from": source,
        "as_of": str(model.as_of) if model.as_of else None,
        "memberships": report.rows,
        "people": report.people,
        "account_trees": report.trees,
        "left_out": report.left_out,
        "threshold": model.threshold if model.threshold != float("inf") else None,
        "asked": len(given),
        "given": int(given["accepted"].sum()),
        "quality": report.quality.to_dicts(),
        "reliability": report.reliability.to_dicts(),
        "curve": report.curve.to_dicts(),
        "confusion": report.confusion.to_dicts(),
    }
    found |= {"titles": titles(given).to_dicts()} if people else {"roles": roles(given.filter("accepted")).to_dicts()}
    return json.dumps(found, ensure_ascii=False, indent=2) + "\n"


def titles(given: pl.DataFrame) -> pl.DataFrame:
    """title, people, role, probability (mean, when behaviour tells people of one title apart), accepted (of any),
    the commonest first."""
    table = given.group_by("title", "role", maintain_order=True).agg(pl.len().alias("people"), pl.col("probability").mean(), pl.col("accepted").any())
    table = table.sort(["people", "title", "role"], descending=[True, False, False])
    return table.select("title", "people", "role", "probability", "accepted")


def roles(accepted: pl.DataFrame) -> pl.DataFrame:
    return accepted.group_by("role").len("given").sort("given", "role", descending=[True, False])


def cell(model: RoleModel, metric: str, said_by: str = "model", share: bool = False) -> str:
    """value (low to high), or – when it was not measured or is not defined."""
    found = model.report.quality.filter(said_by=said_by, metric=metric)
    if found.is_empty() or found["value"].item() is None:
        return "–"
    value, *bounds = found.select("value", "low", "high").row(0)
    value, low, high = (f"{100 * v:.1f}" if share else f"{v:.3f}" for v in (value, *(value if b is None else b for b in bounds)))
    return f"{value}{' %' if share else ''}" + ("" if None in bounds else f" ({low} to {high})")


def aligned(cells: list[list[str]]) -> list[str]:
    widths = [max(len(row[i]) for row in cells) for i in range(len(cells[0]))]
    return ["  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip() for row in cells]


def day(as_of: dt.date | None) -> str:
    return f" as of {as_of}" if as_of else ""
