"""Numbers as people read them."""

import math
from collections.abc import Callable

NONE = "–"


def auc(value: float | None) -> str:
    return NONE if value is None else f"{value:.3f}"


def signed(value: float | None) -> str:
    """A difference of AUC with its sign; a true minus."""
    if value is None or math.isnan(value):
        return NONE
    text = f"{value:+.4f}"
    return "0.0000" if text in ("+0.0000", "-0.0000") else text.replace("-", "−")


def percent(share: float | None, digits: int = 0) -> str:
    return NONE if share is None else f"{100 * share:.{digits}f}\u00a0%"


def span(low: float | None, high: float | None, write: Callable[[float | None], str] = auc) -> str:
    return f"{write(low)} to {write(high)}"


def count(number: int) -> str:
    return f"{number:,}"


def duration(seconds: float) -> str:
    if seconds < 1:
        return f"{1000 * seconds:.0f}\u00a0ms"
    return f"{seconds:.1f}\u00a0s" if seconds < 120 else f"{seconds / 60:.1f}\u00a0min"


def memory(bytes_: int) -> str:
    return f"{bytes_ / 1e6:,.0f}\u00a0MB"
