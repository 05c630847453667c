"""How much of what was paid for goods a customer may have back in all, by the declared strategy.

Every strategy tells a *total* for the units that are back, never the amount of one step; a step pays what the total
grew by. So parts always add up, and where a total does not depend on the order of returns, neither does the money.

With ``recompute_monotone`` the total is what was paid, less the least that some set of units costs which holds the
kept ones: a return never takes back what an earlier one gave.
"""

from __future__ import annotations

from itertools import accumulate, product
from typing import TYPE_CHECKING, NamedTuple, assert_never

from aftercare.policies.worth import Unit
from aftercare.returns.entitled import Entitled, Given, extras_of
from aftercare.returns.wholly import by_the_whole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aftercare.policies.repricing import Repricing
    from aftercare.policies.worth import Worths
    from aftercare.receipt import Receipt
    from aftercare.returns.terms import RefundStrategy, Terms

STATUTORY = frozenset({"withdrawal", "conformity"})
"""The regimes that are the law's own: what comes back under them alone totals its stored paid parts."""

PATH_DEPENDENT = frozenset({"recompute_kept", "forfeit_benefit"})
"""The strategies whose money depends on the order of the returns."""


class _Class(NamedTuple):
    """Alike units: how many are kept, and what the units that are back would take off if they stayed, best first."""

    kept: int
    base: int
    back: tuple[int, ...]


def needs_whole(receipt: Receipt, terms: Terms) -> bool:
    """Whether gifts or delivery take part in what is given back."""
    gifts = terms.gifts == "list_value" and bool(receipt.gifts)
    return gifts or (terms.free_shipping == "claw_back" and bool(receipt.shipments))


def entitled(terms: Terms, given: Given, worths: Worths, repricing: Repricing) -> Entitled:
    """What the units that are back, and amounts without a return, total by the strategy of *terms*."""
    credits_kept = sum(given.credits.get(unit, 0) for unit in given.credits.keys() - given.withdrawn)
    lawful = worths.paid(given.withdrawn) + credits_kept
    if not given.promise:
        return Entitled(lawful, "proportional")
    return _not_below(lawful, _promised(terms, given, worths, repricing))


def _not_below(lawful: int, promised: Entitled) -> Entitled:
    """What the promise gives, but at least what the law does; gifts and delivery lessen only what is above that."""
    total = max(lawful, promised.total)
    without_delivery = max(lawful, promised.total + promised.clawed_back)
    without_both = max(lawful, promised.total + promised.clawed_back + promised.gifts)
    return Entitled(total, promised.strategy, without_both - without_delivery, without_delivery - total)


def _promised(terms: Terms, given: Given, worths: Worths, repricing: Repricing) -> Entitled:
    """The total by the shop's own promise."""
    strategy = terms.refund if repricing.feasible else "proportional"
    kept_credits = sum(amount for unit, amount in given.credits.items() if unit not in given.returned)
    plain = worths.paid(given.returned) + kept_credits
    whole = repricing.feasible and needs_whole(repricing.receipt, terms)
    match strategy:
        case "proportional" if not whole:
            return Entitled(plain, strategy)
        case "proportional" | "recompute_monotone":
            return _closure(strategy, terms, given, worths, repricing)
        case "recompute_kept":
            return _recomputed(terms, given, worths, repricing)
        case "forfeit_benefit":
            lost = _lost_discount(given, repricing)
            return _less_extras(plain - lost, strategy, terms, given, repricing)
        case "all_or_nothing":
            found = by_the_whole(terms, given, worths, repricing, extras=whole)
            return Entitled(plain, "proportional") if found is None else found
        case never:
            assert_never(never)


def _kept_counts(given: Given, repricing: Repricing) -> list[int]:
    return [sum(repricing.units[at] not in given.returned for at in alike) for alike in repricing.classes]


