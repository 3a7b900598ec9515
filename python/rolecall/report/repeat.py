"""The commands that run a study again."""

import shlex
from typing import Any

from rolecall.study import Study


def commands(study: Study, world: dict[str, Any]) -> str:
    """A shell text, with the digests that are to come out as comments. `world` is that section of the specification.

    A study that made its worlds makes them again. Otherwise the world has to stand where the specification names it.
    """
    file, spec = str(world.get("file", "")), str(world.get("spec", ""))
    digest = study.recipe.world_digest or study.summary.world_digest or ""
    again = [
        (f"rolecall {'simulate' if study.recipe.kind == 'simulation' else 'run'} study.toml -o again.h5", ""),
        ("rolecall info again.h5 --digest", study.provenance.content_digest),
    ]
    look = f"rolecall info {shlex.quote(file or 'world.h5')} --digest"
    if file:
        lines = [(look, digest), *again]
    elif digest:
        make = f"rolecall generate {shlex.quote(spec or 'world.toml')} -o world.h5"
        lines = [*again, (make, "the world, to look at"), (look, digest)]
    else:
        lines = again
    width = max(len(command) for command, note in lines if note)
    return "\n".join(f"{command:<{width}}  # {note}" if note else command for command, note in lines)
