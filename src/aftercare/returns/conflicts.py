"""Whether the exceptions of a return policy can disagree: settled when the policy is built, never on a return."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import combinations
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

from aftercare.calendar import utc
from aftercare.errors import PolicyError
from aftercare.policies.exceptions import apart, clashing, refuse_clash
from aftercare.returns.better import better
from aftercare.returns.terms import ever, holding, turns, window_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from aftercare.policies.exceptions import Override
    from aftercare.returns.windows import ReturnWindow

ExceptionStrategy: TypeAlias = Literal["first_of", "longest", "best_for_customer"]

WINDOW = ("within", "after")
"""The terms that a window is made of."""

_BEFORE = datetime.min.replace(tzinfo=UTC)


def refuse_undecided(policy: str, strategy: ExceptionStrategy | None, one: Override, other: Override) -> None:
    """Refuse two exceptions that may hold together and disagree in a term on which no strategy decides."""
    clash = clashing(one, other)
    owner = f"return policy `{policy}`"
    terms, others = dict(one.terms), dict(other.terms)
    match strategy:
        case "first_of":
            pass
        case "longest":
            refuse_clash(one, other, tuple(term for term in clash if term not in WINDOW), owner, ())
        case "best_for_customer":
            open_ = tuple(term for term in clash if not _decided(terms[term], others[term], term))
            refuse_clash(one, other, open_, owner, ())
        case _:
            refuse_clash(one, other, clash, owner, get_args(ExceptionStrategy))


def _decided(one: Any, other: Any, term: str) -> bool:
    """Whether it is known which of two values is better for the customer, whenever the goods were bought."""
    return term in WINDOW or all(better(term, each, another) for each in ever(one) for another in ever(other))


def check_windows(
    policy: str, terms: Iterable[tuple[str, Any]], strategy: ExceptionStrategy | None, exceptions: tuple[Override, ...]
) -> None:
    """Raise `PolicyError` for a window that cannot be, at whatever instant and whichever exceptions hold together."""
    given = [dict(override.terms) for override in exceptions]
    given += [
        {**dict(one.terms), **dict(other.terms)} for one, other in combinations(exceptions, 2) if not apart(one, other)
    ]
    for windows in _windows(dict(terms), given):
        acts = {window.act for window in windows}
        if strategy in {"longest", "best_for_customer"} and len(acts) > 1:
            words = " and ".join(f"`{act}`" for act in sorted(acts))
            msg = (
                f"windows of `{policy}` end for {words}, which no date compares: "
                "give them one act, or declare `.exceptions_by('first_of')`"
            )
            raise PolicyError(msg)


def windows_of(terms: Iterable[tuple[str, Any]], exceptions: tuple[Override, ...]) -> tuple[ReturnWindow, ...]:
    """The windows of a policy, the usual one and that of each exception, at whatever instant."""
    given = [dict(override.terms) for override in exceptions]
    return tuple(window for windows in _windows(dict(terms), given) for window in windows)


def _windows(usual: dict[str, Any], given: list[dict[str, Any]]) -> Iterator[list[ReturnWindow]]:
    """The usual window and the others, at every instant at which one changes."""
    instants = {_BEFORE, *(utc(at) for each in (usual, *given) for term in WINDOW for at in turns(each.get(term)))}
    for at in sorted(instants):
        window = window_of(of_window(usual, at))
        yield [window, *(window_of(of_window(each, at), window) for each in given)]


def of_window(terms: dict[str, Any], at: datetime) -> dict[str, Any]:
    """The terms that a window is made of, as they hold *at* an instant."""
    return {term: holding(terms[term], at) for term in WINDOW if term in terms}
