"""Short ways to write the histories of members."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING

from aftercare import History, Purchase, Returned, SignUp, Tier, eur, loyalty
from aftercare.order_events import Units
from tests.loyalty.receipts import receipt

if TYPE_CHECKING:
    from aftercare.history import Event
    from aftercare.loyalty.credit import Holds
    from aftercare.loyalty.ladder import Ladder
    from aftercare.loyalty.standing import Standing

ZONE = "Europe/Warsaw"
BASE, SILVER, GOLD = Tier("base", 0), Tier("silver", 1), Tier("gold", 2)
SPENDING = {SILVER: eur(500), GOLD: eur(1000)}


def noon(day: str) -> datetime:
    """Noon UTC of a day."""
    return datetime.combine(date.fromisoformat(day), time(12), UTC)


def bought(day: str, *prices: int | str, id: str | None = None) -> Purchase:
    """An order of one line a price, placed at noon."""
    name = id or f"A-{day}"
    return Purchase(f"buy {name}", noon(day), receipt(name, *prices, at=noon(day)))


def joined(day: str) -> SignUp:
    """A member signed up at noon."""
    return SignUp(f"join {day}", noon(day))


def sent_back(day: str, order: str, line: str = "1", count: int = 1) -> Returned:
    """Units of one line came back at noon."""
    return Returned(f"return {order} {line} {day}", noon(day), order, (Units(line, count),))


def stands(ladder: Ladder, day: str | datetime, *events: Event, holds: Holds | None = None) -> Standing:
    """The standing at noon of a day."""
    at = noon(day) if isinstance(day, str) else day
    return loyalty.Program("club", ladder=ladder, zone=ZONE).standing(History(events), at=at, holds=holds)


def tier(ladder: Ladder, day: str | datetime, *events: Event) -> str | None:
    """The id of the tier at noon of a day."""
    found = stands(ladder, day, *events).tier
    return None if found is None else found.id


def ladder_of_points(*, within: object = None, **terms: object) -> Ladder:
    """A ladder by a measure called points, which is short to write: silver at 500, gold at 1000, base below."""
    metric = loyalty.measure("points", within=within)  # type: ignore[arg-type]
    return loyalty.Ladder.by(metric, {BASE: 0, SILVER: 500, GOLD: 1000}, **terms)  # type: ignore[arg-type]
