"""Runs the outside scorer in this process: hundreds of cases would spend their time starting Python."""

import contextlib
import io
import sys


class Oracle:
    """The script at `path`, compiled once; called with a bundle, a model file and a date."""

    def __init__(self, path):
        self.path = path
        self.code = compile(path.read_text(encoding="utf-8"), str(path), "exec")

    def __call__(self, bundle, model, as_of):
        """Its standard output: CSV with group_id, engagement, completeness."""
        out = io.StringIO()
        argv = sys.argv
        sys.argv = [str(self.path), str(bundle), str(model), "--as-of", str(as_of)]
        try:
            with contextlib.redirect_stdout(out):
                exec(self.code, {"__name__": "__main__"})
        finally:
            sys.argv = argv
        return out.getvalue()
