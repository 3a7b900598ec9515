"""The known truth of a generated world."""

from __future__ import annotations

import math
from functools import cached_property
from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    from rolecall.world import World

MAKERS = pl.Enum(["person", "person in a burst", "mail client", "bot"])


class Truth:
    """What decided in a generated world: `world.truth`. docs/worlds.md has the formulas."""

    def __init__(self, world: World) -> None:
        self._world = world

    @cached_property
    def roles(self) -> pl.DataFrame:
        """Roles of the template, in its order: role, influence (what an act counts for by someone of the role)."""
        return self._frame(role="role_name", influence="role_influence")

    @cached_property
    def types(self) -> pl.DataFrame:
        """Activity types, also those that did not occur: activity, influence (what one act of the type counts for)."""
        return self._frame(activity="type_name", influence="type_influence")

    @cached_property
    def groups(self) -> pl.DataFrame:
        """groups rows: group_id, intent (latent, standard normal), score (true score on the day before the outcome),
        probability (of winning, from which the outcome was drawn). The last two are null for open groups."""
        ids = self._world.groups.select("group_id")
        return ids.hstack(self._frame(intent="intent", score="score", probability="probability"))

    @cached_property
    def people(self) -> pl.DataFrame:
        """people rows: person_id, rate (acts started on an average day outside any purchase), quiet, behind_bot,
        opens_by_itself (has a mail client that does)."""
        ids = self._world.people.select("person_id")
        table = ids.hstack(self._frame(rate="person_rate", kind="person_kind"))
        bits = {"quiet": 1, "behind_bot": 2, "opens_by_itself": 4}
        return table.with_columns((pl.col("kind") & bit != 0).alias(name) for name, bit in bits.items()).drop("kind")

    def origin(self, rows: slice | None = None) -> pl.DataFrame:
        """Who made each row of activities, aligned with `world.activities(rows=rows)`: maker (person, person in a
        burst, mail client, bot), duplicate (of another row), late (arrived after it happened)."""
        with self._world.reading() as file:
            codes = file.array("truth/origin", rows or slice(None))
        return pl.DataFrame(
            {
                "maker": pl.Series(codes & 3).cat.to(MAKERS),
                "duplicate": codes & 4 != 0,
                "late": codes & 8 != 0,
            }
        )

    @cached_property
    def late(self) -> pl.DataFrame:
        """Activities that arrived late: row (of activities, ascending), arrival (UTC)."""
        with self._world.reading() as file:
            rows = file.integers("truth/late_row")
            return pl.DataFrame({"row": rows, "arrival": file.times("truth/late_arrival")})

    @property
    def specification(self) -> str:
        """The resolved specification, TOML, seed included: what `rolecall generate` makes this world from."""
        return str(self._attribute("specification"))

    @property
    def window_days(self) -> int:
        """[day] of the true score."""
        return int(self._attribute("window_days"))

    @property
    def daily_cap(self) -> int | None:
        """Of the true score; None: no cap."""
        cap = int(self._attribute("daily_cap"))
        return None if cap < 0 else cap

    @property
    def half_life_days(self) -> float | None:
        """[day] decay of the true score; None: no decay."""
        return float(self._attribute("half_life_days")) or None

    @property
    def intercept(self) -> float:
        """Log odds of winning at a true score of 0."""
        return float(self._attribute("intercept"))

    @property
    def slope(self) -> float:
        """Log odds for each point of the true score."""
        return float(self._attribute("slope"))

    @property
    def ceiling_auc(self) -> float | None:
        """AUC of the true score against the outcomes; None when it has none."""
        auc = float(self._attribute("ceiling_auc"))
        return None if math.isnan(auc) else auc

    def _attribute(self, name: str) -> Any:
        with self._world.reading() as file:
            return file.attribute("truth", name)

    def _frame(self, **names: str) -> pl.DataFrame:
        with self._world.reading() as file:
            return pl.DataFrame(
                {
                    column: file.texts(f"truth/{name}") if name.endswith("_name") else file.numbers(f"truth/{name}")
                    for column, name in names.items()
                }
            )
