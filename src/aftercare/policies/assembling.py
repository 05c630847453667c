"""From what pricing found to the decision that says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aftercare.money import Money
from aftercare.policies.benefit import Gift
from aftercare.policies.decision import Book, Decision
from aftercare.policies.outcome import Found, GiftGiven, RewardGiven, State
from aftercare.statement import Name

if TYPE_CHECKING:
    from aftercare.policies.price import Priced, Pricer
    from aftercare.policies.promotion import Promotion


def decide(pricer: Pricer, priced: Priced, book: Book) -> Decision:
    """The decision for what *pricer* found."""
    pricing = priced.pricing
    order = pricing.order
    promotions = pricer.promotions
    currency = order.currency
    runs = [(run.line, run.first, run.count, run.price, run.left, run.gift, tuple(run.parts)) for run in pricing.runs]
    runs.sort()  # by line and first unit, which no two runs share
    shipping = sorted([(run.line, run.price, run.left, tuple(run.parts)) for run in pricing.shipping])
    found = Found(
        tuple(runs),
        tuple(shipping),
        _matched(pricer, priced),
        tuple(priced.acted),
        tuple(
            [
                GiftGiven(who, sku, units, Money.of_minor(value, currency), _gift_name(promotions.named(who), sku))
                for who, sku, units, value in pricing.gifts
            ]
        ),
        tuple(
            [
                RewardGiven(who, kind, Money.of_minor(value, currency) if kind == "voucher" else value)
                for who, kind, value, _ in pricing.rewards
            ]
        ),
        tuple(pricing.overflow),
        tuple(pricing.occurrences),
        pricer.tax,
        tuple(
            [
                (
                    tuple([promotions.ids[index] for index in each.members]),
                    each.phase,
                    each.optimal,
                    each.gap,
                    each.nodes,
                )
                for each in priced.combined
            ]
        ),
    )
    return Decision(order, pricing.moment.at, pricer.zone, book.fingerprint, found, pricing.history, book)


def _matched(pricer: Pricer, priced: Priced) -> tuple[tuple[str, Name, State, int, Name | None, int], ...]:
    candidates = pricer.promotions.candidates
    given = {who for who, *_ in (*priced.pricing.gifts, *priced.pricing.rewards)}
    found: list[tuple[str, Name, State, int, Name | None, int]] = []
    for index in dict.fromkeys((*priced.taken, *priced.fates)) if priced.fates else priced.taken:
        candidate = candidates[index]
        taken = priced.taken.get(index, 0)
        fate = priced.fates.get(index)
        if fate is not None:
            winner = None if fate.winner is None else candidates[fate.winner].name
            found.append((candidate.promotion.id, candidate.name, fate.state, taken, winner, fate.by))
        else:
            state: State = "applied" if taken or candidate.promotion.id in given else "nothing_left"
            found.append((candidate.promotion.id, candidate.name, state, taken, None, 0))
    return tuple(found)


def _gift_name(promotion: Promotion, sku: str) -> Name:
    for benefits in promotion.alternatives:
        for benefit in benefits:
            if isinstance(benefit, Gift) and benefit.sku == sku and benefit.name is not None:
                return benefit.name
    return Name(sku)
