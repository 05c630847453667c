"""From what pricing found to the decision that says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aftercare.money import Money
from aftercare.policies.benefit import Gift
from aftercare.policies.decision import Book, Decision
from aftercare.policies.outcome import Found, GiftGiven, OccurrenceUnits, PatternOccurrence, RewardGiven, State
from aftercare.policies.price import Priced, givers
from aftercare.statement import Name

if TYPE_CHECKING:
    from aftercare.policies.price import Pricer
    from aftercare.policies.promotion import Promotion


def decide(pricer: Pricer, priced: Priced, book: Book) -> Decision:
    """The decision for what *pricer* found."""
    pricing = priced.pricing
    order = pricing.order
    promotions = pricer.promotions.promotions
    currency = order.currency
    ids = {index: promotions[index].id for index in priced.taken}
    runs = sorted(
        (
            (
                run.line,
                run.first,
                run.count,
                run.price,
                run.left,
                run.gift,
                tuple([(ids[who], amount, tax) for who, amount, tax in run.parts]),
            )
            for run in pricing.runs
        ),
        key=_place,
    )
    shipping = sorted(
        (run.line, run.price, run.left, tuple([(ids[who], amount, tax) for who, amount, tax in run.parts]))
        for run in pricing.shipping
    )
    found = Found(
        tuple(runs),
        tuple(shipping),
        _matched(pricer, priced),
        tuple([(phase, ids[who], amount) for phase, who, amount in priced.acted]),
        tuple(
            GiftGiven(ids[who], sku, units, Money.of_minor(value, currency), _gift_name(promotions[who], sku))
            for who, sku, units, value in pricing.gifts
        ),
        tuple(
            RewardGiven(ids[who], kind, Money.of_minor(value, currency) if kind == "voucher" else value)
            for who, kind, value, _ in pricing.rewards
        ),
        tuple((ids[who], amount) for who, amount in pricing.overflow),
        tuple(
            PatternOccurrence(
                ids[who],
                times,
                tuple(
                    OccurrenceUnits(order.lines[line].id, first, units, target)
                    for line, first, units, target in members
                ),
            )
            for who, times, members in pricing.occurrences
        ),
        pricer.tax,
    )
    return Decision(order, pricing.moment.at, pricer.zone, book.fingerprint, found, pricing.history, book)


def _place(run: tuple[object, ...]) -> tuple[object, ...]:
    return run[:2]


def _matched(pricer: Pricer, priced: Priced) -> tuple[tuple[str, Name, State, int, Name | None, int], ...]:
    candidates = pricer.promotions.candidates
    gave = givers(priced)
    found: list[tuple[str, Name, State, int, Name | None, int]] = []
    for index in dict.fromkeys((*priced.taken, *priced.fates)) if priced.fates else priced.taken:
        candidate = candidates[index]
        taken = priced.taken.get(index, 0)
        fate = priced.fates.get(index)
        if fate is not None:
            winner = candidates[fate.winner].name
            found.append((candidate.promotion.id, candidate.name, fate.state, taken, winner, fate.by))
        else:
            state: State = "applied" if index in gave else "nothing_left"
            found.append((candidate.promotion.id, candidate.name, state, taken, None, 0))
    return tuple(found)


def _gift_name(promotion: Promotion, sku: str) -> Name:
    for benefits in promotion.alternatives:
        for benefit in benefits:
            if isinstance(benefit, Gift) and benefit.sku == sku and benefit.name is not None:
                return benefit.name
    return Name(sku)
