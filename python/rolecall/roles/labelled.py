"""What a world says of people and the roles they have, as tables for learning."""

import datetime as dt

import numpy as np
import polars as pl

from rolecall.errors import DataError
from rolecall.roles.options import RoleOptions
from rolecall.world import World

ACTS = "acts:"
"""Before the name of an activity type, the column of its count."""
SLICE = 4_000_000
"""Activity rows read at a time."""


def last_day(world: World) -> dt.date | None:
    """The last UTC day of the log; None when it is empty."""
    with world.reading() as file:
        times = file.array("activities/time")
    return np.datetime64(int(times.max()), "us").astype(dt.datetime).date() if len(times) else None


def trees(world: World) -> pl.DataFrame:
    """account_id, tree: the row of the root above each account."""
    ids = world.accounts["account_id"]
    rows = pl.DataFrame({"parent_account_id": ids}).with_row_index("parent")
    parent = world.accounts.join(rows, on="parent_account_id", how="left", maintain_order="left")["parent"]
    own = np.arange(len(ids))
    root = np.where(parent.is_null().to_numpy(), own, parent.fill_null(0).to_numpy().astype(np.int64))
    while not np.array_equal(root, root[root]):
        root = root[root]
    return pl.DataFrame({"account_id": ids, "tree": root})


def people_rows(world: World, options: RoleOptions, as_of: dt.date | None) -> pl.DataFrame:
    """A row for each person: person_id, account_id, tree (people without an account are trees of their own), title,
    the columns asked for (null where the world has none), and with behaviour a count for each type of activity."""
    people = world.people
    accounts = len(world.accounts)
    texts = [
        (pl.col(name).cast(pl.String) if name in people.columns else pl.lit(None, pl.String)).alias(name)
        for name in ("title", *options.columns)
    ]
    rows = people.with_row_index("row").join(trees(world), on="account_id", how="left", maintain_order="left")
    rows = rows.select("person_id", "account_id", pl.col("tree").fill_null(accounts + pl.col("row")), *texts)
    if options.behaviour:
        rows = rows.join(counts_by_type(world, as_of), on="person_id", how="left", maintain_order="left")
        rows = rows.with_columns(pl.col(f"^{ACTS}.*$").fill_null(0))
    return rows


def counts_by_type(world: World, as_of: dt.date | None) -> pl.DataFrame:
    """person_id and a column `acts:TYPE` for each type: acts up to the end of the UTC day, of those who acted."""
    keys, parts = ["person_id", "activity"], []
    for first in range(0, world.sizes["activities"], SLICE):
        rows = world.activities(rows=slice(first, first + SLICE))
        if as_of is not None:
            rows = rows.filter(pl.col("time").dt.date() <= as_of)
        parts.append(rows.group_by(keys).agg(pl.col("count").sum()))
    if not parts:
        return pl.DataFrame(schema={"person_id": pl.String})
    counts = pl.concat(parts).group_by(keys).agg(pl.col("count").sum()).sort(keys)
    wide = counts.with_columns(pl.format(f"{ACTS}{{}}", "activity").alias("activity"))
    wide = wide.pivot("activity", index="person_id", values="count")
    return wide.select("person_id", *sorted(wide.columns[1:]))


def known_members(world: World, options: RoleOptions, as_of: dt.date | None) -> pl.DataFrame:
    """group_id, person_id, role of memberships of these sources that had begun by the end of the day, each once."""
    members = world.members.filter(pl.col("source").cast(pl.String).is_in(options.sources))
    if as_of is not None:
        members = members.filter(pl.col("since").is_null() | (pl.col("since").dt.date() <= as_of))
    return members.select("group_id", "person_id", "role").unique(maintain_order=True)


def labelled_rows(world: World, options: RoleOptions, as_of: dt.date | None) -> pl.DataFrame:
    """A row for each membership: group_id, role, solution, then those of `people_rows`.

    Raises DataError when there are no memberships, or no member has a title.
    """
    members = known_members(world, options, as_of)
    by = f" by {as_of}" if as_of else ""
    if members.is_empty():
        raise DataError(
            f"{world.path}: no memberships of the sources {', '.join(options.sources)}{by}, so there are no roles to learn "
            "from. Name a world that has members: --train OTHER."
        )
    rows = members.join(world.groups.select("group_id", "solution"), on="group_id", how="left", maintain_order="left")
    rows = rows.join(people_rows(world, options, as_of), on="person_id", how="left", maintain_order="left")
    titled = rows.filter(has_title())
    if titled.is_empty():
        raise DataError(
            f"{world.path}: no member has a title, and roles are learnt from titles. Add the column title to people.csv."
        )
    return titled


def candidate_rows(world: World, options: RoleOptions, as_of: dt.date | None) -> pl.DataFrame:
    """A row for each group and person of its account who never was a member: group_id, solution, then those of
    `people_rows`. Groups that were created after the day are left out."""
    groups = world.groups.select("group_id", "account_id", "solution", "created")
    if as_of is not None:
        groups = groups.filter(pl.col("created").is_null() | (pl.col("created").dt.date() <= as_of))
    rows = groups.drop("created").join(people_rows(world, options, as_of), on="account_id", maintain_order="left_right")
    members = world.members.select("group_id", "person_id").unique()
    return rows.join(members, on=["group_id", "person_id"], how="anti", maintain_order="left")


def has_title() -> pl.Expr:
    return pl.col("title").fill_null("").str.strip_chars().str.len_chars() > 0
