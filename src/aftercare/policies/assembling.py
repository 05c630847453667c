"""From what pricing found to the decision that says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aftercare.money import minor_money
from aftercare.policies.benefit import Gift
from aftercare.policies.decision import Book, Decision
from aftercare.policies.outcome import Found, GiftGiven, MatchedRow, RewardGiven, State
from aftercare.policies.turn import given_by
from aftercare.statement import Name

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from fractions import Fraction

    from aftercare.limits import Use
    from aftercare.order import Line
    from aftercare.policies.prepared import PreparedPromotions
    from aftercare.policies.price import Pricer
    from aftercare.policies.pricing import Pricing
    from aftercare.policies.promotion import Promotion
    from aftercare.policies.turn import Priced


def decide(pricer: Pricer, priced: Priced, book: Book, catalog: Sequence[Line] = ()) -> Decision:
    """The decision for what *pricer* found; near misses may add lines of the *catalog*."""
    pricing = priced.pricing
    moment = pricing.moment
    return Decision(
        pricing.order,
        moment.at,
        pricer.zone,
        book.fingerprint,
        Fresh(pricer, priced),
        moment.history,
        priced.gate.counts,
        book,
        catalog,
    )


class Fresh:
    """What pricing found, written down when it is first asked for more than its sum."""

    __slots__ = ("_found", "_priced", "_pricer")

    _found: Found

    def __init__(self, pricer: Pricer, priced: Priced) -> None:
        self._pricer = pricer
        self._priced: Priced | None = priced

    @property
    def written(self) -> Found:
        """All of it; from then on nothing else is kept. Whoever asks meanwhile writes the same."""
        priced = self._priced
        if priced is not None:
            self._found = _written(self._pricer, priced)
            self._priced = None
        return self._found

    @property
    def paid(self) -> int:
        """What goods and delivery cost, in the order's price mode."""
        priced = self._priced
        if priced is None:
            return self._found.paid
        pricing = priced.pricing
        return sum([run.left * run.count for run in pricing.runs]) + sum([run.left for run in pricing.shipping])


def _written(pricer: Pricer, priced: Priced) -> Found:
    pricing = priced.pricing
    promotions = pricer.promotions
    runs = [(run.line, run.first, run.count, run.price, run.left, run.gift, run.parts) for run in pricing.runs]
    runs.sort()  # by line and first unit, which no two runs share
    shipping = [(run.line, run.price, run.left, run.parts) for run in pricing.shipping]
    shipping.sort()
    matched = _matched(pricer, priced)
    return Found(
        tuple(runs),
        tuple(shipping),
        matched,
        tuple(priced.acted),
        _gifts(pricing, promotions) if pricing.gifts else (),
        _rewards(pricing) if pricing.rewards else (),
        tuple(pricing.overflow),
        tuple(pricing.occurrences),
        pricer.tax,
        _uses(pricer, priced, matched) if priced.gate.standings else (),
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
        pricing.carries,
        _tags(pricing) if pricing.tags and pricing.occurrences else (),
        pricer.cards,
    )


def _gifts(pricing: Pricing, promotions: PreparedPromotions) -> tuple[GiftGiven, ...]:
    currency = pricing.order.currency
    return tuple(
        GiftGiven(who, sku, units, minor_money(value, currency), _gift_name(promotions.named(who), sku))
        for who, sku, units, value in pricing.gifts
    )


def _tags(pricing: Pricing) -> tuple[tuple[int, int | Fraction], ...]:
    """The new price tags of lines that patterns hold units of."""
    held = sorted({line for _, _, members in pricing.occurrences for line, _, _, _ in members})
    return tuple((line, pricing.tags[line]) for line in held if line in pricing.tags)


def _rewards(pricing: Pricing) -> tuple[RewardGiven, ...]:
    currency = pricing.order.currency
    return tuple(
        RewardGiven(who, kind, minor_money(value, currency) if kind == "voucher" else value)
        for who, kind, value, _ in pricing.rewards
    )


def _uses(pricer: Pricer, priced: Priced, matched: Iterable[MatchedRow]) -> tuple[Use, ...]:
    """What the promotions that applied take of their limits."""
    promotions = pricer.promotions
    given = given_by(priced, promotions.ids)
    return tuple(
        use
        for who, _, state, *_ in matched
        if state == "applied"
        for use in priced.gate.uses(promotions.named(who), given[who])
    )


def _matched(pricer: Pricer, priced: Priced) -> tuple[MatchedRow, ...]:
    """What became of the promotions that were eligible, by phase and by their place in the book."""
    candidates, turn = pricer.promotions.candidates, pricer.promotions.turns.__getitem__
    pricing, taken, fates = priced.pricing, priced.taken, priced.fates
    given = {who for who, *_ in (*pricing.gifts, *pricing.rewards)} if pricing.gifts or pricing.rewards else ()
    found: list[MatchedRow] = []
    for index in sorted({*taken, *fates} if fates else taken, key=turn):
        candidate = candidates[index]
        amount = taken.get(index, 0)
        if fates and index in fates:
            fate = fates[index]
            winner = None if fate.winner is None else candidates[fate.winner].name
            found.append((candidate.id, candidate.name, fate.state, amount, winner, fate.by))
        else:
            state: State = "applied" if amount or candidate.id in given else "nothing_left"
            found.append((candidate.id, candidate.name, state, amount, None, 0))
    return tuple(found)


def _gift_name(promotion: Promotion, sku: str) -> Name:
    for benefits in promotion.alternatives:
        for benefit in benefits:
            if isinstance(benefit, Gift) and benefit.sku == sku and benefit.name is not None:
                return benefit.name
    return Name(sku)
