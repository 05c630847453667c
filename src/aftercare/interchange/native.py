"""This library's own order document: `{"aftercare": 1, "order": {...}}`, which keeps every digit and every field.

Amounts are text in the order's currency ("12.40"), percentages are text ("23", "100/3"), decimals are text. A unit
price with more digits after the point than its currency has ("0.0125") is finer than money. JSON numbers are refused
for all of them. Fields left out or null have their defaults; fields that are not known are refused. What happened to
the order since may stand beside it as `events`, which `aftercare.interchange.events` reads.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Final, get_args

from aftercare.currencies import DIGITS
from aftercare.exact import MAX_DIGITS
from aftercare.interchange.checks import OrderDocument
from aftercare.interchange.cursor import Cursor, all_of, distinct
from aftercare.interchange.events import order_events_at
from aftercare.interchange.parts import attribute_at, known, name_at, tier_at, versioned, words_at
from aftercare.money import Money, Percent, UnitPrice, amounts
from aftercare.order import MAX_QUANTITY, Charge, Customer, Line, Order, PriceMode, Product, Shipment

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from aftercare.interchange.source import Source
    from aftercare.money import Amounts

_FURTHEST: Final = 10**MAX_DIGITS - 1
_RATIO = re.compile(r"([0-9]{1,60})/([0-9]{1,60})")


def read_order(source: Source, *, zone: str | ZoneInfo | None = None) -> OrderDocument:
    """The order of a document that `write_order` made, or of one written by hand in the same format.

    *zone* is that of the clocks on which the instant is told. Raises `DocumentError` with everything that is wrong.

    >>> read_order('{"aftercare": 1, "order": {"currency": "EUR", "lines": []}}').order
    Order((), currency='EUR')
    """
    return native_order(Cursor.of(source), zone)


def native_order(root: Cursor, zone: str | ZoneInfo | None) -> OrderDocument:
    """As `read_order`, of a document that is loaded already."""
    title = "the order document cannot be read"
    versioned(root, "order documents")
    if not root.is_clean:
        raise root.problems.error(title)
    root.only(("aftercare", "order", "at", "events"))
    at = root.field("at").instant(zone)
    order = order_at(root.field("order"))
    events = order_events_at(root.field("events"), zone)
    if order is None or not root.is_clean:
        raise root.problems.error(title)
    return OrderDocument(order, origin="aftercare", at=at, events=events)


def order_at(at: Cursor) -> Order | None:
    """The order here, or None with problems."""
    if not known(at, Order):
        return None
    currency = at.field("currency").currency()
    listed = at.field("lines")
    if not listed.is_there:
        listed.problem("is missing: expected a list, which may be empty")
    lines = all_of(listed.items(), lambda each: _line(each, currency))
    distinct(listed)
    shipments, options = at.field("shipments"), at.field("delivery_options")
    chosen = all_of(shipments.items(), lambda each: _shipment(each, currency))
    others = all_of(options.items(), lambda each: _shipment(each, currency))
    distinct(shipments, options)
    charges = all_of(at.field("charges").items(), lambda each: _charge(each, currency))
    distinct(at.field("charges"))
    customer = at.field("customer").maybe(_customer)
    codes = words_at(at.field("codes"))
    channel = at.field("channel").maybe(Cursor.text)
    prices = at.field("prices").maybe(lambda each: each.choice(get_args(PriceMode)))
    return at.make(
        lambda: Order(
            lines,
            currency=currency,
            customer=customer,
            shipments=chosen,
            delivery_options=others,
            charges=charges,
            codes=codes,
            channel=channel,
            prices="net" if prices == "net" else "gross",
        )
    )


def _line(at: Cursor, currency: str) -> Line | None:
    if not known(at, Line):
        return None
    ident = at.field("id").text()
    product = _product(at.field("product"), currency)
    quantity = at.field("quantity").maybe(lambda each: each.whole(1, MAX_QUANTITY))
    unit_price = unit_price_at(at.field("unit_price"), currency)
    list_price = at.field("list_price").maybe(lambda each: each.money(currency, written=True))
    prices = {key: each.money(currency, written=True) for key, each in at.field("prices").fields()}
    tax = _percent(at.field("tax"))
    measure = at.field("measure").maybe(lambda each: each.decimal(written=True))
    position = at.field("position").maybe(lambda each: each.whole(-_FURTHEST, _FURTHEST))
    if product is None:
        return None
    return at.make(
        lambda: Line(
            ident,
            product,
            1 if quantity is None else quantity,
            unit_price=unit_price,
            list_price=list_price,
            prices=prices,
            tax=tax,
            measure=measure,
            position=position,
        )
    )


def _product(at: Cursor, currency: str) -> Product | None:
    if not known(at, Product):
        return None
    sku = at.field("sku").text()
    name = at.field("name").maybe(name_at)
    categories, tags = words_at(at.field("categories")), words_at(at.field("tags"))
    attributes = {key: attribute_at(each) for key, each in at.field("attributes").fields()}
    minimum_price = at.field("minimum_price").maybe(lambda each: _minimum(each, currency))
    discountable = at.field("discountable").maybe(Cursor.flag)
    return at.make(
        lambda: Product(
            sku,
            name=name,
            categories=categories,
            tags=tags,
            attributes=attributes,
            minimum_price=minimum_price,
            discountable=discountable is not False,
        )
    )


def _customer(at: Cursor) -> Customer | None:
    if not known(at, Customer):
        return None
    ident = at.field("id").text()
    tier = at.field("tier").maybe(tier_at)
    groups, tags = words_at(at.field("groups")), words_at(at.field("tags"))
    country = at.field("country").maybe(Cursor.text)
    since = at.field("since").maybe(Cursor.day)
    staff = at.field("staff").maybe(Cursor.flag)
    opted_in = at.field("opted_in").maybe(Cursor.flag)
    return at.make(
        lambda: Customer(
            ident,
            tier=tier,
            groups=groups,
            tags=tags,
            country=country,
            since=since,
            staff=staff is True,
            opted_in=opted_in,
        )
    )


def _shipment(at: Cursor, currency: str) -> Shipment | None:
    if not known(at, Shipment):
        return None
    ident, method, tax = at.field("id").text(), at.field("method").text(), _percent(at.field("tax"))
    charge = at.field("charge").maybe(lambda each: each.money(currency, written=True))
    return at.make(lambda: Shipment(ident, method, charge, tax=tax))


def _charge(at: Cursor, currency: str) -> Charge | None:
    if not known(at, Charge):
        return None
    ident, tax, name = at.field("id").text(), _percent(at.field("tax")), at.field("name").maybe(name_at)
    amount = at.field("amount").money(currency, written=True, negative=True)
    return at.make(lambda: Charge(ident, amount, tax=tax, name=name))


def unit_price_at(at: Cursor, currency: str) -> Money | UnitPrice:
    """The price of a unit; digits beyond those of the currency make it a `UnitPrice`."""
    digits = at.value.partition(".")[2] if isinstance(at.value, str) else ""
    if not currency or len(digits) <= DIGITS[currency]:
        return at.money(currency, written=True)
    number = at.decimal(written=True)
    return at.make(lambda: UnitPrice(number, currency)) or Money.of_minor(0, currency)


def _minimum(at: Cursor, currency: str) -> Money | Amounts | None:
    """An amount, `{"amount": "3.00", "currency": "USD"}`, or `{"EUR": "3.00", "USD": "3.50"}`."""
    if not isinstance(at.value, Mapping):
        return at.money(currency, written=True, negative=True)
    if "amount" in at.value:
        at.only(("amount", "currency"))
        return at.field("amount").money(at.field("currency").currency(), written=True, negative=True)
    each = [place.money(code, written=True, negative=True) for code, place in at.fields() if _is_currency(place, code)]
    return at.make(lambda: amounts(*each))


def _is_currency(at: Cursor, code: str) -> bool:
    return at.make(lambda: Money.of_minor(0, code)) is not None


def _percent(at: Cursor) -> Percent:
    """A percentage as text: digits, or a fraction such as "100/3"; none is 0."""
    if not at.is_there:
        return Percent(0)
    ratio = _RATIO.fullmatch(at.value) if isinstance(at.value, str) else None
    if ratio is None:
        number = at.decimal(written=True)
        return at.make(lambda: Percent(number)) or Percent(0)
    if int(ratio[2]) == 0:
        at.problem(f"`{at.value}` divides by zero")
        return Percent(0)
    return Percent(Fraction(int(ratio[1]), int(ratio[2])))
