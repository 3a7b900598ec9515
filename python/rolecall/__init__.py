"""Worlds, scores and studies of B2B buying-group scoring.

world = rolecall.import_csv("my-export", "world.h5")     # or rolecall.generate("world.h5", preset="small")
world.groups                                             # polars DataFrames
rolecall.evaluate(world, "ajo-seed", "outcome-7d")
study = rolecall.run_study("role-weights", "results.h5", world=world)
rolecall.charts.models(study)                            # Altair charts
rolecall.write_report(study, "report.html")
"""

from importlib.metadata import version

from rolecall import charts
from rolecall.digest import DigestCheck, check_digest, content_digest
from rolecall.errors import FormatError, ProgramError, ProgramWarning
from rolecall.explanation import Explanation, explain
from rolecall.program import deal_scores, evaluate, find_program, generate, import_csv, model_text, run, run_study, score, simulate
from rolecall.provenance import Provenance
from rolecall.report import write_report
from rolecall.scores import ScoreTable, open_scores
from rolecall.series import Series, open_series
from rolecall.study import Recipe, Study, StudyProgress, Summary, open_progress, open_study
from rolecall.truth import Truth
from rolecall.tuner import Parameter, ProposalError, Reference, Tuner
from rolecall.world import World, open_world

__version__ = version("rolecall")

__all__ = [
    "DigestCheck",
    "Explanation",
    "FormatError",
    "Parameter",
    "ProgramError",
    "ProgramWarning",
    "ProposalError",
    "Provenance",
    "Recipe",
    "Reference",
    "ScoreTable",
    "Series",
    "Study",
    "StudyProgress",
    "Summary",
    "Truth",
    "Tuner",
    "World",
    "charts",
    "check_digest",
    "content_digest",
    "deal_scores",
    "evaluate",
    "explain",
    "find_program",
    "generate",
    "import_csv",
    "model_text",
    "open_progress",
    "open_scores",
    "open_series",
    "open_study",
    "open_world",
    "run",
    "run_study",
    "score",
    "simulate",
    "write_report",
]
