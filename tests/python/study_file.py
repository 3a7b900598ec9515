"""A study file of plausible numbers, written by the tables of docs/format.md.

The tables say what is written, with which type, shape and unit; `values` says the numbers. What one has and the other
lacks is an error, so that neither the document nor this file drifts from the other.

    python study_file.py OUT.h5 [--without-truth]      writes one to look at
"""

import hashlib
import struct
import sys
from pathlib import Path

import h5py
import numpy as np

from test_hdf5_format import read_tables

ROLES = ["Decision Maker", "Executive Steering Committee", "Champion", "Influencer", "Practitioner", "Other"]
LENGTHS = {"roles": 6, "trials": 303, "replicates": 200, "models": 8, "bins": 30, "bands": 5}
DEFAULT = np.array([100.0, 80, 80, 80, 60, 20])
TRUTH = np.array([30.0, 40, 100, 50, 70, 5])
DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "format.md"

MODEL = """\
format = "rolecall.model/1"
name = "{name}"
window_days = 30
daily_cap = 20

[activities]
"Open Email" = 30
"Attend Event" = 90
"*" = 30

[[template]]
name = "Default"
solutions = ["*"]
roles = [
{roles}]
"""


SPECIFICATION = """\
format = "rolecall.study-spec/1"
name = "role-weights"

[model]
base = "ajo-seed"
activities = "truth"

[search]
candidates = 300
seed = 1
"""


def model_text(name, weights):
    roles = [f'  {{ name = "{r}", weighting = {w:g} }},\n' for r, w in zip(ROLES, weights, strict=True)]
    return MODEL.format(name=name, roles="".join(roles))


def plausible_values(rng, trials=LENGTHS["trials"]):
    """Every documented item of a study with a truth: {path: array, or scalar of an attribute}."""
    n = LENGTHS | {"trials": trials}
    search = rng.dirichlet(np.ones(n["roles"]), n["trials"] - 3).round(4) * 100
    weight = np.vstack([DEFAULT, np.ones(n["roles"]) * 50, TRUTH, search])
    share = weight / weight.sum(axis=1, keepdims=True)
    true_share = TRUTH / TRUTH.sum()
    shared = rng.normal(0, 0.012, n["replicates"])  # what all candidates have of a replicate
    train = 0.765 - 0.25 * ((share - true_share) ** 2).sum(axis=1) + rng.normal(0, 0.0015, n["trials"])
    own = rng.normal(0, 0.004, (n["trials"], n["replicates"]))
    replicates = train[:, None] + shared[None, :] + own
    low, high = np.percentile(replicates, [2.5, 97.5], axis=1)
    test = 0.782 - 0.25 * ((share - true_share) ** 2).sum(axis=1) + rng.normal(0, 0.003, n["trials"])
    best = 3 + int(train[3:].argmax())
    test[[0, best, 2]] = 0.7688, 0.7793, 0.7821  # as models has them
    picked = share[3:][replicates[3:].argmax(axis=0)]
    auc = np.array([0.7312, 0.7281, 0.7489, 0.7502, 0.7688, 0.7793, 0.7821, 0.7905])
    half = np.array([0.018, 0.018, 0.017, 0.017, 0.017, 0.016, 0.016, 0.016])
    gain_half = np.array([0.0, 0.004, 0.009, 0.009, 0.011, 0.012, 0.012, 0.013])
    edge = np.linspace(0, 6000, n["bins"] + 1)
    groups = 2400 * np.exp(-(((edge[:-1] - 900) / 900) ** 2) / 2) * 0.12 + 3
    win = 0.08 + 0.6 / (1 + np.exp(-(edge[:-1] - 1900) / 500))
    won = rng.poisson(groups * win)
    filled = np.array([0.81, 0.34, 0.47, 0.9, 0.97, 1.0])
    return {
        "roles/name": ROLES,
        "roles/default": DEFAULT / DEFAULT.sum(),
        "roles/found": share[best],
        "roles/found_low": np.minimum(np.percentile(picked, 2.5, axis=0), share[best]),
        "roles/found_high": np.maximum(np.percentile(picked, 97.5, axis=0), share[best]),
        "roles/truth": true_share,
        "trials/weight": weight,
        "trials/origin": ["default", "equal", "truth"] + ["search"] * (n["trials"] - 3),
        "trials/train_auc": train,
        "trials/train_low": low,
        "trials/train_high": high,
        "trials/test_auc": test,
        "replicates/train_auc": replicates,
        "models/name": [
            "ajo-seed", "equal roles", "found roles", "true roles", "default roles, true activities",
            "found roles, true activities", "true roles, true activities", "true score",
        ],
        "models/activities": ["default"] * 4 + ["truth"] * 3 + [""],
        "models/roles": ["default", "equal", "found", "truth", "default", "found", "truth", ""],
        "models/auc": auc,
        "models/auc_low": auc - half,
        "models/auc_high": auc + half,
        "models/gain": auc - auc[0],
        "models/gain_low": auc - auc[0] - gain_half,
        "models/gain_high": auc - auc[0] + gain_half,
        "scores/low": edge[:-1],
        "scores/high": edge[1:],
        "scores/won": won,
        "scores/lost": rng.poisson(groups * (1 - win)),
        "completeness/low": np.arange(0, 100, 20.0),
        "completeness/high": np.arange(20, 120, 20.0),
        "completeness/won": np.array([9, 61, 164, 305, 224]),
        "completeness/lost": np.array([80, 402, 731, 802, 371]),
        "coverage/members": np.array([1.1, 0.4, 0.6, 2.2, 3.1, 2.4]),
        "coverage/filled": filled,
        "coverage/won_if_filled": np.array([0.263, 0.318, 0.301, 0.249, 0.243, 0.242]),
        "coverage/won_if_missing": np.array([0.152, 0.203, 0.19, 0.178, 0.21, np.nan]),
        "@format": "rolecall.study/1",
        "recipe@study": "role-weights",
        "recipe@specification": SPECIFICATION,
        "recipe@base_model": model_text("ajo-seed", DEFAULT),
        "recipe@world_digest": "913e042514ca1aaeaf3bd2a5b3bd9a96584cc1944a5f51a6af72f5dc60390931",
        "recipe@world_specification": 'format = "rolecall.world-spec/1"\nseed = 1\naccounts = 1200\n',
        "summary@groups": int(won.sum() + 2400),
        "summary@won": int(won.sum()),
        "summary@train_groups": 1580,
        "summary@test_groups": 1569,
        "summary@trees": 640,
        "summary@trials": n["trials"],
        "summary@replicates": n["replicates"],
        "summary@confidence": 0.95,
        "summary@ceiling_auc": 0.8034,
        "summary@resampled": "account trees",
        "summary@found_gain": 0.0105,  # of the rows of models with true activities, as the margin
        "summary@found_gain_low": 0.0041,
        "summary@found_gain_high": 0.0164,
        "summary@truth_margin": 0.0028,
        "summary@truth_margin_low": -0.0012,
        "summary@truth_margin_high": 0.0061,
        "summary@better_than_truth": int((test[3:] > test[2]).sum()),
        "best@trial": best,
        "best@model": model_text("role-weights-found", weight[best]),
        "provenance@software": "rolecall 0.1.0",
        "provenance@commit": "0123456789abcdef0123456789abcdef01234567",
        "provenance@command": "rolecall run role-weights -o results.h5",
        "provenance@parameters": '{"study":"role-weights","world":"","seed":1,"trials":300,"replicates":200}',
        "provenance@created": "2026-03-31T09:30:00Z",
        "provenance@cpu": "AMD EPYC",
        "provenance@os": "Linux 6.1.0 x86_64",
        "provenance@compiler": "GNU 12.2.0",
        "provenance@libraries": "HDF5 1.10.8, zlib 1.2.13",
        "provenance@threads": 2,
        "provenance@wall_seconds": 3.4182,
        "provenance@peak_memory_bytes": 412_000_256,
        "provenance@content_digest": "",  # as the file has it, in the end
    }  # fmt: skip


