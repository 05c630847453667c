"""Reads an order of Shopify's REST Admin API or of its webhooks.

The order is read as it was placed, in the shop's currency: refunds, edits and cancellations since are told in the
notes, and discounts that Shopify took are kept in the reconciliation alone. Tips, duties and additional fees are
charges. A line's tax rate is the sum of its tax lines' rates; gift cards are not discountable. Its fulfilments are told
as events.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Final

import attrs

from aftercare.bounds import MAX_ITEMS
from aftercare.interchange.checks import ORDER, Check, OrderDocument, Reconciliation
from aftercare.interchange.cursor import Cursor, all_of, distinct
from aftercare.interchange.fulfilments import fulfilment_events
from aftercare.money import Money, Percent
from aftercare.order import MAX_QUANTITY, Charge, Customer, Line, Order, Product, Shipment

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from aftercare.history import Event
    from aftercare.interchange.source import Source
    from aftercare.order import Attribute

_TITLE: Final = "the Shopify order cannot be read"
_TOTALS: Final = ("total_line_items_price", "subtotal_price", "total_discounts", "total_tax", "total_price")


def read_shopify(source: Source, *, zone: str | ZoneInfo | None = None) -> OrderDocument:
    """The order of a payload, bare or as `{"order": {...}}`; its instant is `created_at`, on the clocks of *zone*.

    Raises `DocumentError` with everything that is wrong. Totals that do not add up are no error: see the
    reconciliation. Source: Shopify REST Admin API, "Order".

    >>> text = '''{"currency": "EUR", "taxes_included": true, "total_price": "5.00", "line_items":
    ...     [{"id": 1, "sku": "CUP", "quantity": 2, "price": "3.00"}]}'''
    >>> found = read_shopify(text)
    >>> found.order.goods, found.reconciliation.failures
    (Money("6.00", "EUR"), (Check('total_price', Money("5.00", "EUR"), Money("6.00", "EUR")),))
    """
    return shopify_order(Cursor.of(source), zone)


def shopify_order(root: Cursor, zone: str | ZoneInfo | None) -> OrderDocument:
    """As `read_shopify`, of a payload that is loaded already."""
    at = root.field("order") if root.field("order").is_there else root
    if not at.is_object:
        raise root.problems.error(_TITLE)
    shop = _Shop(at.field("currency").currency())
    listed = at.field("line_items")
    if not listed.is_there:
        listed.problem("is missing: expected a list")
    lines = all_of(listed.items(), shop.line)
    distinct(listed)
    shipments = all_of(at.field("shipping_lines").items(), shop.shipment)
    distinct(at.field("shipping_lines"))
    charges = shop.charges(at)
    customer = at.field("customer").maybe(_customer)
    codes = tuple(each.field("code").text() for each in at.field("discount_codes").items())
    channel = at.field("source_name").maybe_text()
    included = at.field("taxes_included").flag()
    placed = at.field("created_at").instant(zone)
    reference = at.field("id").maybe_word()
    discounts = shop.discounts(at)
    if not shop.any_tax_lines:
        shop.taxes(at)
    stated = shop.stated(at)
    shop.remark(at)
    order = at.make(
        lambda: Order(
            lines,
            currency=shop.currency,
            customer=customer,
            shipments=shipments,
            charges=charges,
            codes=codes,
            channel=channel,
            prices="gross" if included else "net",
        )
    )
    events: tuple[Event, ...] = ()
    if order is not None:
        events = fulfilment_events(at.field("fulfillments"), order, reference or ORDER, zone=zone, note=shop.note)
    if order is None or not root.is_clean:
        raise root.problems.error(_TITLE)
    checks = shop.checks(order, dict(stated))
    report = Reconciliation(checks=checks, stated=stated, discounts=discounts, notes=tuple(shop.notes))
    return OrderDocument(order, origin="shopify", reference=reference, at=placed, reconciliation=report, events=events)


def _customer(at: Cursor) -> Customer | None:
    if not at.is_object:
        return None
    ident = at.field("id").word()
    tags = (at.field("tags").maybe_text() or "").split(",")
    consent = at.field("email_marketing_consent").field("state").maybe_text()
    accepts = at.field("accepts_marketing").maybe(Cursor.flag)
    since = at.field("created_at").day()
    country = at.field("default_address").field("country_code").maybe_text()
    return at.make(
        lambda: Customer(
            ident,
            tags=[tag.strip() for tag in tags if tag.strip()],
            country=country,
            since=since,
            opted_in=accepts if consent is None else consent == "subscribed",
        )
    )


@attrs.define
class _Shop:
    """One payload on its way: its currency, what was decided, and the sums of its parts."""

    currency: str
    notes: list[str] = attrs.field(factory=list)
    tax: Money = attrs.field(init=False)
    any_tax_lines: bool = False
    off_goods: Money = attrs.field(init=False)
    off_shipping: Money = attrs.field(init=False)
    by_application: dict[int, Money] = attrs.field(factory=dict)

    def __attrs_post_init__(self) -> None:
        self.tax = self.off_goods = self.off_shipping = self.zero

    @property
    def zero(self) -> Money:
        return Money.of_minor(0, self.currency or "EUR")

    def note(self, at: Cursor, words: str) -> None:
        self.notes.append(f"{at.path}: {words}" if at.path else words)

    def amount(self, at: Cursor, key: str, *, negative: bool = False) -> Money | None:
        """The amount in the shop's currency: from the set beside the field where that is in the order's currency."""
        plain = at.field(key).maybe(lambda each: each.money(self.currency, negative=negative))
        shop = at.field(f"{key}_set").field("shop_money")
        if not shop.is_there:
            return plain
        code = shop.field("currency_code").text()
        if code != self.currency:
            self.note(shop, f"in `{code}`, the order in `{self.currency}`: left out, `{key}` is taken")
            return plain
        amount = shop.field("amount").money(self.currency, negative=negative)
        if plain is not None and plain != amount:
            self.note(shop, f"{amount} is taken, `{key}` says {plain}")
        return amount

    def price(self, at: Cursor) -> Money:
        found = self.amount(at, "price")
        if found is None:
            at.field("price").problem('is missing: expected an amount such as "12.40"')
        return found or self.zero

    def line(self, at: Cursor) -> Line | None:
        if not at.is_object:
            return None
        if at.field("tip_payment_gateway").is_there or at.field("tip_payment_method").is_there:
            self.note(at, "a tip: not goods, it is counted in `total_tip_received`")
            return None
        ident = at.field("id").maybe_word() or at.path
        quantity = at.field("quantity").whole(0, MAX_QUANTITY)
        left = at.field("current_quantity").maybe(lambda each: each.whole(0, MAX_QUANTITY))
        price = self.price(at)
        product = self.product(at)
        tax = self.taxes(at)
        for duty in at.field("duties").items():
            self.taxes(duty)
        off = self.allocated(at)
        self.off_goods += (self.amount(at, "total_discount") or self.zero) if off is None else off
        if quantity == 0:
            self.note(at, "quantity is 0: the line is left out")
            return None
        if left is not None and left < quantity:
            self.note(at, f"{left} of {quantity} are left after refunds or edits: read as it was placed")
        if product is None:
            return None
        return at.make(lambda: Line(ident, product, quantity, unit_price=price, tax=tax))

    def product(self, at: Cursor) -> Product | None:
        title = at.field("title").maybe_text() or at.field("name").maybe_text()
        variant, product = at.field("variant_id").maybe_word(), at.field("product_id").maybe_word()
        sku = at.field("sku").maybe_text()
        if sku is None:
            sku = f"variant-{variant}" if variant else f"product-{product}" if product else title
            self.note(at, f"no sku: `{sku}` stands for it")
        category = at.field("product_type").maybe_text()
        attributes: dict[str, Attribute] = {}
        grams = at.field("grams").maybe(lambda each: each.whole(0, 10**9))
        if grams is not None:
            attributes["weight"] = grams
        for key, name in (("vendor", "vendor"), ("variant", "variant_title")):
            given = at.field(name).maybe_text()
            if given is not None:
                attributes[key] = given
        gift_card = at.field("gift_card").maybe(Cursor.flag)
        return at.make(
            lambda: Product(
                sku or "",
                name=title,
                categories=() if category is None else (category,),
                attributes=attributes,
                discountable=not gift_card,
            )
        )

    def taxes(self, at: Cursor) -> Percent:
        """The rates of the tax lines here, added up; their amounts go to the sum of taxes."""
        ratio = Fraction(0)
        for each in at.field("tax_lines").items():
            self.any_tax_lines = True
            self.tax += self.amount(each, "price") or self.zero
            rate = each.field("rate")
            if rate.is_there:
                ratio += Fraction(rate.decimal())
            else:
                self.note(rate, "no rate: counted as 0%")
        return at.make(lambda: Percent(ratio * 100)) or Percent(0)

    def allocated(self, at: Cursor) -> Money | None:
        """What Shopify's discounts take off here, or None where it does not say."""
        total: Money | None = None
        for each in at.field("discount_allocations").items():
            amount = self.amount(each, "amount") or self.zero
            index = each.field("discount_application_index").whole(0, MAX_ITEMS)
            self.by_application[index] = self.by_application.get(index, self.zero) + amount
            total = (total or self.zero) + amount
        return total

    def shipment(self, at: Cursor) -> Shipment | None:
        if not at.is_object:
            return None
        if at.field("is_removed").value is True:
            self.note(at, "removed from the order: left out")
            return None
        ident = at.field("id").maybe_word() or at.path
        method = at.field("code").maybe_text() or at.field("title").text()
        price = self.price(at)
        tax = self.taxes(at)
        off, discounted = self.allocated(at), self.amount(at, "discounted_price")
        if off is None:
            off = self.zero if discounted is None else price - discounted
        self.off_shipping += off
        return at.make(lambda: Shipment(ident, method, price, tax=tax))

    def charges(self, at: Cursor) -> tuple[Charge, ...]:
        duties = self.amount(at, "original_total_duties") or self.amount(at, "current_total_duties")
        fees = self.amount(at, "original_total_additional_fees") or self.amount(at, "current_total_additional_fees")
        found = (("tip", self.amount(at, "total_tip_received")), ("duties", duties), ("additional-fees", fees))
        return tuple(Charge(ident, amount) for ident, amount in found if amount)

    def discounts(self, at: Cursor) -> tuple[tuple[str, Money], ...]:
        """What Shopify took off, by code or title; older payloads only tell it of codes."""
        applications = list(at.field("discount_applications").items())
        if self.by_application or self.off_goods or self.off_shipping:
            return tuple(
                (_label(applications[index]) if index < len(applications) else f"discount {index}", amount)
                for index, amount in sorted(self.by_application.items())
            )
        found = []
        for each in at.field("discount_codes").items():
            amount = self.amount(each, "amount") or self.zero
            if each.field("type").value == "shipping":
                self.off_shipping += amount
            else:
                self.off_goods += amount
            found.append((each.field("code").maybe_text() or "discount", amount))
        return tuple(found)

    def stated(self, at: Cursor) -> tuple[tuple[str, Money], ...]:
        found = ((name, self.amount(at, name, negative=True)) for name in _TOTALS)
        return tuple((name, amount) for name, amount in found if amount is not None)

    def remark(self, at: Cursor) -> None:
        """Note what happened since the order was placed, and the currency that the customer saw."""
        presented = at.field("presentment_currency").maybe_text()
        if presented is not None and presented != self.currency:
            self.note(at.field("presentment_currency"), f"shown to the customer in `{presented}`: not read")
        refunds = sum(1 for _ in at.field("refunds").items())
        if refunds:
            self.note(at.field("refunds"), f"{refunds} recorded: not read, the order is as it was placed")
        if at.field("cancelled_at").is_there:
            self.note(at.field("cancelled_at"), "the order was cancelled")

    def checks(self, order: Order, stated: dict[str, Money]) -> tuple[Check, ...]:
        off = self.off_goods + self.off_shipping
        shipping = sum((each.charge for each in order.shipments if each.charge is not None), self.zero)
        charges = sum((each.amount for each in order.charges), self.zero)
        tax_on_top = self.tax if order.prices == "net" else self.zero
        computed = {
            "total_line_items_price": order.goods,
            "subtotal_price": order.goods - self.off_goods,
            "total_discounts": off,
            "total_tax": self.tax,
            "total_price": order.goods - off + shipping + tax_on_top + charges,
        }
        return tuple(Check(name, stated[name], computed[name]) for name in _TOTALS if name in stated)


def _label(at: Cursor) -> str:
    found = (at.field(key).maybe_text() for key in ("code", "title", "description", "type"))
    return next((words for words in found if words is not None), "discount")
