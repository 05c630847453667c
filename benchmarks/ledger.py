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


def main() -> bool:
    """Print both ratios; whether they are within their bounds."""
    events = history(LONG + MORE)
    long, short = History(events[:LONG]), History(events[:SHORT])

    def folded(past: History) -> Account:
        return account(POINTS, past, zone=ZONE)

    # The short history is folded as often as it takes to last as long: what disturbs one then disturbs both.
    times = medians({"whole": (folded, [long]), "part": (folded, [short] * (LONG // SHORT))}, rounds=ROUNDS)
    whole, part = times["whole"], times["part"]
    state = account(POINTS, long, zone=ZONE)

    def go_on() -> Account:
        here = state
        for event in events[LONG:]:
            here = here.advance(event)
        return here

    step = medians({"more": (lambda _: go_on(), [None])}, rounds=ROUNDS)["more"] / MORE
    same = go_on().at(events[-1].at) == account(POINTS, History(events), zone=ZONE).at(events[-1].at)
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
