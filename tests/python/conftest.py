"""Fixtures shared by every test of the program."""

import os
import subprocess
from pathlib import Path

import pytest

REPO = Path(__file__).resolve().parents[2]
BINARY = Path(os.environ.get("ROLECALL_BIN") or REPO / "build" / "bin" / "rolecall")


class ProgramFailed(AssertionError):
    """The program ended with another exit code than 0."""


def run_rolecall(*args, cwd=None, env=None, check=True, timeout=300, **more):
    """Runs the program; with check, anything but exit code 0 raises with its standard error shown.

    `env` adds to the environment of the tests. Output is text.
    """
    command = [str(BINARY), *map(str, args)]
    done = subprocess.run(
        command,
        cwd=cwd,
        env={**os.environ, **(env or {})},
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        timeout=timeout,
        **more,
    )
    if check and done.returncode != 0:
        raise ProgramFailed(
            f"exit code {done.returncode} of: {' '.join(command)}\n{done.stderr[-4000:]}"
        )
    return done


def locate_shared():
    """The folder of reference data beside the checkout, or None."""
    folder = REPO.parent / "shared"
    return folder if folder.is_dir() else None


@pytest.fixture(scope="session")
def repo():
    """Root of the repository."""
    return REPO


@pytest.fixture(scope="session")
def examples(repo):
    """The bundles that ship with the project."""
    return repo / "examples"


@pytest.fixture(scope="session")
def shared():
    """The reference data beside the checkout; tests that need it skip without it."""
    folder = locate_shared()
    if folder is None:
        pytest.skip("../shared is not there: reference data and the oracle live beside the checkout")
    return folder


@pytest.fixture(scope="session")
def rolecall():
    """The program as a callable: rolecall("score", folder, "--model", ...)."""
    if not BINARY.is_file():
        pytest.fail(f"no program at {BINARY}: run `make build`, or set ROLECALL_BIN", pytrace=False)
    return run_rolecall


@pytest.fixture(scope="session")
def oracle(shared):
    """The outside scorer as a callable: oracle(bundle, model, as_of) -> its CSV text."""
    import oracle_door

    path = shared / "oracle" / "score_oracle.py"
    if not path.is_file():
        pytest.skip("../shared/oracle is not there")
    return oracle_door.Oracle(path)
