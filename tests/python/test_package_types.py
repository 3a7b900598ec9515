"""The package is typed, and of the version that the program is."""

import re
import subprocess
import sys

import rolecall as package


def test_types(repo, tmp_path):
    command = [sys.executable, "-m", "mypy", "--config-file", "pyproject.toml", "--cache-dir", tmp_path]
    done = subprocess.run(command, cwd=repo / "python", capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (repo / "python" / "rolecall" / "py.typed").is_file()


def test_version(repo):
    declared = re.search(r"project\(rolecall VERSION ([\d.]+)", (repo / "CMakeLists.txt").read_text())[1]
    assert package.__version__ == declared


def test_every_public_name_is_there():
    for name in package.__all__:
        assert getattr(package, name).__doc__, name
