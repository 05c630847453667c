"""Bodies in and answers out.

What comes in is read with the library's own cursor, which bounds it and notes everything that is wrong with its path.
Amounts are text in both directions. What goes out for people is said in the language of the visitor.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, TypeVar

from aftercare import Customer, Name, Order, Shipment, say
from aftercare.errors import did_you_mean
from aftercare.interchange.cursor import Cursor
from aftercare.returns.grounds import GROUNDS
from examples.fastapi_shop.catalogue import CURRENCIES, DELIVERY, SKUS, TAX, line_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from aftercare import Decision, Money, Receipt, Statement
    from aftercare.crossings import SettledReturn
    from aftercare.loyalty import Ledger, Standing
    from aftercare.returns import OpenRights
    from examples.fastapi_shop.orders import Placed

_T = TypeVar("_T")

_TITLE: Final = "the request cannot be read"
_CART: Final = ("currency", "lines", "delivery", "codes", "customer", "country")
_LONGEST: Final = 64
_MOST_CODES: Final = 10
_MOST_UNITS: Final = 999

# --- in --------------------------------------------------------------------------------------------------------------


def read_cart(body: bytes) -> Order:
    """The order that is asked about; the prices are ours, whatever a browser says."""
    at = _object(body, *_CART)
    return _clean(at, _order(at))


def read_checkout(body: bytes) -> tuple[Order, Money]:
    """The order to place, and the price that the customer was shown."""
    at = _object(body, *_CART, "payable")
    order = _order(at)
    shown = at.field("payable").money(order.currency if order else "", written=True)
    return _clean(at, order), shown


def read_amount(body: bytes, receipt: Receipt) -> Money:
    """What was paid for an order."""
    at = _object(body, "amount")
    return _clean(at, at.field("amount").money(receipt.payable.currency, written=True))


def read_return(body: bytes, receipt: Receipt) -> tuple[dict[str, int], str]:
    """How many units of which line of a receipt are to come back, and on which ground."""
    at = _object(body, "lines", "ground")
    return _clean(at, _return(at, receipt))


def read_confirmed_return(body: bytes, receipt: Receipt) -> tuple[dict[str, int], str, Money]:
    """As `read_return`, with the refund that the customer was shown."""
    at = _object(body, "lines", "ground", "refund")
    units, ground = _return(at, receipt)
    return _clean(at, (units, ground, at.field("refund").money(receipt.payable.currency, written=True)))


def _object(body: bytes, *fields: str) -> Cursor:
    at = Cursor.of(body)
    if not at.is_object:
        raise at.problems.error(_TITLE)
    at.only(fields)
    return at


def _order(at: Cursor) -> Order | None:
    currency = at.field("currency").choice(CURRENCIES)
    quantities = _quantities(at.field("lines"), dict.fromkeys(SKUS, _MOST_UNITS))
    method = at.field("delivery").maybe(lambda each: each.choice(DELIVERY)) or DELIVERY[0]
    places = list(at.field("codes").items())
    if len(places) > _MOST_CODES:
        at.field("codes").problem(f"{len(places)} codes: allowed: at most {_MOST_CODES}")
    codes = [_word(each) for each in places]
    who, country = at.field("customer").maybe(_word), at.field("country").maybe(_word)
    return at.make(
        lambda: Order(
            [line_of(sku, quantity, currency) for sku, quantity in quantities.items()],
            currency=currency,
            customer=None if who is None else Customer(who, country=country),
            shipments=[Shipment("delivery", method, tax=TAX)],
            codes=codes,
            channel="web",
        )
    )


def _return(at: Cursor, receipt: Receipt) -> tuple[dict[str, int], str]:
    bought = {line.id: line.quantity for line in receipt.order.lines}
    units = _quantities(at.field("lines"), bought)
    ground = at.field("ground").maybe(lambda each: each.choice(ground.id for ground in GROUNDS))
    return units, ground or GROUNDS[0].id


def _quantities(at: Cursor, most: Mapping[str, int]) -> dict[str, int]:
    """How many of what, such as `{"CUP": 2}`."""
    if not at.is_object:
        return {}
    found: dict[str, int] = {}
    for name, place in at.fields():
        if name in most:
            found[name] = place.whole(1, most[name])
        else:
            place.problem(f"is not known here: {did_you_mean(name, most)}")
    if not found:
        at.problem('names nothing: write what and how many, such as `{"CUP": 2}`')
    return found


def _word(at: Cursor) -> str:
    """A text that databases and people can read."""
    given = at.text()
    if len(given) > _LONGEST or not given.isprintable():
        at.problem(f"is not a word: allowed: at most {_LONGEST} characters, all printable")
    return given


def _clean(at: Cursor, found: _T | None) -> _T:
    if found is None or not at.is_clean:
        raise at.problems.error(_TITLE)
    return found


# --- out -------------------------------------------------------------------------------------------------------------


def written(answer: Mapping[str, Any]) -> bytes:
    """An answer as JSON, the same bytes for the same answer."""
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode()


def told(statements: Iterable[Statement], locale: str) -> list[dict[str, str]]:
    """Statements in words, each with its code for programs."""
    return [{"code": each.code, "text": say(each, locale=locale)} for each in statements]


def quoted(quote: Decision, locale: str) -> dict[str, Any]:
    """What an order costs, why, and what became of the codes."""
    return {
        "payable": str(quote.payable.decimal),
        "currency": quote.payable.currency,
        "saved": str(quote.saved.decimal),
        "tax": str(quote.tax.decimal),
        "delivery": str(quote.delivery.decimal),
        "lines": [
            {
                "line": each.line.id,
                "product": (each.line.product.name or Name(each.line.product.sku)).in_(locale),
                "quantity": each.line.quantity,
                "price": str(each.price.decimal),
                "paid": str(each.paid.decimal),
            }
            for each in quote.lines
        ],
        "gifts": [{"sku": each.sku, "quantity": each.quantity, "name": each.name.in_(locale)} for each in quote.gifts],
        "reasons": told(quote.reasons, locale),
        "codes": {code: told([each], locale)[0] for code, each in quote.codes.items()},
    }


def suggestions(quote: Decision, locale: str) -> dict[str, Any]:
    """What the shopper could change to get more."""
    return {"suggestions": told((each.statement for each in quote.nearest), locale)}


def placed_order(placed: Placed) -> dict[str, Any]:
    """An order and what became of it."""
    receipt = placed.receipt
    return {
        "id": receipt.id,
        "state": placed.state,
        "payable": str(receipt.payable.decimal),
        "currency": receipt.payable.currency,
        "promotions": {promotion: str(taken.decimal) for promotion, taken in receipt.promotions},
        "placed_at": receipt.placed_at.isoformat(),
        "reserved_until": placed.reserved_until.isoformat(),
        "fingerprint": receipt.fingerprint,
    }


def settled(preview: SettledReturn, locale: str) -> dict[str, Any]:
    """What a return gives back and takes away."""
    lost = preview.tier_lost
    return {
        "refund": str(preview.refund.decimal),
        "currency": preview.refund.currency,
        "tenders": [{"kind": each.kind, "amount": str(each.amount.decimal)} for each in preview.money.tenders],
        "points_taken": preview.points_taken,
        "tier_lost": None if lost is None else lost.id,
        "money": told(preview.money.statements, locale),
        "reasons": told(preview.statements, locale),
    }


def open_rights(found: OpenRights, locale: str) -> dict[str, Any]:
    """What can still be done with an order, until when."""
    return {
        "rights": [
            {
                "kind": each.kind,
                "line": each.line,
                "quantity": sum(units.count for units in each.units),
                "ends_at": None if each.ends_at is None else each.ends_at.isoformat(),
                **told([each.said], locale)[0],
            }
            for each in found.rights
        ]
    }


def statement_of_points(points: Ledger, standing: Standing, locale: str) -> dict[str, Any]:
    """The account of a member, entry by entry."""
    tier = standing.tier
    return {
        "tier": None if tier is None else tier.id,
        "tier_name": None if tier is None else tier.name.in_(locale),
        "needs": told(standing.needs, locale),
        "available": points.available,
        "pending": points.pending,
        "deficit": points.deficit,
        "arriving": [{"at": at.isoformat(), "points": count} for at, count in points.arriving],
        "expiring": [{"last_day": day.isoformat(), "points": count} for day, count in points.expiring],
        "entries": [
            {"at": each.at.isoformat(), "points": each.points, **told([each.reason], locale)[0]}
            for each in points.entries
        ],
    }
