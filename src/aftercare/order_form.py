"""An order as a document of lists, objects and text, which keeps every digit; `aftercare.interchange` reads it back."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from aftercare.calendar import BusinessDays, Days, Months
from aftercare.exact import MAX_DIGITS
from aftercare.money import Money, UnitPrice
from aftercare.rates import ending_decimal

if TYPE_CHECKING:
    from datetime import datetime

    from aftercare.calendar import Span
    from aftercare.money import Amounts, Percent
    from aftercare.order import Attribute, Charge, Customer, Line, Order, Product, Shipment, Tier
    from aftercare.statement import Name

SPANS: Final[dict[str, type[Span]]] = {"days": Days, "months": Months, "business_days": BusinessDays}
"""The spans by the words that a document has for them."""


def order_form(order: Order) -> dict[str, Any]:
    """The order as lists, objects and text, without what says nothing."""
    return {
        "currency": order.currency,
        "prices": order.prices,
        "lines": [_line(line, order.currency) for line in order.lines],
        **filled(
            customer=None if order.customer is None else _customer(order.customer),
            shipments=[_shipment(each) for each in order.shipments],
            delivery_options=[_shipment(each) for each in order.delivery_options],
            charges=[_charge(each) for each in order.charges],
            codes=list(order.codes),
            channel=order.channel,
        ),
    }


def filled(**fields: Any) -> dict[str, Any]:
    """The fields that say anything: not None, not an empty list or object."""
    return {key: given for key, given in fields.items() if given is not None and given not in ([], {})}


def _line(line: Line, currency: str) -> dict[str, Any]:
    return {
        "id": line.id,
        "product": _product(line.product, currency),
        "quantity": line.quantity,
        "unit_price": price_form(line.unit_price),
        **filled(
            list_price=None if line.list_price is None else amount_form(line.list_price),
            prices={key: amount_form(given) for key, given in line.prices},
            tax=_rate(line.tax),
            measure=None if line.measure is None else _digits(line.measure),
            position=line.position,
        ),
    }


def _product(product: Product, currency: str) -> dict[str, Any]:
    return {
        "sku": product.sku,
        **filled(
            name=_name(product.name),
            categories=list(product.categories),
            tags=list(product.tags),
            attributes={key: attribute_form(given) for key, given in product.attributes},
            minimum_price=None if product.minimum_price is None else _minimum(product.minimum_price, currency),
            discountable=None if product.discountable else False,
        ),
    }


def _customer(customer: Customer) -> dict[str, Any]:
    return {
        "id": customer.id,
        **filled(
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
    return {"id": tier.id, "rank": tier.rank, **filled(title=_name(tier.title))}


def _shipment(shipment: Shipment) -> dict[str, Any]:
    charge = None if shipment.charge is None else amount_form(shipment.charge)
    return {"id": shipment.id, "method": shipment.method, **filled(charge=charge, tax=_rate(shipment.tax))}


def _charge(charge: Charge) -> dict[str, Any]:
    return {
        "id": charge.id,
        "amount": amount_form(charge.amount),
        **filled(tax=_rate(charge.tax), name=_name(charge.name)),
    }


def _name(name: Name | None) -> str | dict[str, Any] | None:
    if name is None or not name.translations:
        return None if name is None else name.text
    return {"text": name.text, "translations": dict(name.translations)}


def amount_form(money: Money) -> str:
    """The digits of an amount, whose currency is told elsewhere."""
    return f"{money.decimal:f}"


def price_form(price: Money | UnitPrice) -> str:
    """The digits of a price, whose currency is told elsewhere.

    Digits beyond those of the currency, were it only a zero, say that a price is a `UnitPrice`.
    """
    if isinstance(price, Money):
        return amount_form(price)
    written = f"{price.amount:f}"
    if price.digits > Money.of_minor(0, price.currency).digits:
        return written
    return f"{written}0" if "." in written else f"{written}.0"


def _minimum(price: Money | Amounts, currency: str) -> str | dict[str, str]:
    if not isinstance(price, Money):
        return {each.currency: amount_form(each) for each in price}
    if price.currency == currency:
        return amount_form(price)
    return {"amount": amount_form(price), "currency": price.currency}


def _rate(rate: Percent) -> str | None:
    if not rate.ratio:
        return None
    written = ending_decimal(rate.value)
    return f"{rate.value.numerator}/{rate.value.denominator}" if written is None else written


def attribute_form(given: Attribute) -> str | int | bool | dict[str, str]:
    """An attribute, so that a decimal is told from a text."""
    return {"decimal": _digits(given)} if isinstance(given, Decimal) else given


def _digits(number: Decimal) -> str:
    # Without an exponent, unless the digits would fill a book: reading back refuses that.
    return f"{number:f}" if number.is_finite() and abs(number.adjusted()) <= MAX_DIGITS else str(number)


def instant_form(moment: datetime) -> str:
    """An instant with the zone on whose clocks it is told, as ``2026-03-01T12:00:00+01:00[Europe/Warsaw]``.

    >>> from datetime import UTC, datetime
    >>> instant_form(datetime(2026, 3, 1, 12, tzinfo=ZoneInfo("Europe/Warsaw")))
    '2026-03-01T12:00:00+01:00[Europe/Warsaw]'
    """
    zone = moment.tzinfo
    return f"{moment.isoformat()}[{zone.key}]" if isinstance(zone, ZoneInfo) else moment.isoformat()


def span_form(span: Span) -> dict[str, int]:
    """A span by its word, without the calendar that says which days are worked."""
    return next({word: span.n} for word, kind in SPANS.items() if isinstance(span, kind))
