"""What a ledger of points costs: that it grows with its history and no faster, and what one more event costs."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import attrs

from aftercare import (
    History,
    Line,
    Months,
    Order,
    PointsSpent,
    PolicyBook,
    Product,
    Purchase,
    Returned,
    Tender,
    eur,
    loyalty,
)
from aftercare.loyalty.ledger import Account, account
from aftercare.order_events import Units
from benchmarks.interleaved import at_least, at_most, medians

if TYPE_CHECKING:
    from collections.abc import Callable

    from aftercare.history import Event

ZONE = "Europe/Warsaw"
START = datetime(2016, 1, 1, 12, tzinfo=UTC)
SHORT, LONG, MORE = 1_000, 10_000, 100
ROUNDS = 7
GROWTH = 12.0
ADVANCE = 100.0
POINTS = loyalty.Points(
    earning=loyalty.points(1, per=eur(1), tax="included"),
    lots=loyalty.Lots(expire=Months(24), idle=loyalty.expire_unless_active(Months(6))),
)


def history(events: int) -> list[Event]:
    """Two orders, points spent and a return, over and over, four a day."""
    order = Order([Line(each, Product(each), unit_price=eur(10)) for each in ("1", "2")], currency="EUR")
    book = PolicyBook("shop", zone=ZONE, currencies=["EUR"])
    first = book.place(book.price(order, at=START), id="A", paid=[Tender("card", eur(20))])
    found: list[Event] = []
    for place in range(events):
        at = START + timedelta(hours=6 * place)
        match place % 4:
            case 2:
                found.append(PointsSpent(f"{place}", at, f"{place}", 1 + place % 20))
            case 3:
                found.append(Returned(f"{place}", at, f"A-{place - 2}", (Units("1", 1),)))
            case _:
                receipt = attrs.evolve(first, id=f"A-{place}", placed_at=at)
                found.append(Purchase(f"{place}", at, receipt))
    return found


def long_and_short(read: Callable[[int], object]) -> tuple[float, float]:
    """What it takes to *read* the long history, and the short one.

    The short one is read as often as it takes to last as long: what disturbs one then disturbs both.
    """
    times = medians({"long": (read, [LONG]), "short": (read, [SHORT] * (LONG // SHORT))}, rounds=ROUNDS)
    return times["long"], times["short"]


def one_more(follow: Callable[[int], object]) -> float:
    """What each of some more events takes that are followed after the long history."""
    return medians({"more": (follow, [MORE])}, rounds=ROUNDS)["more"] / MORE


def main() -> bool:
    """Print both ratios; whether they are within their bounds."""
    events = history(LONG + MORE)
    pasts = {count: History(events[:count]) for count in (LONG, SHORT)}
    state = account(POINTS, pasts[LONG], zone=ZONE)

    def go_on(count: int) -> Account:
        here = state
        for event in events[LONG : LONG + count]:
            here = here.advance(event)
        return here

    whole, part = long_and_short(lambda count: account(POINTS, pasts[count], zone=ZONE))
    step = one_more(go_on)
    same = go_on(MORE).at(events[-1].at) == account(POINTS, History(events), zone=ZONE).at(events[-1].at)
    print(f"{LONG} events {whole * 1000:.0f} ms, {SHORT} events {part * 1000:.0f} ms, one more {step * 1000:.2f} ms")
    return all(
        [
            at_most(f"{LONG} events against {SHORT}", whole / part, GROWTH),
            at_least("all events against one more", whole / step, ADVANCE),
            same,
        ]
    )


if __name__ == "__main__":
    sys.exit(not main())
