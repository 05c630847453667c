"""Runs every Python example of the README, the docs and the docstrings, and sets how hard Hypothesis tries."""

from __future__ import annotations

from bisect import bisect
from doctest import ELLIPSIS
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from hypothesis import HealthCheck, settings
from sybil import Sybil
from sybil.document import PythonDocStringDocument
from sybil.example import NotEvaluated
from sybil.parsers.myst import PythonCodeBlockParser, SkipParser
from sybil.parsers.rest import DocTestParser
from sybil.python import import_path

if TYPE_CHECKING:
    from sybil.example import Example

# The same examples on every run, so that a red run can be repeated; `explore` looks for new ones.
settings.register_profile(
    "steady", derandomize=True, deadline=None, max_examples=100, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("quick", settings.get_profile("steady"), max_examples=15)
settings.register_profile("explore", deadline=None, derandomize=False, max_examples=1000)
settings.load_profile("steady")


class Docstrings(PythonDocStringDocument):
    """The docstrings of a module, each of which knows the names of its module and of itself alone."""

    def import_document(self, example: Example) -> NoReturn:
        """Start afresh when *example* is the first of its docstring."""
        starts = sorted(start for start, _, _ in self.extract_docstrings(self.text))
        here = bisect(starts, example.start)
        if self.namespace.get("__docstring__") != here:
            self.namespace.clear()
            self.namespace.update(vars(import_path(Path(self.path))), __docstring__=here)
        raise NotEvaluated


documents = Sybil(
    parsers=[PythonCodeBlockParser(doctest_optionflags=ELLIPSIS), SkipParser()],
    patterns=["README.md", "docs/*.md", "docs/**/*.md"],
)
docstrings = Sybil(
    parsers=[DocTestParser(optionflags=ELLIPSIS)],
    patterns=["src/*/*.py", "src/*/*/*.py"],
    document_types={".py": Docstrings},
)

pytest_collect_file = (documents + docstrings).pytest()
