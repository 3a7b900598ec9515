"""What a role model learns from, and when it would rather say nothing."""

from dataclasses import dataclass


@dataclass(frozen=True)
class RoleOptions:
    """How `fit` learns. Raises ValueError for values out of range."""

    columns: tuple[str, ...] = ("department", "seniority")
    """Columns of people beside the title that are learnt from, those that the world has."""
    solution: bool = True
    """Learn what a title means to each solution; a model that does gives roles in groups, one that does not to people."""
    behaviour: bool = False
    """Learn from activities by type, log(1 + count) up to the as-of day."""
    sources: tuple[str, ...] = ("job", "journey", "manual")
    """Whose memberships are labels. Leave job out where roles were inferred before: a model should not learn from one."""
    folds: int = 5
    """≥ 3. Account trees are dealt to so many; more take longer and leave more to learn from."""
    inverse_penalty: float = 0.1
    """> 0. C of the logistic regression: larger fits closer. 0.1 had the least log loss of 0.03 to 1 on the small preset."""
    max_error: float = 0.2
    """In (0, 1). Share of wrong roles among those given, on held-out account trees, that the threshold is chosen for."""
    accept_above: float | None = None
    """In [0, 1]. A fixed threshold instead: the least probability at which a role is given."""
    fewest_trees: int = 10
    """≥ folds. A role seen in fewer account trees is not learnt."""
    replicates: int = 1000
    """≥ 1. Bootstrap draws of account trees, for intervals."""
    confidence: float = 0.95
    """In (0, 1). Of the intervals."""
    seed: int = 1
    """Of folds and bootstrap."""

    def __post_init__(self) -> None:
        for name, good, range_ in (
            ("folds", self.folds >= 3, "at least 3"),
            ("inverse_penalty", self.inverse_penalty > 0, "above 0"),
            ("max_error", 0 < self.max_error < 1, "between 0 and 1"),
            ("accept_above", self.accept_above is None or 0 <= self.accept_above <= 1, "from 0 to 1"),
            ("fewest_trees", self.fewest_trees >= self.folds, f"at least the number of folds, {self.folds}"),
            ("replicates", self.replicates >= 1, "at least 1"),
            ("confidence", 0 < self.confidence < 1, "between 0 and 1"),
        ):
            if not good:
                raise ValueError(f"{name} is {getattr(self, name)}; it must be {range_}")
