"""Writes an order as this library's own document; `aftercare.interchange.native` says what the format is."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from aftercare.interchange.native import read_order
from aftercare.interchange.parts import VERSION
from aftercare.interchange.source import MAX_DIGITS
from aftercare.money import Money, UnitPrice
from aftercare.rates import ending_decimal
from aftercare.zones import aware

if TYPE_CHECKING:
    from datetime import datetime

    from aftercare.money import Amounts, Percent
    from aftercare.order import Attribute, Charge, Customer, Line, Order, Product, Shipment, Tier
    from aftercare.statement import Name


def write_order(order: Order, *, at: datetime | None = None) -> dict[str, Any]:
    """The order as a document of lists, objects and text, ready for `json.dumps`; *at* is when it was placed.

    What is written is read back, so that nothing is stored which could not be read later: raises `DocumentError` for
    an order beyond the bounds of documents, such as one of more than 10 000 lines.

    >>> from aftercare.order import Order
    >>> write_order(Order([], currency="EUR"))
    {'aftercare': 1, 'order': {'currency': 'EUR', 'prices': 'gross', 'lines': []}}
    """
    document: dict[str, Any] = {"aftercare": VERSION, "order": _order(order)}
    if at is not None:
        document["at"] = aware(at).isoformat()
    read_order(document)
    return document


def _order(order: Order) -> dict[str, Any]:
    return {
        "currency": order.currency,
        "prices": order.prices,
        "lines": [_line(line, order.currency) for line in order.lines],
        **_filled(
            customer=None if order.customer is None else _customer(order.customer),
            shipments=[_shipment(each) for each in order.shipments],
            delivery_options=[_shipment(each) for each in order.delivery_options],
            charges=[_charge(each) for each in order.charges],
            codes=list(order.codes),
            channel=order.channel,
        ),
    }


def _filled(**fields: Any) -> dict[str, Any]:
    """The fields that say anything: not None, not an empty list or object."""
    return {key: given for key, given in fields.items() if given is not None and given not in ([], {})}


def _line(line: Line, currency: str) -> dict[str, Any]:
    return {
        "id": line.id,
        "product": _product(line.product, currency),
        "quantity": line.quantity,
        "unit_price": _price(line.unit_price),
        **_filled(
            list_price=None if line.list_price is None else _amount(line.list_price),
            prices={key: _amount(given) for key, given in line.prices},
            tax=_rate(line.tax),
            measure=None if line.measure is None else _digits(line.measure),
            position=line.position,
        ),
    }


def _product(product: Product, currency: str) -> dict[str, Any]:
    return {
        "sku": product.sku,
        **_filled(
            name=_name(product.name),
            categories=list(product.categories),
            tags=list(product.tags),
            attributes={key: _attribute(given) for key, given in product.attributes},
            minimum_price=None if product.minimum_price is None else _minimum(product.minimum_price, currency),
            discountable=None if product.discountable else False,
        ),
    }


def _customer(customer: Customer) -> dict[str, Any]:
    return {
        "id": customer.id,
        **_filled(
            tier=None if customer.tier is None else _tier(customer.tier),
            groups=list(customer.groups),
            tags=list(customer.tags),
            country=customer.country,
            since=None if customer.since is None else customer.since.isoformat(),
            staff=customer.staff or None,
            opted_in=customer.opted_in,
        ),
    }


def _tier(tier: Tier) -> dict[str, Any]:
    return {"id": tier.id, "rank": tier.rank, **_filled(title=_name(tier.title))}


def _shipment(shipment: Shipment) -> dict[str, Any]:
    charge = None if shipment.charge is None else _amount(shipment.charge)
    return {"id": shipment.id, "method": shipment.method, **_filled(charge=charge, tax=_rate(shipment.tax))}


def _charge(charge: Charge) -> dict[str, Any]:
    return {
        "id": charge.id,
        "amount": _amount(charge.amount),
        **_filled(tax=_rate(charge.tax), name=_name(charge.name)),
    }


def _name(name: Name | None) -> str | dict[str, Any] | None:
    if name is None or not name.translations:
        return None if name is None else name.text
    return {"text": name.text, "translations": dict(name.translations)}


def _amount(money: Money) -> str:
    return f"{money.decimal:f}"


def _price(price: Money | UnitPrice) -> str:
    """Digits beyond those of the currency, were it only a zero, say that a price is a `UnitPrice`."""
    if isinstance(price, Money):
        return _amount(price)
    written = f"{price.amount:f}"
    if price.digits > Money.of_minor(0, price.currency).digits:
        return written
    return f"{written}0" if "." in written else f"{written}.0"


def _minimum(price: Money | Amounts, currency: str) -> str | dict[str, str]:
    if not isinstance(price, Money):
        return {each.currency: _amount(each) for each in price}
    if price.currency == currency:
        return _amount(price)
    return {"amount": _amount(price), "currency": price.currency}


def _rate(rate: Percent) -> str | None:
    if not rate.ratio:
        return None
    written = ending_decimal(rate.value)
    return f"{rate.value.numerator}/{rate.value.denominator}" if written is None else written


def _attribute(given: Attribute) -> str | int | bool | dict[str, str]:
    return {"decimal": _digits(given)} if isinstance(given, Decimal) else given


def _digits(number: Decimal) -> str:
    # Without an exponent, unless the digits would fill a book: reading back refuses that.
    return f"{number:f}" if number.is_finite() and abs(number.adjusted()) <= MAX_DIGITS else str(number)