def _closure(strategy: RefundStrategy, terms: Terms, given: Given, worths: Worths, repricing: Repricing) -> Entitled:
    """What was paid, less the least that a set of units costs which holds the kept ones."""
    by_price = strategy == "recompute_monotone"
    outside = [unit for unit in given.returned if repricing.unit(unit) is None]
    total = worths.paid(outside)
    total += sum(
        amount for unit, amount in given.credits.items() if unit not in given.returned and repricing.unit(unit) is None
    )
    classes = [_class(alike, given, worths, repricing, by_price=by_price) for alike in repricing.classes]
    least = least_with_gifts = least_of_all = paid = worths.paid(repricing.units)
    for extra in product(*(range(len(each.back)) for each in classes)):
        cost = sum(each.base + each.back[more] for each, more in zip(classes, extra, strict=True))
        counts = [each.kept + more for each, more in zip(classes, extra, strict=True)]
        repriced = repricing.price_of(counts)
        cost += repriced.goods if by_price else 0
        gifts, clawed = extras_of(terms, given, repricing, repriced)
        least = min(least, max(0, cost))
        least_with_gifts = min(least_with_gifts, max(0, cost + gifts))
        least_of_all = min(least_of_all, max(0, cost + gifts + clawed))
    return Entitled(total + paid - least_of_all, strategy, least_with_gifts - least, least_of_all - least_with_gifts)


def _class(alike: Sequence[int], given: Given, worths: Worths, repricing: Repricing, *, by_price: bool) -> _Class:
    """Alike units with what each takes off or adds: credits, and the stored paid part unless it is priced again."""

    def cost(unit: Unit) -> int:
        return (0 if by_price else worths[unit].paid) - given.credits.get(unit, 0)

    units = [repricing.units[at] for at in alike]
    kept = [unit for unit in units if unit not in given.returned]
    back = sorted(cost(unit) for unit in units if unit in given.returned)
    return _Class(len(kept), sum(map(cost, kept)), tuple(accumulate(back, initial=0)))


def _recomputed(terms: Terms, given: Given, worths: Worths, repricing: Repricing) -> Entitled:
    """What was paid, less what the kept units cost."""
    outside = [unit for unit in given.returned if repricing.unit(unit) is None]
    repriced = repricing.price_of(_kept_counts(given, repricing))
    kept_credits = sum(amount for unit, amount in given.credits.items() if unit not in given.returned)
    total = worths.paid(outside) + worths.paid(repricing.units) - repriced.goods + kept_credits
    return _less_extras(total, "recompute_kept", terms, given, repricing)


def _less_extras(total: int, strategy: RefundStrategy, terms: Terms, given: Given, repricing: Repricing) -> Entitled:
    """The total, at least nothing, less gifts that are kept and delivery that would have cost more."""
    total = max(0, total)
    if not repricing.feasible or not repricing.whole:
        return Entitled(total, strategy)
    gifts, clawed = extras_of(terms, given, repricing, repricing.price_of(_kept_counts(given, repricing)))
    gifts = min(gifts, total)
    clawed = min(clawed, total - gifts)
    return Entitled(total - gifts - clawed, strategy, gifts, clawed)


def _lost_discount(given: Given, repricing: Repricing) -> int:
    """The discount that lies on kept units of promotions which no longer hold for them, tax included."""
    receipt = repricing.receipt
    applied = repricing.price_of(_kept_counts(given, repricing)).applied
    rates = {line.id: line.tax.ratio for line in receipt.order.lines}
    found = 0
    for run in receipt.units:
        lost = sum(part.amount.minor for part in run.parts if part.promotion not in applied)
        if lost:
            numbers = range(run.first, run.first + run.count)
            kept = sum(Unit(run.line, number) not in given.returned for number in numbers)
            exact = run.price.of_minor(lost * kept, run.price.currency)
            found += exact.scaled(1 + rates[run.line]).minor if receipt.order.prices == "net" else exact.minor
    return found
