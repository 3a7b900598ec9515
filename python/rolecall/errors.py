"""The package's own errors. Each says what is wrong and what to do about it."""

from pathlib import Path


class FormatError(ValueError):
    """A file is not what it should be: foreign, of another kind, too old, too new, or damaged."""

    def __init__(self, path: str | Path, problem: str, remedy: str) -> None:
        super().__init__(f"{path}: {problem}. {remedy}")
        self.path = Path(path)
        self.problem = problem
        self.remedy = remedy


class ProgramError(RuntimeError):
    """The program ended with another exit code than 0; the text is what it said on standard error.

    `returncode` is 1 when a comparison said no, 2 for bad usage or input, 3 when the system refused.
    """

    def __init__(self, command: list[str], returncode: int, stderr: str) -> None:
        super().__init__(stderr.strip() or f"exit code {returncode} of: {' '.join(command)}")
        self.command = command
        self.returncode = returncode
        self.stderr = stderr


class ProgramWarning(UserWarning):
    """What the program warned about: groups left out, too few account trees, …"""


class DataError(ValueError):
    """What a world holds does not allow what was asked for; the text says why, and what to do."""
