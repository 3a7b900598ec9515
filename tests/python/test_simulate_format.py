"""docs/format.md against the files of simulations, finished or not."""

import re

import h5py
import pytest
from test_hdf5_format import attributes_of, datasets_of, read_tables, rows_of, study_sections, type_of
from test_simulate import SCENARIO, stopped

TINY = SCENARIO.format(days=60, accounts=120, people=1_200).replace("replicates = 2", "replicates = 3")


@pytest.fixture(scope="module")
def document(repo):
    return (repo / "docs" / "format.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def simulated(rolecall, tmp_path_factory):
    """A simulation of two arms and the oracle, and what it kept on its way."""
    folder = tmp_path_factory.mktemp("simulated")
    (folder / "tiny.toml").write_text(TINY, encoding="utf-8")
    stopped("tiny.toml", folder, until="progress/kpis").rename(folder / "partial.h5")
    rolecall("simulate", "tiny.toml", "-o", "run.h5", cwd=folder)
    with h5py.File(folder / "run.h5") as run, h5py.File(folder / "partial.h5") as partial:
        yield run, partial


def test_simulations_are_as_documented(simulated, document):
    file, _ = simulated
    own = read_tables(document, "Simulations")
    studies = rows_of(study_sections(document)[""])
    rows = {name: cells for name, cells in studies.items() if cells[1] == "always" and "@" in name} | own
    rows |= read_tables(document, "Provenance, in every file")
    of_runs = [name for name in file["tables"] if name not in ("kpis", "arms", "differences")]
    assert of_runs
    kpis = list(dict.fromkeys(file["tables/arms/kpi"].asstr()[:]))
    lengths = {"runs": 9, "arms × KPIs, arm by arm": 3 * len(kpis), "arms but the first × KPIs, arm by arm": 2 * len(kpis)}
    listed = {name for name in own if name.startswith("tables/") and "<" not in name}
    found = datasets_of(file)
    assert listed | {f"tables/kpis/{kpi}" for kpi in kpis} == {n for n in found if n.split("/")[1] not in of_runs}
    for name, dataset in found.items():
        if name.split("/")[1] in of_runs:
            column = name.split("/")[2]
            types = own[f"tables/<table>/{column if column in ('arm', 'replicate') else '<column>'}"][0]
            assert type_of(dataset) in types.split(" or "), name
            continue
        types, shape, unit, *_ = own.get(name, own["tables/kpis/<kpi>"])
        assert type_of(dataset) in types.split(" or "), name
        assert dataset.shape == (lengths[shape],), name
        if name in own:
            assert dataset.attrs.get("unit", "") == unit, name
    units = dict(zip(file["tables/arms/kpi"].asstr()[:], file["tables/arms/unit"].asstr()[:], strict=True))
    assert units == {kpi: found[f"tables/kpis/{kpi}"].attrs.get("unit", "") for kpi in kpis}
    attributes = {re.sub("tables/[^/]+@", "tables/<table>@", name) for name in attributes_of(file)}
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
