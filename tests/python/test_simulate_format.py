"""docs/format.md against the files of simulations, finished or not."""

import re

import h5py
import pytest
from test_hdf5_format import attributes_of, datasets_of, read_tables, rows_of, study_sections, type_of
from test_simulate import LONGER, SCENARIO, stopped

TINY = SCENARIO.format(days=60, accounts=4_000, people=40_000).replace("replicates = 2", "replicates = 3")


@pytest.fixture(scope="module")
def document(repo):
    return (repo / "docs" / "format.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def simulated(rolecall, tmp_path_factory):
    """A simulation of two arms and the oracle, and what another kept on its way."""
    folder = tmp_path_factory.mktemp("simulated")
    (folder / "tiny.toml").write_text(TINY, encoding="utf-8")
    (folder / "longer.toml").write_text(LONGER, encoding="utf-8")
    stopped("longer.toml", folder, until="progress/kpis").rename(folder / "partial.h5")
    rolecall("simulate", "tiny.toml", "-o", "run.h5", cwd=folder)
    with h5py.File(folder / "run.h5") as run, h5py.File(folder / "partial.h5") as partial:
        yield run, partial


def tables_of_runs(file, names):
    """Their columns as the document has them: {item: [type, unit, meaning]}."""
    return {
        f"tables/{name}/{column}": [type_of(data), data.attrs.get("unit", ""), data.attrs.get("description", "")]
        for name in names
        for column, data in file[f"tables/{name}"].items()
        if column not in ("arm", "replicate")
    }


def test_simulations_are_as_documented(simulated, document):
    file, _ = simulated
    own = read_tables(document, "Simulations")
    studies = rows_of(study_sections(document)[""])
    rows = {name: cells for name, cells in studies.items() if cells[1] == "always" and "@" in name} | own
    rows |= read_tables(document, "Provenance, in every file")
    of_runs = [name for name in file["tables"] if name not in ("kpis", "arms", "differences", "daily", "segments")]
    assert of_runs
    found = datasets_of(file)
    assert read_tables(document, "Tables of a run") == tables_of_runs(file, of_runs)
    kpis = list(dict.fromkeys(file["tables/arms/kpi"].asstr()[:]))
    daily = [name for name in file["tables/daily"] if f"{name}_low" in file["tables/daily"]]
    assert all(f"`{name}`" in own["tables/daily/<figure>"][-1] for name in daily)
    names = {"kpi": kpis, "figure": daily}
    own = {
        (item.replace(f"<{part}>", name) if part else item): cells
        for item, cells in own.items()
        for part in [next((p for p in names if f"<{p}>" in item), "")]
        for name in names.get(part, [""])
    }
    lengths = {
        "runs": 9,
        "arms × KPIs, arm by arm": 3 * len(kpis),
        "arms but the first × KPIs, arm by arm": 2 * len(kpis),
        "arms × days, arm by arm": 3 * 80,
        "segment figures": len(found["tables/segments/arm"]),
    }
    for name, dataset in found.items():
        table, column = name.split("/")[1:]
        if table in of_runs:
            types = own[f"tables/<table>/{column if column in ('arm', 'replicate') else '<column>'}"][0]
            assert type_of(dataset) in types.split(" or "), name
            continue
        types, shape, unit, *_ = own[name]
        assert type_of(dataset) in types.split(" or "), name
        assert dataset.shape == (lengths[shape],), name
        if not unit.endswith("own"):
            assert dataset.attrs.get("unit", "") == unit, name
    assert {n for n in own if n.startswith("tables/") and "<" not in n} == {n for n in found if n.split("/")[1] not in of_runs}
    units = dict(zip(file["tables/arms/kpi"].asstr()[:], file["tables/arms/unit"].asstr()[:], strict=True))
    assert units == {kpi: found[f"tables/kpis/{kpi}"].attrs.get("unit", "") for kpi in kpis}
    attributes = {re.sub("tables/[^/]+@", "tables/<table>@", name) for name in attributes_of(file)}
    judged_by = file["summary"].attrs["judged_by"]
    attributes = {name.replace(f"summary@{judged_by}", "summary@<judged_by>") for name in attributes}
    assert attributes == {name for name in rows if "@" in name}


def test_simulations_at_work_are_as_documented(simulated, document):
    _, file = simulated
    rows = read_tables(document, "Studies at work")
    described = {"progress/kpis": "progress/<stage>"}
    for name, dataset in datasets_of(file).items():
        general = re.sub("^runs/.*/.*/.*", "runs/<run>/<table>/<column>", re.sub("^current/.*", "current/<column>", name))
        general = described.get(general, general)
        assert type_of(dataset) in rows[general][0].split(" or "), name
    provenance = read_tables(document, "Provenance, in every file")
    names = {re.sub("^recipe@.*", "recipe@<name>", re.sub("^runs/.*@", "runs/<run>/<table>@", n)) for n in attributes_of(file)}
    assert names - set(provenance) == {name for name in rows if "@" in name}
    assert len(file["progress/kpis"]) == len(file["runs"])
