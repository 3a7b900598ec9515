"""A folder as `rolecall_bench --export` writes it, small and made of plain random numbers, for tests of the peers."""

import json

import numpy as np

TYPES, DAYS, ROLES, CAP, CANDIDATES = 34, 365, 6, 20, 32


def write_bench_folder(folder, activities, *, seed=1, cap_levels=CAP):
    """Heavy-tailed people who come in sessions, and a few machines with more rows of a type in a day than the cap."""
    rng = np.random.default_rng(seed)
    people, groups = activities // 100, activities // 1000
    person, type_, day = log(rng, activities, people)
    in_time = np.lexsort((rng.permutation(activities), day))
    weights = rng.integers(1, 101, TYPES)
    member_group = np.repeat(np.arange(groups), rng.integers(2, 12, groups))
    member_person = rng.integers(0, people, len(member_group))
    member_role = rng.integers(0, ROLES, len(member_group))
    role_weight = rng.integers(1, 101, ROLES)
    candidate_weights = rng.integers(1, 101, (CANDIDATES, TYPES))
    candidate_caps = rng.integers(1, cap_levels + 1, (CANDIDATES, TYPES))

    cells, counts = np.unique((person.astype(np.int64) * TYPES + type_) * DAYS + day, return_counts=True)
    cap_features = np.zeros((TYPES, cap_levels, groups), np.int64)
    for cap in range(1, cap_levels + 1):
        cap_features[:, cap - 1, :] = by_group(
            np.bincount(cells // DAYS, np.minimum(counts, cap), people * TYPES).reshape(people, TYPES),
            member_group, member_person, role_weight[member_role], groups,
        ).T
    features = by_group(
        np.bincount(cells // DAYS, np.minimum(counts, CAP), people * TYPES).reshape(people, TYPES),
        member_group, member_person, role_weight[member_role], groups,
    )
    score = features @ weights
    won = score * rng.lognormal(0, 1, groups) > np.median(score)

    folder.mkdir(parents=True, exist_ok=True)
    for name, values, kind in (
        ("person.u32", person[in_time], "<u4"),
        ("type.u8", type_[in_time], "u1"),
        ("day.u16", day[in_time], "<u2"),
        ("weights.i32", weights, "<i4"),
        ("member_group.u32", member_group, "<u4"),
        ("member_person.u32", member_person, "<u4"),
        ("member_role.u8", member_role, "u1"),
        ("role_weight.i32", role_weight, "<i4"),
        ("won.u8", won, "u1"),
        ("candidate_weights.i32", candidate_weights, "<i4"),
        ("candidate_caps.u8", candidate_caps, "u1"),
        ("features.u32", features, "<u4"),
        ("cap_features.u32", cap_features, "<u4"),
    ):
        np.asarray(values).astype(kind).tofile(folder / name)
    meta = {
        "activities": activities, "people": people, "groups": groups, "types": TYPES, "days": DAYS, "cap": CAP,
        "windows": [30, 365], "candidates": CANDIDATES, "cap_levels": cap_levels, "checksums": {},
    }
    (folder / "meta.json").write_text(json.dumps(meta), encoding="utf-8")
    return meta


def log(rng, activities, people):
    """Person, type and day of every row."""
    sessions = activities // 3
    drawn = np.cumsum(rng.pareto(1.5, people) + 0.1)
    session = np.sort(rng.integers(0, sessions, activities))
    person = np.searchsorted(drawn, rng.random(sessions) * drawn[-1]).clip(max=people - 1)[session]
    day = rng.integers(0, DAYS, sessions)[session]
    type_ = (TYPES * rng.random(activities) ** 3).astype(int)
    for machine, start in enumerate(range(0, min(activities, 400), 80)):
        rows = slice(start, start + 45 + machine)
        person[rows], type_[rows], day[rows] = machine, machine % TYPES, DAYS - 1 - 10 * machine
    return person, type_, day


def by_group(counts, member_group, member_person, member_weight, groups):
    """Capped counts of the members, times the weight of their role, per group and type."""
    summed = np.zeros((groups, counts.shape[1]), np.int64)
    np.add.at(summed, member_group, counts[member_person].astype(np.int64) * member_weight[:, None])
    return summed
