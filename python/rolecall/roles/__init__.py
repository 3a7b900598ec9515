"""Roles from job titles: learnt from the members of a world, with calibrated probabilities and the option to say nothing.

model = roles.fit(world)
model.report.quality
model.propose(world).filter("accepted")
model.predict_titles(["VP of Finance", "Zookeeper"])
"""

from rolecall.errors import DataError
from rolecall.roles.model import RoleModel, RoleReport, fit
from rolecall.roles.options import RoleOptions

__all__ = ["DataError", "RoleModel", "RoleOptions", "RoleReport", "fit"]
