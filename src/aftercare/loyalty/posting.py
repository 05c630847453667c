"""How orders and other events, but for returns, are posted to an account of points, and boundaries are passed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias, assert_never

from aftercare.calendar import Days, utc
from aftercare.errors import CurrencyMismatch
from aftercare.loyalty.capping import rooms_at, use_caps
from aftercare.loyalty.credit import quantities
from aftercare.loyalty.days import end_of
from aftercare.loyalty.earned import Earned, Occasion
from aftercare.loyalty.entries import OrderRecord, PointsVoucher, Reservation, SpentPoints
from aftercare.loyalty.lots import Lot, Until
from aftercare.loyalty.reckoning import reckon
from aftercare.loyalty.returning import post_return, post_undone
from aftercare.loyalty.terms import version_at
from aftercare.loyalty.vault import Ending
from aftercare.member_events import Adjustment, Measured, Referral, Review, SignUp, Visit
from aftercare.order_events import Delivered, Dispatch, Installed, Payment, Purchase
from aftercare.points_events import (
    PointsReceived,
    PointsReleased,
    PointsReserved,
    PointsSpent,
    PointsTransferred,
    Undone,
)
from aftercare.return_events import Returned
from aftercare.statement import Name, Statement

if TYPE_CHECKING:
    from datetime import date, datetime

    from aftercare.history import Event
    from aftercare.loyalty.lots import Activity, Milestone
    from aftercare.loyalty.terms import Points
    from aftercare.loyalty.vault import Vault

Happened: TypeAlias = "SignUp | Visit | Review | Referral | Measured"
_WORDS = {SignUp: "sign_up", Visit: "visit", Review: "review", Referral: "referral", Measured: "measured"}
_MILESTONES: dict[type, Milestone] = {
    Payment: "paid",
    Dispatch: "dispatched",
    Delivered: "delivered",
    Installed: "installed",
}


def pass_boundaries(vault: Vault, at: datetime) -> None:
    """Let time go by up to the instant *at*."""
    while (boundary := vault.due(at)) is not None:
        _, rank, key, now = boundary
        match rank:
            case Ending.HOLD:
                vault.release(key, now)
            case Ending.RESERVATION:
                _end_reservation(vault, key, now)
            case Ending.TIER:
                vault.change_tier(vault.tiers[key], now)
            case Ending.POINTS:
                vault.expire(key, now)
            case Ending.IDLENESS:
                vault.lapse_idle(int(key), now)
            case Ending.DEFICIT:
                _forgive(vault, key, now)
            case Ending.PERIOD:
                _convert(vault, now)
            case _:
                assert_never(rank)
        _plan_conversion(vault, now)


def post(vault: Vault, event: Event) -> None:
    """Post one event; time has gone by up to its instant."""
    version = version_at(vault.versions, event.at)
    terms = vault.terms(version)
    if isinstance(event, SignUp):
        vault.joined = True
    if terms.members_only and not vault.joined:
        if isinstance(event, Purchase | Visit | Review | Referral | Measured):
            vault.refuse(event.at, event.id, Statement("points.refused.not_a_member", event=Name(event.id)))
        return
    match event:
        case Purchase():
            _purchase(vault, event, version)
        case SignUp() | Visit() | Review() | Referral() | Measured():
            _happened(vault, event, version)
        case Adjustment(points=points, reason=reason):
            _adjust(vault, event, version, points, reason)
        case PointsReserved():
            _reserve(vault, event, terms)
        case PointsSpent():
            _spend(vault, event, terms, version)
        case PointsReleased():
            _release(vault, event)
        case PointsTransferred():
            _transfer(vault, event, terms)
        case PointsReceived():
            _receive(vault, event, version)
        case Payment() | Dispatch() | Delivered() | Installed():
            _milestone(vault, event, version)
        case Returned():
            post_return(vault, event)
        case Undone():
            post_undone(vault, event)
        case _:
            pass  # what the profile says, pins and dates of birth move no points
    _plan_conversion(vault, event.at)


# Boundaries.


def _end_reservation(vault: Vault, key: str, now: datetime) -> None:
    reservation = vault.reservations.get(key)
    if reservation is None or reservation.until != now:
        return
    _free(vault, key, now, key)


def _free(vault: Vault, key: str, now: datetime, event: str) -> None:
    reservation = vault.reservations.pop(key)
    vault.closed[key] = None
    vault.reserved -= reservation.points
    for lot_id, points in reservation.parts:
        vault.restore(lot_id, points, now, None, event)


def _forgive(vault: Vault, key: str, now: datetime) -> None:
    owed = vault.deficits[key]
    if owed.left:
        vault.deficits[key] = owed._replace(left=0)
        del vault.owing[key]
        vault.deficit -= owed.left
        vault.enter(now, key, owed.left, Statement("points.deficit_forgiven", count=owed.left))


def _plan_conversion(vault: Vault, now: datetime) -> None:
    if vault.converts_at is None and vault.available:
        conversion = vault.terms(version_at(vault.versions, now)).conversion
        if conversion is not None:
            vault.converts_at = vault.after(end_of(vault.day(now), conversion.every))
            vault.push(vault.converts_at, Ending.PERIOD, "")


def _convert(vault: Vault, now: datetime) -> None:
    vault.converts_at = None
    terms = vault.terms(version_at(vault.versions, now))
    points = 0 if terms.conversion is None else terms.conversion.converted(vault.available)
    if terms.conversion is None or not points:
        return
    parts = vault.take(points, terms.lots)
    worth = terms.conversion.point_worth * points
    vault.vouchers.append(PointsVoucher(at=now, points=points, value=worth))
    vault.enter(now, "", -points, Statement("points.converted", count=points, value=worth), parts)


# Credits.


def _purchase(vault: Vault, event: Purchase, version: int) -> None:
    receipt = event.receipt
    if receipt.id in vault.orders:
        vault.refuse(event.at, event.id, Statement("points.refused.known_order", order=Name(receipt.id)))
        return
    customer = receipt.order.customer
    tier = vault.tier if customer is None or customer.tier is None else customer.tier
    occasion = Occasion(at=event.at, zone=vault.zone, tier=tier, receipt=receipt)
    rooms = rooms_at(vault, version, event.at)
    try:
        earned = reckon(vault.terms(version).earning, occasion, rooms=rooms)
    except CurrencyMismatch:
        currency = receipt.payable.currency
        vault.refuse(event.at, event.id, Statement("points.refused.currency", currency=Name(currency)))
        earned = Earned(points=0, lines=())
    use_caps(vault, version, event.at, earned, 1)
    holds = _holds(vault, event, version)
    lots = []
    for line, points in earned.lines:
        if points:
            available = holds[line] if line is not None else _latest(holds, event.at)
            lot_id = f"{event.id}:{line or ''}"
            lots.append(lot_id)
            vault.add(_lot(vault, lot_id, points, event.at, version, available=available, order=receipt.id, line=line))
    kept = tuple(quantities(receipt).items())
    vault.orders[receipt.id] = OrderRecord(receipt, occasion, version, rooms, kept, earned, tuple(lots))
    if earned.points:
        vault.earn(receipt.id, event.at, earned)
        reason = Statement("points.earned", count=earned.points, order=Name(receipt.id))
        parts = tuple((lot_id, vault.lots[lot_id].points) for lot_id in lots)
        vault.enter(event.at, event.id, earned.points, reason, parts, trace=earned.trace)
        _active(vault, version, "earned", event.at, receipt.id)
    _active(vault, version, "ordered", event.at, receipt.id)


def _holds(vault: Vault, event: Purchase, version: int) -> dict[str | None, datetime | None]:
    """From which instant the points of each line are available; None while nobody can tell."""
    hold = vault.terms(version).lots.hold
    lines = quantities(event.receipt)
    match hold:
        case "not":
            return dict.fromkeys(lines, event.at)
        case Days():
            return dict.fromkeys(lines, vault.after(hold.after(vault.day(event.at))))
        case Until():
            return dict.fromkeys(lines, None)
        case "returns":
            return {line: held_until(vault, event.receipt.id, line, event.at) for line in lines}
        case _:
            assert_never(hold)


def held_until(vault: Vault, order: str, line: str, at: datetime) -> datetime | None:
    """From which instant the points of a line are available, by the holds of the returns."""
    if (order, line) not in vault.holds:
        return at
    last = vault.holds[order, line]
    return None if last is None else max(at, vault.after(last), key=utc)


def _latest(holds: dict[str | None, datetime | None], at: datetime) -> datetime | None:
    known = [each for each in holds.values() if each is not None]
    return max(known, default=at, key=utc) if len(known) == len(holds) else None


def _lot(
    vault: Vault,
    lot_id: str,
    points: int,
    at: datetime,
    version: int,
    *,
    available: datetime | None,
    order: str | None = None,
    line: str | None = None,
    last_day: date | None = None,
) -> Lot:
    return Lot(
        id=lot_id,
        points=points,
        left=points,
        earned_at=at,
        earned_on=vault.day(at),
        available_at=available,
        pending=True,
        last_day=last_day,
        order=order,
        line=line,
        version=version,
    )


def _happened(vault: Vault, event: Happened, version: int) -> None:
    occasion = Occasion(
        at=event.at,
        zone=vault.zone,
        tier=vault.tier,
        happening=_WORDS[type(event)],
        measure=event.measure if isinstance(event, Measured) else None,
        count=max(event.amount, 0) if isinstance(event, Measured) else 1,
    )
    earned = reckon(vault.terms(version).earning, occasion, rooms=rooms_at(vault, version, event.at))
    use_caps(vault, version, event.at, earned, 1)
    if isinstance(event, Visit):
        _active(vault, version, "visited", event.at, event.id)
    if earned.points:
        vault.earn(event.id, event.at, earned)
        _credit(vault, event.id, earned.points, event.at, version)
        measure = {"measure": Name(event.measure)} if isinstance(event, Measured) else {}
        reason = Statement(f"points.earned_for.{_WORDS[type(event)]}", count=earned.points, **measure)
        vault.enter(event.at, event.id, earned.points, reason, ((event.id, earned.points),), trace=earned.trace)
        _active(vault, version, "earned", event.at, event.id)


def _credit(vault: Vault, lot_id: str, points: int, at: datetime, version: int) -> None:
    hold = vault.terms(version).lots.hold
    available = vault.after(hold.after(vault.day(at))) if isinstance(hold, Days) else at
    vault.add(_lot(vault, lot_id, points, at, version, available=available))


def _active(vault: Vault, version: int, activity: Activity, at: datetime, source: str) -> None:
    """Tell every version whose points such an activity keeps alive."""
    for place in range(version + 1):
        idle = vault.terms(place).lots.idle
        if idle is not None and activity in idle.activity:
            vault.active(place, vault.day(at), source, at)


def _adjust(vault: Vault, event: Adjustment, version: int, points: int, reason: Name) -> None:
    said = Statement("points.given" if points > 0 else "points.withdrawn", count=abs(points), reason=reason)
    if points > 0:
        vault.add(_lot(vault, event.id, points, event.at, version, available=event.at))
        vault.enter(event.at, event.id, points, said, ((event.id, points),))
        return
    parts = vault.take(-points, vault.terms(version).lots)
    short = -points - sum(taken for _, taken in parts)
    if short:
        vault.owe(short, event.at, event.id, version)
    vault.enter(event.at, event.id, points, said, parts)


def _receive(vault: Vault, event: PointsReceived, version: int) -> None:
    parts = []
    for place, part in enumerate(event.parts, 1):
        lot_id = f"{event.id}:{place}"
        vault.add(_lot(vault, lot_id, part.points, event.at, version, available=event.at, last_day=part.last_day))
        parts.append((lot_id, part.points))
    reason = Statement("points.received", count=event.points, member=Name(event.sender))
    vault.enter(event.at, event.id, event.points, reason, tuple(parts))


def _milestone(vault: Vault, event: Payment | Dispatch | Delivered | Installed, version: int) -> None:
    if isinstance(event, Dispatch):
        _active(vault, version, "dispatched", event.at, event.order)
    record = vault.orders.get(event.order)
    if record is None:
        return
    hold = vault.terms(record.version).lots.hold
    if not isinstance(hold, Until) or hold.milestone != _MILESTONES[type(event)]:
        return
    lines = set() if isinstance(event, Payment) else {units.line for units in event.units}
    available = vault.after(hold.days.after(vault.day(event.at))) if hold.days.n else event.at
    for lot_id in record.lots:
        lot = vault.lots[lot_id]
        if lot.pending and (not lines or lot.line in lines or lot.line is None):
            vault.hold_until(lot_id, available)


# Debits.


def _missing(vault: Vault, event: Any, needed: int) -> bool:
    """Whether there are too few points for *event*, which is then refused."""
    if vault.available >= needed:
        return False
    found = vault.available
    reason = Statement("points.refused.balance", found=found, needed=needed, missing=needed - found)
    vault.refuse(event.at, event.id, reason)
    return True


def _known_key(vault: Vault, event: PointsReserved | PointsSpent, points: int) -> None:
    """The same act once more changes nothing; another one under its key is refused."""
    if points != event.points:
        vault.refuse(event.at, event.id, Statement("points.refused.key", key=Name(event.key)))


def _reserve(vault: Vault, event: PointsReserved, terms: Points) -> None:
    known = vault.reservations.get(event.key) or vault.spendings.get(event.key)
    if event.key in vault.closed:
        vault.refuse(event.at, event.id, Statement("points.refused.key", key=Name(event.key)))
    elif known is not None:
        _known_key(vault, event, known.points)
    elif not _missing(vault, event, event.points):
        parts = vault.take(event.points, terms.lots)
        vault.reservations[event.key] = Reservation(event.points, parts, event.until)
        vault.reserved += event.points
        if event.until is not None:
            vault.push(event.until, Ending.RESERVATION, event.key)


def _spend(vault: Vault, event: PointsSpent, terms: Points, version: int) -> None:
    if event.key in vault.spendings:
        _known_key(vault, event, vault.spendings[event.key].points)
        return
    reservation = vault.reservations.get(event.key)
    held = 0 if reservation is None else reservation.points
    if _missing(vault, event, event.points - held):
        return
    parts = list(reservation.parts) if reservation is not None else []
    if reservation is not None:
        del vault.reservations[event.key]
        vault.reserved -= held
        parts, freed = _split(parts, event.points)
        for lot_id, points in freed:
            vault.restore(lot_id, points, event.at, None, event.id)
    parts += vault.take(event.points - sum(points for _, points in parts), terms.lots)
    vault.spendings[event.key] = SpentPoints(event.points, tuple(parts), event.order)
    vault.spent_by[event.id] = event.key
    if event.order is not None:
        vault.spent_on[event.order] = (*vault.spent_on.get(event.order, ()), event.key)
    if event.order is None:
        reason = Statement("points.spent", count=event.points)
    else:
        reason = Statement("points.spent_on_order", count=event.points, order=Name(event.order))
    vault.enter(event.at, event.id, -event.points, reason, tuple(parts))
    _active(vault, version, "spent", event.at, event.id)


def _split(parts: list[tuple[str, int]], points: int) -> tuple[list[tuple[str, int]], list[tuple[str, int]]]:
    """The first so many points of *parts*, and the rest."""
    first, rest = [], []
    for lot_id, each in parts:
        taken = min(each, points)
        points -= taken
        if taken:
            first.append((lot_id, taken))
        if each > taken:
            rest.append((lot_id, each - taken))
    return first, rest


def _release(vault: Vault, event: PointsReleased) -> None:
    if event.key in vault.reservations:
        _free(vault, event.key, event.at, event.id)
    elif event.key not in vault.closed:
        vault.refuse(event.at, event.id, Statement("points.refused.unknown_key", key=Name(event.key)))


def _transfer(vault: Vault, event: PointsTransferred, terms: Points) -> None:
    if not _missing(vault, event, event.points):
        parts = vault.take(event.points, terms.lots)
        reason = Statement("points.transferred", count=event.points, member=Name(event.to))
        vault.enter(event.at, event.id, -event.points, reason, parts)
