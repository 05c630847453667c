"""How money goes back to the tenders that paid: in an order, or by ratio, never more than a tender still holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aftercare.money import Money, allocate
from aftercare.receipt import Tender

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from aftercare.returns.terms import TenderOrder

CREDIT = frozenset({"gift_card", "points", "store_credit", "voucher"})
"""The kinds of tenders that are the shop's own credit; every other kind is money."""


def place(
    amount: int, held: Sequence[int], kinds: Sequence[str], order: TenderOrder, *, only: Collection[str] | None = None
) -> tuple[list[int], int]:
    """Place *amount* on tenders of some *kinds* that still hold *held*; return the parts and what found no place.

    By ``ratio`` an amount is split over what the tenders still hold, by largest remainder: the total is exact, and
    after the last refund so is each tender. *only* are the kinds that can take money back; by default all can.
    Amounts are minor units.

    >>> place(45, [40, 10, 50], ["gift_card", "points", "card"], "card_first")
    ([0, 0, 45], 0)
    """
    room = [each if only is None or kind in only else 0 for each, kind in zip(held, kinds, strict=True)]
    total = min(amount, sum(room))
    if order == "ratio":
        return allocate(total, room), amount - total
    credit_last = order == "card_first"
    turns = sorted(range(len(kinds)), key=lambda at: (kinds[at] in CREDIT) is credit_last)
    parts = [0] * len(kinds)
    left = total
    for at in turns:
        parts[at] = min(left, room[at])
        left -= parts[at]
    return parts, amount - total


def as_tenders(parts: Sequence[int], kinds: Sequence[str], currency: str) -> tuple[Tender, ...]:
    """The tenders that take something.

    >>> as_tenders([0, 45], ["points", "card"], "EUR")
    (Tender('card', Money("0.45", "EUR")),)
    """
    return tuple(Tender(kind, Money.of_minor(part, currency)) for kind, part in zip(kinds, parts, strict=True) if part)


def means_allowed(to: str, paid_with: Collection[str], *, same_means: bool, agreed: bool) -> bool:
    """Whether a refund may go *to* a kind of tender: under ``same_means`` only to one that paid, unless *agreed*.

    The rule of Directive 2011/83/EU, article 13(1): the same means of payment, unless the consumer has expressly
    agreed otherwise.

    >>> means_allowed("store_credit", {"card"}, same_means=True, agreed=False)
    False
    """
    return agreed or not same_means or to in paid_with
