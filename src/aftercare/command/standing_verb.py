"""The verb `standing`: the tier of a member and why, points and when they end, cards, vouchers, and money kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aftercare import canonical
from aftercare.calendar import local_date
from aftercare.command.inputs import UsageError, asked, instant, payload
from aftercare.command.telling import said, section, show_data, show_rows
from aftercare.interchange import read_history
from aftercare.statement import Statement

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator

    from aftercare.book import PolicyBook
    from aftercare.loyalty.ledger import Ledger
    from aftercare.loyalty.membership import Membership
    from aftercare.loyalty.stamps import CardStanding
    from aftercare.loyalty.standing import Standing
    from aftercare.loyalty.vouchers import Voucher
    from aftercare.loyalty.wallets import Balance
    from aftercare.order import Tier


def tell_standing(given: Namespace) -> None:
    """Print where the member with a history stands."""
    book = asked(given)
    if book.loyalty is None:
        msg = f"book `{book.name}` has no programme for members: give it `loyalty=loyalty.Program(...)`"
        raise UsageError(msg)
    history = read_history(payload(given.history), book)
    at = instant(given.at, book)
    member = book.membership(history, at=at)
    if given.json:
        show_data(
            {
                "at": at.isoformat(),
                "book": book.fingerprint,
                "events": len(history.until(at).events),
                "standing": None if member.standing is None else _standing(member.standing, given.locale),
                "points": _points(member.points, given.locale),
                "cards": [_card(each, given.locale) for each in member.cards],
                "vouchers": [_voucher(each, given.locale) for each in member.vouchers],
                "wallets": [_wallet(each, given.locale) for each in member.wallets],
            }
        )
        return
    _, *rows = _rows(book, member, given.locale)
    show_rows(rows)


def _rows(book: PolicyBook, member: Membership, locale: str) -> Iterator[str]:
    """Sections of rows, each with an empty row before it."""
    standing, points = member.standing, member.points
    if standing is not None:
        yield from section(locale, "summary.tier", [*standing.why, *_until(standing)])
        yield from section(locale, "summary.ahead", _ahead(standing))
    yield from section(locale, "summary.points", _balance(points, book.zone))
    yield from section(locale, "summary.entries", [each.reason for each in points.entries])
    ignored = () if standing is None else standing.ignored
    refused = [*points.refused, *(each for wallet in member.wallets for each in wallet.refused)]
    yield from section(locale, "summary.ignored", [*ignored, *(each.reason for each in refused)])
    yield from section(locale, "summary.cards", [each for card in member.cards for each in card.statements])
    yield from section(locale, "summary.vouchers", [each.reason for each in member.vouchers])
    yield from section(locale, "summary.wallets", [each for wallet in member.wallets for each in wallet.statements])


def _until(standing: Standing) -> Iterator[Statement]:
    if standing.tier is not None and standing.until is not None:
        yield Statement("summary.tier_until", tier=standing.tier.name, date=standing.until)


def _ahead(standing: Standing) -> Iterator[Statement]:
    if standing.distance is not None:
        yield standing.distance
    if standing.forecast is not None:
        yield standing.forecast.statement


def _balance(points: Ledger, zone: str) -> Iterator[Statement]:
    yield Statement("summary.available", count=points.available)
    for day, count in points.expiring:
        yield Statement("summary.expiring", count=count, date=day)
    for moment, count in points.arriving:
        yield Statement("summary.arriving", count=count, date=local_date(moment, zone))
    unknown = points.pending - sum(count for _, count in points.arriving)
    for code, count in (("waiting", unknown), ("reserved", points.reserved), ("owed", points.deficit)):
        if count:
            yield Statement(f"summary.{code}", count=count)


def _tier(tier: Tier | None) -> str | None:
    return None if tier is None else tier.id


def _standing(standing: Standing, locale: str) -> dict[str, Any]:
    ahead = standing.forecast
    return {
        "tier": _tier(standing.tier),
        "confirmed": _tier(standing.confirmed),
        "earned": _tier(standing.earned),
        "since": canonical.plain(standing.since),
        "until": canonical.plain(standing.until),
        "grace": canonical.plain(standing.grace),
        "at_risk": standing.at_risk,
        "why": [said(each, locale) for each in standing.why],
        "next": _tier(standing.next),
        "distance": None if standing.distance is None else said(standing.distance, locale),
        "missing": [said(each.statement, locale) for each in standing.missing],
        "forecast": None
        if ahead is None
        else {
            "on": ahead.on.isoformat(),
            "by": ahead.by.isoformat(),
            "move": ahead.move,
            "tier": _tier(ahead.tier),
            **said(ahead.statement, locale),
        },
        "ignored": [said(each, locale) for each in standing.ignored],
    }


def _points(points: Ledger, locale: str) -> dict[str, Any]:
    return {
        "balance": points.balance,
        "available": points.available,
        "pending": points.pending,
        "reserved": points.reserved,
        "deficit": points.deficit,
        "expiring": [{"last_day": day.isoformat(), "points": count} for day, count in points.expiring],
        "arriving": [{"at": moment.isoformat(), "points": count} for moment, count in points.arriving],
        "entries": [
            {"at": each.at.isoformat(), "event": each.event, "points": each.points, **said(each.reason, locale)}
            for each in points.entries
        ],
        "refused": [
            {"at": each.at.isoformat(), "event": each.event, **said(each.reason, locale)} for each in points.refused
        ],
    }


def _card(card: CardStanding, locale: str) -> dict[str, Any]:
    return {
        "card": card.card,
        "stamps": card.stamps,
        "held": card.held,
        "owed": card.owed,
        "needed": card.needed,
        "missing": card.missing,
        "ready": card.ready,
        "ready_until": [day.isoformat() for day in card.ready_until],
        "expiring": [{"last_day": day.isoformat(), "stamps": count} for day, count in card.expiring],
        **said(card.reason, locale),
    }


def _voucher(voucher: Voucher, locale: str) -> dict[str, Any]:
    return {
        "key": voucher.key,
        "state": voucher.state,
        "last_day": None if voucher.last_day is None else voucher.last_day.isoformat(),
        "used_on": voucher.used_on,
        **said(voucher.reason, locale),
    }


def _wallet(balance: Balance, locale: str) -> dict[str, Any]:
    return {
        "account": balance.account,
        "available": str(balance.available),
        "pending": str(balance.pending),
        "reserved": str(balance.reserved),
        "owed": str(balance.owed),
        "expiring": [{"last_day": day.isoformat(), "amount": str(amount)} for day, amount in balance.expiring],
        "statements": [said(each, locale) for each in balance.statements],
        "entries": [
            {"at": each.at.isoformat(), "event": each.event, "amount": str(each.amount), **said(each.reason, locale)}
            for each in balance.entries
        ],
        "refused": [
            {"at": each.at.isoformat(), "event": each.event, **said(each.reason, locale)} for each in balance.refused
        ],
    }
