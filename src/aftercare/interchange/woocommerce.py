"""Reads an order of WooCommerce's REST API, version 3.

WooCommerce tells every part of an order without tax, and the tax beside it, whatever `prices_include_tax` says; only
the order's total has both. Where customers see prices with tax, the order read here has gross prices: net and tax added
up. A line is read before coupons (`subtotal`), its unit price is as fine as the line needs, and `price` is ignored,
which is a float there. The order is read as it was placed; its refunds are told in the notes, and
when it was completed is when it was dispatched.
"""

from __future__ import annotations

from fractions import Fraction
from html import unescape
from typing import TYPE_CHECKING, Final

import attrs

from aftercare.currencies import DIGITS
from aftercare.exact import decimal_text, round_fraction
from aftercare.interchange.checks import ORDER, Check, OrderDocument, Reconciliation
from aftercare.interchange.cursor import Cursor, all_of, distinct
from aftercare.interchange.woocommerce_tax import Rate, optional_amount, part_rate, rates_of
from aftercare.money import Money, Percent, UnitPrice
from aftercare.order import MAX_QUANTITY, Charge, Customer, Line, Order, Product, Shipment
from aftercare.order_events import Dispatch

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from aftercare.interchange.source import Source

_TITLE: Final = "the WooCommerce order cannot be read"
_TOTALS: Final = ("discount_total", "discount_tax", "shipping_total", "shipping_tax", "cart_tax", "total_tax", "total")
_FINEST: Final = 8
_GONE: Final = ("cancelled", "failed", "refunded", "trash")


def read_woocommerce(source: Source, *, zone: str | ZoneInfo | None = None) -> OrderDocument:
    """The order of a payload; its instant is `date_created_gmt`, or else `date_created` on the clocks of *zone*.

    Raises `DocumentError` with everything that is wrong. Totals that do not add up are no error: see the
    reconciliation. Source: WooCommerce REST API v3, "Order properties".

    >>> text = '''{"currency": "EUR", "prices_include_tax": false, "total": "10.00", "line_items":
    ...     [{"id": 1, "product_id": 7, "quantity": 3, "subtotal": "10.00", "total": "10.00"}]}'''
    >>> found = read_woocommerce(text)
    >>> found.order.lines[0].unit_price, found.order.goods
    (UnitPrice("3.33333333", "EUR"), Money("10.00", "EUR"))
    """
    return woocommerce_order(Cursor.of(source), zone)


def woocommerce_order(root: Cursor, zone: str | ZoneInfo | None) -> OrderDocument:
    """As `read_woocommerce`, of a payload that is loaded already."""
    if not root.is_object:
        raise root.problems.error(_TITLE)
    shop = _Shop(root.field("currency").currency(), root.field("prices_include_tax").flag(), rates_of(root))
    listed = {key: root.field(key) for key in ("line_items", "shipping_lines", "fee_lines")}
    if not listed["line_items"].is_there:
        listed["line_items"].problem("is missing: expected a list")
    lines = all_of(listed["line_items"].items(), shop.line)
    shipments = all_of(listed["shipping_lines"].items(), shop.shipment)
    charges = all_of(listed["fee_lines"].items(), shop.charge)
    for each in listed.values():
        distinct(each)
    coupons = tuple(map(shop.coupon, root.field("coupon_lines").items()))
    customer = shop.customer(root)
    channel = root.field("created_via").maybe_text()
    reference = root.field("id").maybe_word()
    placed, sent = (_instant(root, key, zone) for key in ("date_created", "date_completed"))
    stated = shop.stated(root)
    shop.remark(root)
    order = root.make(
        lambda: Order(
            lines,
            currency=shop.currency,
            customer=customer,
            shipments=shipments,
            charges=charges,
            codes=[code for code, _ in coupons],
            channel=channel,
            prices="gross" if shop.gross else "net",
        )
    )
    if order is None:
        raise root.problems.error(_TITLE)
    checks = tuple(Check(name, amount, shop.money(shop.sums[name])) for name, amount in stated)
    report = Reconciliation(checks=checks, stated=stated, discounts=coupons, notes=tuple(shop.notes))
    events = () if sent is None else (Dispatch(f"{reference or ORDER}-completed", sent, reference or ORDER),)
    return OrderDocument(
        order, origin="woocommerce", reference=reference, at=placed, reconciliation=report, events=events
    )


def _instant(root: Cursor, key: str, zone: str | ZoneInfo | None) -> datetime | None:
    universal = root.field(f"{key}_gmt")
    return universal.instant(zone, local="UTC") if universal.is_there else root.field(key).instant(zone)


def _exact(at: Cursor) -> Fraction:
    return Fraction(at.decimal())


