"""What something that came in counts as: the id of its form; of the score sheet of one project alone, that project too.

A unit fills one 绩效自评表 a project and sends each in a file of its own: none is a version of another.
"""

from __future__ import annotations

import re

_SIGN = "·"  # between the family of a score sheet and its project; no id has it
_BETWEEN = re.compile(r"[\s·]+")  # what people change in a name without meaning another


def counted_as(form: str, project: str) -> str:
    """The form that a submission counts as; ``project``: it holds the score sheet of one project and nothing else."""
    name = _BETWEEN.sub("", project)
    return f"{form}{_SIGN}{name}" if form and name else form


def form_of(counted: str) -> str:
    """The id of the form, without a project."""
    return counted.partition(_SIGN)[0]


def project_of(counted: str) -> str:
    """The project; empty where what came in is not the score sheet of one."""
    return counted.partition(_SIGN)[2]
