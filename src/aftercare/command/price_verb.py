"""The verb `price`: what an order costs, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aftercare import canonical
from aftercare.command.inputs import asked, instant, ordered
from aftercare.command.telling import payload_data, said, show_data, show_report, show_rows, words
from aftercare.pages import receipt_text

if TYPE_CHECKING:
    from argparse import Namespace

    from aftercare.interchange.checks import OrderDocument
    from aftercare.policies.decision import Decision
    from aftercare.policies.outcome import Part, Units


def price_order(given: Namespace) -> None:
    """Print what an order costs."""
    book = asked(given)
    document, order = ordered(given, book)
    decision = book.price(order, at=instant(given.at, book, document.at))
    if given.json:
        show_data(as_data(decision, document, given.locale))
        return
    show_rows([receipt_text(decision, locale=given.locale, nearest=True, refusals=given.why_not)])
    show_report(document)


def _part_data(parts: tuple[Part, ...]) -> list[dict[str, Any]]:
    return [{"promotion": part.promotion, "amount": str(part.amount)} for part in parts]


def _unit_data(units: Units) -> dict[str, Any]:
    return {
        "first": units.first,
        "count": units.count,
        "price": str(units.price),
        "paid": str(units.paid),
        "tax": str(units.tax),
        "gift": units.gift,
        "parts": _part_data(units.parts),
    }


def as_data(decision: Decision, document: OrderDocument, locale: str) -> dict[str, Any]:
    """A decision as JSON data for machines: amounts as text with their currency."""
    return {
        "at": decision.at.isoformat(),
        "book": decision.fingerprint,
        "payable": str(decision.payable),
        "saved": str(decision.saved),
        "net": str(decision.net),
        "tax": [
            {"rate": str(each.rate), "net": str(each.net), "tax": str(each.tax), "gross": str(each.gross)}
            for each in decision.taxes
        ],
        "lines": [
            {
                "id": line.line.id,
                "sku": line.line.product.sku,
                "price": str(line.price),
                "paid": str(line.paid),
                "tax": str(line.tax),
                "units": [_unit_data(units) for units in line.units],
            }
            for line in decision.lines
        ],
        "shipments": [
            {
                "id": each.shipment.id,
                "method": each.shipment.method,
                "charge": str(each.charge),
                "paid": str(each.paid),
                "tax": str(each.tax),
                "parts": _part_data(each.parts),
            }
            for each in decision.shipments
        ],
        "charges": [
            {"id": each.charge.id, "amount": str(each.charge.amount), "tax": str(each.tax)} for each in decision.charges
        ],
        "gifts": canonical.plain(decision.gifts),
        "rewards": canonical.plain(decision.rewards),
        "promotions": [
            {
                "id": each.promotion,
                "state": each.state,
                "why": [said(why, locale) for why in (each.statement, *each.more)],
            }
            for each in map(decision.explain, decision.states)
        ],
        "nearest": [
            {
                "promotion": each.promotion,
                "also": list(each.also),
                "changes": [said(change.statement, locale) for change in each.changes],
                "gain": str(each.gain),
                "net": str(each.net),
                "payable": str(each.payable),
                "at": each.at.isoformat(),
                "text": words(each.statement, locale),
            }
            for each in decision.nearest
        ],
        "overflow": [said(statement, locale) for statement in decision.overflow],
        "codes": {code: said(statement, locale) for code, statement in decision.codes.items()},
        "payload": payload_data(document),
    }