def without_truth(values):
    """What an imported world leaves: no true shares, no models of true weights, NaN for what needs a truth."""
    values = {name: value for name, value in values.items() if name != "roles/truth"}
    kept = [i for i, o in enumerate(values["trials/origin"]) if o != "truth"]
    known = [i for i, (a, r) in enumerate(zip(values["models/activities"], values["models/roles"], strict=True))
             if "truth" not in (a, r) and a]  # fmt: skip
    for table, rows in {"trials": kept, "replicates": kept, "models": known}.items():
        for name in [n for n in values if n.startswith(f"{table}/")]:
            values[name] = [values[name][i] for i in rows]
    values["best@trial"] = kept.index(values["best@trial"])
    nan = ("ceiling_auc", "truth_margin", "truth_margin_low", "truth_margin_high")
    values |= {f"summary@{name}": float("nan") for name in nan} | {"summary@better_than_truth": -1}
    values |= {"recipe@world_specification": "", "summary@trials": len(kept)}
    values["recipe@specification"] = values["recipe@specification"].replace('"truth"', '"base"')
    found = values["models/roles"].index("found")  # nothing but the base model's own activities can be held
    for bound in ("", "_low", "_high"):
        values[f"summary@found_gain{bound}"] = values[f"models/gain{bound}"][found]
    return values


def write_study(path, truth=True, changes=(), seed=1, trials=LENGTHS["trials"]):
    """Writes a whole study file; `changes` replaces values by path. Returns the path."""
    values = plausible_values(np.random.default_rng(seed), trials)
    values = (values if truth else without_truth(values)) | dict(changes)
    document = DOCUMENT.read_text(encoding="utf-8")
    rows = read_tables(document, "Studies") | read_tables(document, "Provenance, in every file")
    left_out = set() if truth else {"roles/truth"}
    assert set(rows) - left_out == set(values), f"documented or written, not both: {set(rows) ^ set(values)}"
    with h5py.File(path, "w") as file:
        for name, value in values.items():
            if "@" in name:
                write_attribute(file, name, rows[name][0], value)
            else:
                write_dataset(file, name, *rows[name][:3], value)
    from rolecall import content_digest

    digest = content_digest(path)
    with h5py.File(path, "r+") as file:
        file["provenance"].attrs["content_digest"] = digest
    return path


def write_attribute(file, name, kind, value):
    owner, _, key = name.rpartition("@")
    group = file.require_group(owner) if owner else file
    group.attrs[key] = value if kind == "text" else np.dtype(kind).type(value)


def write_dataset(file, name, kind, shape, unit, value):
    if kind == "text":
        encoded = [text.encode() for text in value]
        data = np.array(value, dtype=h5py.string_dtype())
        digest = hashlib.sha256(b"".join(struct.pack("<Q", len(t)) + t for t in encoded))
    else:
        data = np.asarray(value, dtype=kind)
        assert np.array_equal(data, np.asarray(value), equal_nan=True), f"{name} is no {kind}"
        digest = hashlib.sha256(data.tobytes())
    assert data.ndim == len(shape.split(" × ")), f"{name} is not {shape}"
    dataset = file.create_dataset(name, data=data)
    dataset.attrs["sha256"] = digest.hexdigest()
    if unit:
        dataset.attrs["unit"] = unit


if __name__ == "__main__":
    print(write_study(Path(sys.argv[1]), truth="--without-truth" not in sys.argv))
