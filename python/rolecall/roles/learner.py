"""From titles to calibrated probabilities of roles: n-grams, logistic regression, one temperature."""

import re
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import PredefinedSplit
from sklearn.preprocessing import MaxAbsScaler
from threadpoolctl import threadpool_limits

from rolecall.errors import DataError
from rolecall.roles.labelled import ACTS
from rolecall.roles.options import RoleOptions

WORD = r"\w+"
BETWEEN = "\x1f"


def split_tokens(text: str) -> list[str]:
    return [token for token in text.split(BETWEEN) if token]


def table_of(rows: pl.DataFrame, options: RoleOptions) -> np.ndarray:
    """rows × (2 + types) objects: the title in small letters, tokens of what is no title, log counts by type.

    A token is a column with its value, and with `solution` the solution beside each of these and each word of the title:
    what a Director of Finance is to a group depends on what the group is about.
    """
    titles = [" ".join((title or "").casefold().split()) for title in rows["title"]]
    of_columns = [rows[name].fill_null("").to_list() for name in options.columns]
    solutions = rows["solution"].to_list() if options.solution else [None] * len(rows)
    table = np.empty((len(rows), 2), dtype=object)
    for i, (title, solution) in enumerate(zip(titles, solutions, strict=True)):
        tokens = [f"{n}={c[i].casefold()}" for n, c in zip(options.columns, of_columns, strict=True) if c[i]]
        if solution is not None:
            about = f"solution={solution}"
            tokens += [about, *(f"{about} {t}" for t in tokens), *(f"{about} {w}" for w in dict.fromkeys(re.findall(WORD, title)))]
        table[i] = title, BETWEEN.join(tokens)
    acts = [name for name in rows.columns if name.startswith(ACTS)]
    return np.hstack([table, np.log1p(rows.select(acts).to_numpy().astype(float))]) if acts else table


def features(table: np.ndarray) -> ColumnTransformer:
    """Words and pairs of words, letters by three to five within words, tokens, counts scaled to at most 1."""
    parts: list[tuple[str, Any, Any]] = [
        ("words", TfidfVectorizer(lowercase=False, token_pattern=WORD, ngram_range=(1, 2)), 0),
        ("letters", TfidfVectorizer(lowercase=False, analyzer="char_wb", ngram_range=(3, 5)), 0),
    ]
    if any(table[:, 1]):
        parts.append(("tokens", CountVectorizer(analyzer=split_tokens, binary=True), 1))
    if table.shape[1] > 2:
        parts.append(("counts", MaxAbsScaler(), slice(2, None)))
    return ColumnTransformer(parts, sparse_threshold=1.0)


@dataclass(frozen=True)
class Learner:
    """A fitted classifier with its features."""

    roles: tuple[str, ...]
    options: RoleOptions
    types: tuple[str, ...]
    """Activity types whose counts are learnt from, in order."""
    features: ColumnTransformer
    classifier: CalibratedClassifierCV

    def probabilities(self, rows: pl.DataFrame) -> np.ndarray:
        """rows × roles; each row adds up to 1."""
        found = np.zeros((len(rows), len(self.roles)))
        if len(rows):
            keys, of_row = distinct(rows, self.options)
            with threadpool_limits(1):
                scored = self.classifier.predict_proba(self.features.transform(table_of(keys, self.options)))
            found[:, self.classifier.classes_] = scored[of_row]
        return found


def learn(rows: pl.DataFrame, fold: np.ndarray, roles: tuple[str, ...], options: RoleOptions) -> Learner:
    """Learns from rows with a `role`, calibrated across the folds they are in.

    Multinomial logistic regression; its logits are divided by one temperature, which is fitted to logits of rows whose
    fold the regression did not see. Rows that say the same within a fold count as one of that weight.
    Guo et al. (2017), On calibration of modern neural networks, arXiv:1706.04599.
    """
    keys, of_row = distinct(rows, options)
    places = {role: i for i, role in enumerate(roles)}
    label = np.array([places[role] for role in rows["role"]])
    cells = pl.DataFrame({"key": of_row, "fold": fold, "label": label})
    cells = cells.group_by("key", "fold", "label").len("weight").sort("fold", "key", "label")
    table = table_of(keys, options)
    maker = features(table)
    regression = LogisticRegression(C=options.inverse_penalty, max_iter=2000, tol=1e-5)
    splits = PredefinedSplit(cells["fold"].to_numpy())
    classifier = CalibratedClassifierCV(regression, method="temperature", cv=splits, ensemble=False, n_jobs=1)
    with threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("error", ConvergenceWarning)
        try:
            matrix = maker.fit_transform(table)[cells["key"].to_numpy()]
            classifier.fit(matrix, cells["label"].to_numpy(), sample_weight=cells["weight"].to_numpy().astype(float))
        except ConvergenceWarning as error:
            raise DataError(f"the regression did not settle ({error}). Use a smaller inverse_penalty.") from error
    types = tuple(name.removeprefix(ACTS) for name in rows.columns if name.startswith(ACTS))
    return Learner(roles, options, types, maker, classifier)


def distinct(rows: pl.DataFrame, options: RoleOptions) -> tuple[pl.DataFrame, np.ndarray]:
    """Rows that differ in what is learnt from, in ascending order, and which of these each row is."""
    names = ["title", *options.columns, *(["solution"] if options.solution else [])]
    names += [name for name in rows.columns if name.startswith(ACTS)]
    keys = rows.select(names).unique().sort(names).with_row_index("key")
    joined = rows.select(names).join(keys, on=names, how="left", nulls_equal=True, maintain_order="left")
    return keys.drop("key"), joined["key"].to_numpy()
