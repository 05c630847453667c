"""Which terms a policy offers in some circumstances: the usual ones, but for the exceptions that hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from aftercare.returns.better import better
from aftercare.returns.conflicts import WINDOW, of_window
from aftercare.returns.terms import holding, window_of
from aftercare.statement import Name

if TYPE_CHECKING:
    from aftercare.returns.circumstances import Circumstances
    from aftercare.returns.policy import ReturnPolicy
    from aftercare.returns.windows import ReturnWindow


class Offer(NamedTuple):
    """The *terms* that hold, without the window, and each of the *windows* that may, with the name of whose it is."""

    terms: dict[str, Any]
    windows: list[tuple[Name, ReturnWindow]]


def offer(policy: ReturnPolicy, circumstances: Circumstances, place: int) -> Offer:
    """What *policy* offers for the line at *place*; terms are read at the instant of the purchase."""
    at = circumstances.moment.at
    usual = {term: holding(value, at) for term, value in policy.terms}
    window = window_of(usual)
    held = [each for each, read in zip(policy.exceptions, policy.readers[0], strict=True) if read(circumstances, place)]
    given = [{term: holding(value, at) for term, value in each.terms} for each in held]
    names = [policy.name if each.named is None else Name(each.named) for each in held]
    terms = {term: value for term, value in usual.items() if term not in WINDOW}
    if policy.strategy in {"longest", "best_for_customer"}:
        windows = [(policy.name, window)]
        windows += [
            (name, window_of(each, window)) for name, each in zip(names, given, strict=True) if _has_window(each)
        ]
        _add(terms, given, best=policy.strategy == "best_for_customer")
        return Offer(terms, windows)
    # What comes first counts: with a strategy because it says so, without because no two can disagree.
    merged: dict[str, Any] = {}
    for each in reversed(given):
        merged |= each
    terms |= {term: value for term, value in merged.items() if term not in WINDOW}
    name = next((name for name, each in zip(names, given, strict=True) if _has_window(each)), policy.name)
    return Offer(terms, [(name, window_of(of_window(merged, at), window))])


def _add(terms: dict[str, Any], given: list[dict[str, Any]], *, best: bool) -> None:
    """Put the terms of the exceptions in the place of the usual ones, or the *best* of them where one is better."""
    for each in given:
        for term, value in each.items():
            if term in WINDOW:
                continue
            known = better(term, terms[term], value) if best and term in terms else ()
            terms[term] = known[0] if known else value


def _has_window(terms: dict[str, Any]) -> bool:
    return any(term in terms for term in WINDOW)
