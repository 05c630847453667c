"""Variable values, told: each becomes a function from a snapshot to the value, None where it cannot be told."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Any, TypeAlias

from aftercare.calendar import utc
from aftercare.money import Amounts, Money, amounts
from aftercare.policies.item_reading import fold
from aftercare.policies.reading import reader
from aftercare.policies.variable import Cases, Dated, Steps

if TYPE_CHECKING:
    from collections.abc import Callable

    from aftercare.policies.snapshot import Snapshot


Resolve: TypeAlias = "Callable[[Snapshot], Any]"


def resolver(value: Any) -> Resolve:
    """The function that tells a variable value: amounts as minor units of the order's currency, None where unknown."""
    match value:
        case Steps(fact, steps):
            read = reader(fact.reading)
            given = [resolver(each) for _, each in steps]
            heights: dict[str, list[Any]] = {}

            def step(snapshot: Snapshot) -> Any:
                found = read(snapshot)
                if found is None:
                    return None
                currency = snapshot.order.currency
                bounds = heights.get(currency)
                if bounds is None:
                    bounds = heights[currency] = [_height(bound, currency) for bound, _ in steps]
                reached = bisect_right(bounds, getattr(found, "rank", found))
                return given[reached - 1](snapshot) if reached else None

            return step
        case Cases(fact, cases, choose):
            read = reader(fact.reading)
            rows = {fold(row) if fact.reading.name == "cart.code" else row: resolver(each) for row, each in cases}

            def case_(snapshot: Snapshot) -> Any:
                found = [rows[each](snapshot) for each in read(snapshot) or () if each in rows]
                known = [each for each in found if each is not None]
                if len(known) <= 1:
                    return known[0] if known else None
                return max(known) if choose == "highest" else min(known)

            return case_
        case Dated(first, changes):
            start = resolver(first)
            turns = [(utc(at), resolver(each)) for at, each in changes]

            def by_date(snapshot: Snapshot) -> Any:
                current = start
                for at, each in turns:
                    if snapshot.moment.at < at:
                        break
                    current = each
                return current(snapshot)

            return by_date
        case Amounts():
            return lambda snapshot: value.in_(snapshot.order.currency).minor
        case Money():
            return resolver(amounts(value))
        case _:
            return lambda _: value


def _height(bound: Any, currency: str) -> Any:
    """A step as it is compared: an amount in minor units, a tier by its rank."""
    if isinstance(bound, Amounts):
        return bound.in_(currency).minor
    return getattr(bound, "rank", bound)
