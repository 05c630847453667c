"""Everything this library raises on purpose.

::

    AftercareError
    ├── MoneyError            an amount, percentage or currency that cannot be read (also ValueError)
    ├── CurrencyMismatch      two currencies met in one sum (also TypeError)
    ├── CalendarError         a day, window or schedule that cannot exist (also ValueError)
    ├── OrderError            an order, line or customer that cannot exist (also ValueError)
    ├── PolicyError           a policy that cannot exist (also ValueError)
    ├── StatementError        a name or statement that cannot exist (also TypeError)
    ├── TruthError            a condition was used as a yes or no (also TypeError)
    └── ProblemsError         several problems at once, each with its path (also ValueError)
        ├── BookError         a policy book that cannot keep what it promises
        └── DocumentError     a document or order payload that cannot be read

A message for developers is lower case, gives what was found in backticks, says what is allowed and what to do.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from collections.abc import Iterable


_MOST_LISTED = 12


class AftercareError(Exception):
    """The root of every error this library raises on purpose."""


class MoneyError(AftercareError, ValueError):
    """An amount, a percentage or a currency cannot be read."""


class CurrencyMismatch(AftercareError, TypeError):
    """Two currencies met where one is needed."""


class CalendarError(AftercareError, ValueError):
    """A day, window or schedule cannot exist."""


class OrderError(AftercareError, ValueError):
    """An order, line or customer cannot exist."""


class PolicyError(AftercareError, ValueError):
    """A policy cannot exist."""


class StatementError(AftercareError, TypeError):
    """A name or statement cannot exist."""


class TruthError(AftercareError, TypeError):
    """A condition was used as a yes or no, which it is not."""


@attrs.frozen
class Problem:
    """One thing that is wrong, and where: *path* is like ``line_items[0].price``."""

    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}"


class ProblemsError(AftercareError, ValueError):
    """Several problems found at once; read them from *problems*."""

    def __init__(self, title: str, problems: Iterable[Problem]) -> None:
        self.title = title
        self.problems = tuple(problems)
        super().__init__("\n".join([title, *(f"  {problem}" for problem in self.problems)]))

    def __reduce__(self) -> tuple[type[ProblemsError], tuple[str, tuple[Problem, ...]]]:
        return type(self), (self.title, self.problems)


class BookError(ProblemsError):
    """A policy book cannot keep what it promises."""


class DocumentError(ProblemsError):
    """A document or an order payload cannot be read."""


def is_a(given: object, *kinds: type) -> bool:
    """Whether *given* is of one of *kinds*: a check of what callers without a type checker may pass.

    >>> is_a("CUP", str), is_a("CUP", int, bytes)
    (True, False)
    """
    return isinstance(given, kinds)


def did_you_mean(given: object, allowed: Iterable[str]) -> str:
    """The end of an error message: what is allowed, and the nearest word to the one given.

    >>> did_you_mean("merchnt", ["merchant", "customer"])
    'allowed: `customer`, `merchant`; did you mean `merchant`?'
    """
    words = sorted(allowed)
    near = get_close_matches(str(given), words, n=_MOST_LISTED)
    shown = words if len(words) <= _MOST_LISTED else sorted(near) or words[:_MOST_LISTED]
    listed = "allowed: " + ", ".join(f"`{word}`" for word in shown)
    if len(shown) < len(words):
        listed += f" and {len(words) - len(shown)} more"
    return f"{listed}; did you mean `{near[0]}`?" if near else listed
