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


def plain(value: float | None, digits: int = 4) -> str:
    """A number as short as it can be; a true minus."""
    if value is None or math.isnan(value):
        return NONE
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    if value == int(value) and abs(value) < 1e15:
        return f"{int(value):,}".replace("-", "−")
    if 1000 <= abs(value) < 1e15:
        return f"{value:,.0f}".replace("-", "−")
    text = f"{value:.{digits}f}" if 1e-3 <= abs(value) < 10 else f"{value:.4g}"
    return (text.rstrip("0").rstrip(".") if "." in text and "e" not in text else text).replace("-", "−")


def cell(value: object, digits: int = 4) -> str:
    """What a table shows of a value of any kind."""
    if value is None:
        return NONE
    if isinstance(value, float):
        return plain(value, digits)
    if isinstance(value, int) and not isinstance(value, bool):
        return count(value)
    if hasattr(value, "__len__") and not isinstance(value, str):
        return ", ".join(cell(v) for v in value)  # type: ignore[attr-defined]
    return str(value)


def percent(share: float | None, digits: int = 0) -> str:
    return NONE if share is None or math.isnan(share) else f"{100 * share:.{digits}f}\u00a0%"


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
