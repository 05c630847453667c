"""What it costs to know where a member stands: tiers and points by a whole history, and by one more event.

The member orders twice, spends points and sends something back, over and over, four events a day; every line may come
back for thirty days, so what is still open is read anew with each event. A book is asked as well, which works out these
days from its promise about returns.
"""

from __future__ import annotations

import sys
from datetime import timedelta

import attrs

from aftercare import Days, History, Months, PolicyBook, Purchase, ReturnPolicy, Tier, eur, loyalty
from benchmarks.interleaved import at_least, at_most
from benchmarks.ledger import LONG, MORE, SHORT, ZONE, history, long_and_short, one_more

GROWTH = 12.0
ADVANCE = 100.0
HELD = timedelta(days=30)
CLUB = loyalty.Program(
    "club",
    ladder=loyalty.Ladder.by(
        loyalty.spend(last=Months(12)),
        {Tier("member", 0): eur(0), Tier("silver", 1): eur(3000), Tier("gold", 2): eur(9000)},
        rewards={Tier("silver", 1): 50},
    ),
    earning=loyalty.points(1, per=eur(1), tax="included"),
    lots=loyalty.Lots(expire=Months(24), suspended=loyalty.never_with(Tier("gold", 2), on_loss="resume")),
    zone=ZONE,
)


def main() -> bool:
    """Print both ratios; whether they are within their bounds."""
    events = history(LONG + MORE)
    holds = {
        (event.receipt.id, line.id): (event.at + HELD).date()
        for event in events
        if isinstance(event, Purchase)
        for line in event.receipt.order.lines
    }

    def read(count: int) -> tuple[loyalty.Standing, loyalty.Ledger]:
        member, at = CLUB.member(History(events[:count]), holds=holds), events[count - 1].at
        return member.standing(at=at), member.ledger(at=at)

    state = CLUB.member(History(events[:LONG]), holds=holds)

    def follow(count: int) -> tuple[loyalty.Standing, loyalty.Ledger]:
        here = state
        for event in events[LONG : LONG + count]:
            here = here.advance(event)
            found = here.standing(at=event.at), here.ledger(at=event.at)
        return found

    shop = PolicyBook(
        "shop",
        zone=ZONE,
        currencies=["EUR"],
        loyalty=CLUB,
        returns=ReturnPolicy("standard", within=Days(30), after="ordered"),
    )
    last = next(event for event in reversed(events) if isinstance(event, Purchase))

    def ask(count: int) -> tuple[loyalty.Standing, loyalty.Ledger, loyalty.PointsPreview]:
        past, at = History(events[:count]), events[count - 1].at
        found = shop.standing(past, at=at), shop.points(past, at=at)
        return *found, shop.earn(attrs.evolve(last.receipt, id="next", placed_at=at), history=past, at=at)

    same = follow(MORE) == read(LONG + MORE)
    whole, part = long_and_short(read)
    step = one_more(follow)
    asked_whole, asked_part = long_and_short(ask)
    print(f"{LONG} events {whole * 1000:.0f} ms, {SHORT} events {part * 1000:.0f} ms, one more {step * 1000:.2f} ms")
    return all(
        [
            at_most(f"standing and points, {LONG} events against {SHORT}", whole / part, GROWTH),
            at_most(f"the same of a book, {LONG} events against {SHORT}", asked_whole / asked_part, GROWTH),
            at_least("standing and points, all events against one more", whole / step, ADVANCE),
            same,
        ]
    )


if __name__ == "__main__":
    sys.exit(not main())
