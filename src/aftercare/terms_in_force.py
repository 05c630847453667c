"""What a book promises to whom buys at an instant: which promotions run, and on which terms goods come back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from aftercare.canonical import Coded
from aftercare.policies.stacking import promotions_in
from aftercare.returns.conflicts import WINDOW
from aftercare.returns.terms import Terms, holding, window_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from aftercare.loyalty.program import Program
    from aftercare.policies.promotion import Promotion
    from aftercare.policies.shipping import Delivery
    from aftercare.policies.stacking import Entry
    from aftercare.returns.after_sales import AfterSales
    from aftercare.returns.policy import ReturnPolicy


@attrs.frozen(eq=False, repr=False, kw_only=True)
class TermsInForce(Coded):
    """What holds for whom buys *at* an instant, by the book of a fingerprint.

    *promotions* are open then, *ahead* those that open later. *returns* and *warranties* are each policy with its usual
    terms, as they are then; exceptions stand in the policy. *program* is the version for members.
    """

    at: datetime
    book: str
    promotions: tuple[Promotion, ...] = ()
    ahead: tuple[Promotion, ...] = ()
    delivery: tuple[Delivery, ...] = ()
    returns: tuple[tuple[ReturnPolicy, Terms], ...] = ()
    warranties: tuple[tuple[ReturnPolicy, Terms], ...] = ()
    program: Program | None = None


def promotions_at(entries: Iterable[Entry], at: datetime) -> tuple[tuple[Promotion, ...], tuple[Promotion, ...]]:
    """The promotions that are open at an instant, and those that open later."""
    every = [promotion for entry in entries for promotion in promotions_in(entry)]
    now = [each for each in every if each.schedule is None or each.schedule.is_open(at)]
    ahead = [
        each
        for each in every
        if each not in now and each.schedule is not None and each.schedule.next_opening(at) is not None
    ]
    return tuple(now), tuple(ahead)


def returns_at(policies: Iterable[ReturnPolicy], at: datetime) -> tuple[tuple[ReturnPolicy, Terms], ...]:
    """Return policies, each with its usual terms for what is bought at an instant."""
    return tuple((policy, _terms(policy, at)) for policy in policies)


def warranties_at(promised: AfterSales, at: datetime) -> tuple[tuple[ReturnPolicy, Terms], ...]:
    """The promises of all warranties, each with its usual terms for what is bought at an instant."""
    return tuple((policy, _terms(policy, at)) for each in promised.warranties for policy in each.promises)


def _terms(policy: ReturnPolicy, at: datetime) -> Terms:
    usual = {term: holding(value, at) for term, value in policy.terms}
    others = {term: value for term, value in usual.items() if term not in WINDOW}
    return Terms(window=window_of(usual), **others)
