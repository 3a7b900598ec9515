"""The commands that run a study again."""

import shlex
from typing import Any

from rolecall.study import Study


def commands(study: Study, world: dict[str, Any]) -> str:
    """A shell text, with the digests that are to come out as comments. `world` is that section of the specification.

    A study that made its world makes it again. Otherwise the world has to stand where the specification names it.
    """
    file, spec = str(world.get("file", "")), str(world.get("spec", "")) or "world.toml"
    again = [
        ("rolecall run study.toml -o again.h5", ""),
        ("rolecall info again.h5 --digest", study.provenance.content_digest),
    ]
    if study.recipe.world_specification:
        make = f"rolecall generate {shlex.quote(spec)} -o {shlex.quote(file or 'world.h5')}"
        check = (f"rolecall info {shlex.quote(file or 'world.h5')} --digest", study.recipe.world_digest)
        lines = [(make, ""), check, *again] if file else [*again, (make, "the world, to look at"), check]
    elif file:
        lines = again
    else:
        lines = [("rolecall run study.toml --world world.h5 -o again.h5", ""), again[1]]
    width = max(len(command) for command, note in lines if note)
    return "\n".join(f"{command:<{width}}  # {note}" if note else command for command, note in lines)
