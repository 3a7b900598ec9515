"""The content digest, by the reader that docs/format.md prints."""

import re

import h5py
import numpy
import pytest


@pytest.fixture(scope="module")
def content_digest(repo):
    """The function of docs/format.md, as it stands there."""
    text = (repo / "docs" / "format.md").read_text(encoding="utf-8")
    names = {}
    exec(re.search(r"```python\n(.*?)```", text, re.DOTALL).group(1), names)
    return names["content_digest"]


@pytest.fixture
def world(rolecall, examples, tmp_path):
    path = tmp_path / "world.h5"
    rolecall("import", "csv", examples / "worked-example", "-o", path)
    return path


def test_program_and_document_agree(rolecall, world, content_digest):
    assert rolecall("info", world, "--digest").stdout.strip() == content_digest(world)


def test_file_keeps_the_digest_it_was_written_with(world, content_digest):
    with h5py.File(world) as file:
        assert file["provenance"].attrs["content_digest"] == content_digest(world)


def test_digest_follows_values_and_nothing_else(rolecall, world, content_digest):
    before = content_digest(world)
    with h5py.File(world, "r+") as file:
        file["provenance"].attrs["command"] = "something else"
        packed = file["activities/time"]
        times, unit = packed[:], packed.attrs["unit"]
        del file["activities/time"]  # the same values in another chunking, without a filter
        file.create_dataset("activities/time", data=times, chunks=(1,)).attrs["unit"] = unit
    assert content_digest(world) == before
    assert rolecall("info", world, "--digest").stdout.strip() == before
    with h5py.File(world, "r+") as file:
        file["activities/time"][0] += 1
    after = content_digest(world)
    assert after != before
    assert rolecall("info", world, "--digest").stdout.strip() == after


def test_every_dataset_keeps_its_own_digest(world):
    """The stored digests, by another route than the document's."""
    import hashlib

    def check(name, item):
        if isinstance(item, h5py.Dataset) and item.dtype.kind in "iu":
            data = numpy.ascontiguousarray(item[:]).tobytes()
            assert item.attrs["sha256"] == hashlib.sha256(data).hexdigest(), name

    with h5py.File(world) as file:
        file.visititems(check)