@attrs.define
class _Shop:
    """One payload on its way: its currency and price mode, what was decided, and the sums of its parts."""

    currency: str
    gross: bool
    rates: dict[str, Rate]
    notes: list[str] = attrs.field(factory=list)
    sums: dict[str, Fraction] = attrs.field(factory=lambda: dict.fromkeys(_TOTALS, Fraction(0)))

    @property
    def minors(self) -> int:
        """How many minor units one major unit has."""
        return int(10 ** DIGITS[self.currency or "EUR"])

    def money(self, amount: Fraction) -> Money:
        """The amount, rounded half up: WooCommerce can be asked for more digits than the currency has."""
        minor = amount * self.minors
        return Money.of_minor(round_fraction(minor.numerator, minor.denominator), self.currency or "EUR")

    def note(self, at: Cursor, words: str) -> None:
        self.notes.append(f"{at.path}: {words}")

    def add(self, amount: Fraction, *names: str) -> None:
        for name in names:
            self.sums[name] += amount

    def rounded(self, at: Cursor, amount: Fraction) -> Money:
        found = self.money(amount)
        if Fraction(found.minor, self.minors) != amount:
            self.note(at, f"finer than {self.currency}: rounded half up to {found}")
        return found

    def line(self, at: Cursor) -> Line | None:
        if not at.is_object:
            return None
        ident = at.field("id").maybe_word() or at.path
        count = at.field("quantity").decimal()
        if not 0 <= count <= MAX_QUANTITY:
            at.field("quantity").problem(f"`{count}` is not a quantity from 0 to {MAX_QUANTITY}")
        net, tax = _exact(at.field("subtotal")), optional_amount(at.field("subtotal_tax"))
        final = _exact(at.field("total")) if at.field("total").is_there else net
        final_tax = optional_amount(at.field("total_tax"))
        self.add(net - final, "discount_total")
        self.add(tax - final_tax, "discount_tax")
        self.add(final_tax, "cart_tax", "total_tax")
        self.add(final + final_tax, "total")
        rate = self.rate(at, net, tax)
        product = self.product(at)
        if count == 0:
            self.note(at, "quantity is 0: the line is left out")
            return None
        if product is None or not at.is_clean or not self.currency:
            return None
        exact = net + tax if self.gross else net
        price = self.unit_price(at, exact / Fraction(count))
        measure = None if count == count.to_integral_value() else count
        if measure is not None:
            self.note(at, f"quantity `{count}` is not whole: read as one unit of measure {count}")
        line = at.make(
            lambda: Line(ident, product, 1 if measure else int(count), unit_price=price, tax=rate, measure=measure)
        )
        if line is not None and line.total != self.rounded(at.field("subtotal"), exact):
            at.problem(f"{self.money(exact)} cannot be the price of {count} units, of {_FINEST} digits at most")
        return line

    def unit_price(self, at: Cursor, exact: Fraction) -> Money | UnitPrice:
        minor = exact * self.minors
        if minor.denominator == 1:
            return Money.of_minor(minor.numerator, self.currency)
        unscaled = exact * 10**_FINEST
        written = decimal_text(round_fraction(unscaled.numerator, unscaled.denominator), _FINEST)
        if unscaled.denominator != 1:
            self.note(at, f"the line's price does not divide by its quantity: a unit is {written}, the line is exact")
        return at.make(lambda: UnitPrice(written, self.currency)) or Money.of_minor(0, self.currency)

    def product(self, at: Cursor) -> Product | None:
        sku = at.field("sku").maybe_text()
        name = unescape(at.field("name").maybe_text() or "")
        variation, product = at.field("variation_id").maybe_word(), at.field("product_id").maybe_word()
        if sku is None:
            sku = f"variation-{variation}" if variation else f"product-{product}" if product else name
            self.note(at, f"no sku: `{sku}` stands for it")
        return at.make(lambda: Product(sku, name=name if name.strip() else None))

    def rate(self, at: Cursor, net: Fraction, tax: Fraction) -> Percent:
        return part_rate(at, self.rates, net, tax, cent=Fraction(1, self.minors), note=self.note)

    def price_of(self, at: Cursor) -> tuple[Money, Percent, Fraction, Fraction]:
        """What a fee or a delivery costs in the order's price mode, its rate, its net price and its tax."""
        net, tax = _exact(at.field("total")), optional_amount(at.field("total_tax"))
        price = self.rounded(at.field("total"), net + tax if self.gross else net)
        return price, self.rate(at, net, tax), net, tax

    def shipment(self, at: Cursor) -> Shipment | None:
        if not at.is_object:
            return None
        ident = at.field("id").maybe_word() or at.path
        method = at.field("method_id").maybe_text() or at.field("method_title").text()
        price, rate, net, tax = self.price_of(at)
        self.add(net, "shipping_total", "total")
        self.add(tax, "shipping_tax", "total_tax", "total")
        return at.make(lambda: Shipment(ident, method, price, tax=rate))

    def charge(self, at: Cursor) -> Charge | None:
        if not at.is_object:
            return None
        ident = at.field("id").maybe_word() or at.path
        name = unescape(at.field("name").maybe_text() or "")
        price, rate, net, tax = self.price_of(at)
        self.add(net, "total")
        self.add(tax, "cart_tax", "total_tax", "total")
        return at.make(lambda: Charge(ident, price, tax=rate, name=name if name.strip() else None))

    def coupon(self, at: Cursor) -> tuple[str, Money]:
        taken = optional_amount(at.field("discount"))
        tax = optional_amount(at.field("discount_tax"))
        return at.field("code").text(), self.money(taken + tax if self.gross else taken)

    def customer(self, root: Cursor) -> Customer | None:
        ident = root.field("customer_id").maybe_word()
        if ident is None:
            self.note(root.field("customer_id"), "a guest: the order has no customer")
            return None
        countries = (root.field(address).field("country").maybe_text() for address in ("billing", "shipping"))
        country = next((each for each in countries if each is not None), None)
        return root.make(lambda: Customer(ident, country=country))

    def stated(self, root: Cursor) -> tuple[tuple[str, Money], ...]:
        there = (name for name in _TOTALS if root.field(name).is_there)
        return tuple((name, self.money(_exact(root.field(name)))) for name in there)

    def remark(self, root: Cursor) -> None:
        """Note what happened since the order was placed."""
        refunds = sum(1 for _ in root.field("refunds").items())
        if refunds:
            self.note(root.field("refunds"), f"{refunds} recorded: not read, the order is as it was placed")
        if root.field("status").value in _GONE:
            self.note(root.field("status"), f"the order is `{root.field('status').value}`")
