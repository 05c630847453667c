"""The order as the shop sees it: lines of products, a customer, shipments and charges, all immutable.

Mappings and iterables given here are stored as sorted tuples, so that equal orders are equal values.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypeVar, get_args

import attrs

from aftercare.bounds import MAX_ITEMS, checked, checked_all, checked_text, listed, text_trouble
from aftercare.canonical import Coded
from aftercare.errors import OrderError, did_you_mean, is_a
from aftercare.exact import MAX_DIGITS
from aftercare.money import Amounts, Money, Percent, UnitPrice, minor_money, percent, round_fraction
from aftercare.statement import Name, maybe_name
from aftercare.zones import plain_day

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

_T = TypeVar("_T")
PriceMode: TypeAlias = Literal["gross", "net"]
Attribute: TypeAlias = "str | int | Decimal | bool"

MAX_QUANTITY = 1_000_000


def _few(what: str, found: tuple[_T, ...]) -> tuple[_T, ...]:
    if len(found) > MAX_ITEMS:
        msg = f"{len(found)} {what}: allowed: at most {MAX_ITEMS}, as many as are read back"
        raise OrderError(msg)
    return found


def _all(what: str, given: Iterable[_T], kind: type[_T], example: str) -> tuple[_T, ...]:
    return () if given == () else _few(what, checked_all(what, given, kind, example))


def _maybe_text(what: str, given: Any) -> None:
    if given is not None:
        checked_text(f"{what}, None where it is not known,", given)


def _words(given: Iterable[str]) -> tuple[str, ...]:
    if given == ():
        return ()
    if isinstance(given, str):
        msg = f"`{given}` is one text where several are expected: write `({given!r},)`"
        raise OrderError(msg)
    return _few("words", tuple(sorted({checked_text("an entry", part) for part in listed("words", given, "'cups'")})))


def _named(what: str, given: Mapping[str, _T] | Iterable[tuple[str, _T]]) -> tuple[tuple[str, _T], ...]:
    if given == ():
        return ()
    try:
        known = dict(given)
    except (TypeError, ValueError):
        msg = f"the {what} are `{given!r}`, which names nothing: give a dictionary from the name of each to its value"
        raise OrderError(msg) from None
    for key in known:
        trouble = text_trouble(checked(f"the name of one of the {what}", key, str, "'colour'"))
        if trouble is not None:
            msg = f"the name of one of the {what} {trouble}"
            raise OrderError(msg)
    return tuple(sorted(known.items(), key=itemgetter(0)))


def _attributes(given: Mapping[str, Attribute] | Iterable[tuple[str, Attribute]]) -> tuple[tuple[str, Attribute], ...]:
    return _named("attributes", given)


def _prices(given: Mapping[str, Money] | Iterable[tuple[str, Money]]) -> tuple[tuple[str, Money], ...]:
    return _named("prices", given)


def _lines(given: Iterable[Line]) -> tuple[Line, ...]:
    return _all("lines", given, Line, "Line('1', Product('CUP'), unit_price=eur(3))")


def _shipments(given: Iterable[Shipment]) -> tuple[Shipment, ...]:
    return _all("shipments", given, Shipment, "Shipment('parcel', 'standard')")


def _charges(given: Iterable[Charge]) -> tuple[Charge, ...]:
    return _all("charges", given, Charge, "Charge('deposit', eur('0.25'))")


def _codes(given: Iterable[str]) -> tuple[str, ...]:
    """Codes are a set: without spaces around them, one spelling of each."""
    known: dict[str, str] = {}
    for code in _words(given):
        known.setdefault(code.strip().casefold(), code.strip())
    return tuple(sorted(known.values()))


def _rate(given: Percent | int | str | Decimal) -> Percent:
    return percent(given)


def _number(what: str, given: Any, least: int) -> None:
    if isinstance(given, bool) or not isinstance(given, int) or not least <= given <= MAX_QUANTITY:
        msg = f"{what} is a whole number from {least} to {MAX_QUANTITY}, given `{given!r}`"
        raise OrderError(msg)


def _money(what: str, given: Any, *kinds: type) -> None:
    if not isinstance(given, kinds or Money):
        msg = f"{what} is `{given!r}`, which is no amount: write one with its currency, such as `eur('12.40')`"
        raise OrderError(msg)


def _attribute_trouble(given: Attribute) -> str | None:
    """Why a document cannot hold an attribute; None where it can."""
    if isinstance(given, str):
        return text_trouble(given)
    if isinstance(given, Decimal):
        fits = abs(given.adjusted()) < MAX_DIGITS and len(given.as_tuple().digits) <= MAX_DIGITS // 2
    else:
        fits = abs(given) < 10**MAX_DIGITS
    return None if fits else f"has more digits than a document holds: allowed: at most {MAX_DIGITS}, 30 of a `Decimal`"


def _is_measure(given: Any) -> bool:
    return isinstance(given, Decimal) and given.is_finite() and given > 0


def _maybe_day(given: date | None) -> date | None:
    return None if given is None else plain_day(given)


@attrs.frozen(repr=False)
class Tier(Coded):
    """A loyalty tier; a higher *rank* is a better tier.

    >>> Tier("gold", 2).rank
    2
    """

    id: str
    rank: int
    title: Name | None = attrs.field(default=None, converter=maybe_name, kw_only=True, eq=False)

    def __attrs_post_init__(self) -> None:
        checked_text("a tier", self.id)
        _number("a tier's rank", self.rank, 0)

    @property
    def name(self) -> Name:
        """What customers read: the title, or the id where there is none."""
        return self.title or Name(self.id)


@attrs.frozen(eq=False, repr=False)
class Product(Coded):
    """What is sold: a SKU with what policies may ask about it.

    *attributes* are any facts of one unit (numbers among them can be summed over the cart, such as a weight);
    below *minimum_price* no promotion goes; what is not *discountable* takes part in no promotion.

    >>> Product("CUP", categories=["cups"], attributes={"weight": 300}).attribute("weight")
    300
    """

    sku: str
    name: Name | None = attrs.field(default=None, converter=maybe_name, kw_only=True)
    categories: tuple[str, ...] = attrs.field(default=(), converter=_words, kw_only=True)
    tags: tuple[str, ...] = attrs.field(default=(), converter=_words, kw_only=True)
    attributes: tuple[tuple[str, Attribute], ...] = attrs.field(default=(), converter=_attributes, kw_only=True)
    minimum_price: Money | Amounts | None = attrs.field(default=None, kw_only=True)
    discountable: bool = attrs.field(default=True, kw_only=True)

    def __attrs_post_init__(self) -> None:
        checked_text("a sku", self.sku)
        if self.minimum_price is not None:
            _money(f"the minimum price of `{self.sku}`", self.minimum_price, Money, Amounts)
        for key, given in self.attributes:
            if not is_a(given, str, int, Decimal) or (isinstance(given, Decimal) and not given.is_finite()):
                msg = f"attribute `{key}` of `{self.sku}` is `{given!r}`: use text, whole numbers, `Decimal` or yes/no"
                raise OrderError(msg)
            trouble = _attribute_trouble(given)
            if trouble is not None:
                msg = f"attribute `{key}` of `{self.sku}` {trouble}"
                raise OrderError(msg)
        checked(f"whether `{self.sku}` is discountable", self.discountable, bool, "True")

    def attribute(self, key: str) -> Attribute | None:
        """The attribute named *key*, or None."""
        return dict(self.attributes).get(key)


@attrs.frozen(eq=False, repr=False)
class Line(Coded):
    """One line of an order: *quantity* units of a product at one price.

    *unit_price* may be finer than a minor unit; the line is rounded once. Goods sold by measure are one unit with a
    *measure* (1.25 kg), and their price is for one of it. *prices* are other named prices of a unit, such as
    ``member``. *position* is the place in the basket, where a rule reads basket order. Raises `OrderError`.

    >>> Line("1", Product("SCREW"), 40, unit_price=UnitPrice("0.0125", "EUR")).total
    Money("0.50", "EUR")
    """

    id: str
    product: Product
    quantity: int = 1
    unit_price: Money | UnitPrice = attrs.field(kw_only=True)
    list_price: Money | None = attrs.field(default=None, kw_only=True)
    prices: tuple[tuple[str, Money], ...] = attrs.field(default=(), converter=_prices, kw_only=True)
    tax: Percent = attrs.field(default=Percent(0), converter=_rate, kw_only=True)
    measure: Decimal | None = attrs.field(default=None, kw_only=True)
    position: int | None = attrs.field(default=None, kw_only=True)

    def __attrs_post_init__(self) -> None:
        checked_text("a line id", self.id)
        if type(self.product) is not Product:
            checked(f"the product of line `{self.id}`", self.product, Product, "Product('CUP')")
        _number(f"the quantity of line `{self.id}`", self.quantity, 1)
        _money(f"the unit price of line `{self.id}`", self.unit_price, Money, UnitPrice)
        if self.position is not None:
            _number(f"the position of line `{self.id}`", self.position, 0)
        if self.unit_price.minor < 0:
            msg = (
                f"the unit price of line `{self.id}` is `{self.unit_price}`: prices are never negative, use a `Charge`"
            )
            raise OrderError(msg)
        for what, given in (("list price", self.list_price), *((f"price `{key}`", each) for key, each in self.prices)):
            if given is None:
                continue
            _money(f"the {what} of line `{self.id}`", given)
            if given.currency != self.currency:
                msg = f"the {what} of line `{self.id}` is in `{given.currency}`, its unit price in `{self.currency}`"
                raise OrderError(msg)
            if given.minor < 0:
                msg = f"the {what} of line `{self.id}` is `{given}`: prices are never negative"
                raise OrderError(msg)
        if self.measure is not None and (self.quantity != 1 or not _is_measure(self.measure)):
            msg = (
                f"line `{self.id}` has a measure: it is one unit with a `Decimal` above zero, "
                f"given {self.quantity} with `{self.measure!r}`"
            )
            raise OrderError(msg)

    @property
    def currency(self) -> str:
        """The ISO code of the line's currency."""
        return self.unit_price.currency

    @property
    def minor(self) -> int:
        """The line's price before promotions, in minor units, rounded once, half up."""
        exact = self.unit_price.minor * self.quantity
        if self.measure is None and isinstance(exact, int):
            return exact
        fraction = Fraction(exact) * Fraction(self.measure or 1)
        return round_fraction(fraction.numerator, fraction.denominator, "half_up")

    @property
    def total(self) -> Money:
        """The line's price before promotions, rounded once, half up."""
        return minor_money(self.minor, self.currency)


@attrs.frozen(eq=False, repr=False)
class Shipment(Coded):
    """One delivery by a *method*; without a *charge*, the book's delivery tariffs set it.

    >>> Shipment("parcel", "standard", Money("4.95", "EUR")).method
    'standard'
    """

    id: str
    method: str
    charge: Money | None = None
    tax: Percent = attrs.field(default=Percent(0), converter=_rate, kw_only=True)

    def __attrs_post_init__(self) -> None:
        checked_text("a shipment id", self.id)
        checked_text("a delivery method", self.method)
        if self.charge is None:
            return
        _money(f"the charge of shipment `{self.id}`", self.charge)
        if self.charge.minor < 0:
            msg = f"the charge of shipment `{self.id}` is `{self.charge}`: it is never negative, use a promotion"
            raise OrderError(msg)


@attrs.frozen(eq=False, repr=False)
class Charge(Coded):
    """A fee, deposit or levy: never discounted, and it may be negative.

    >>> Charge("bottle-deposit", Money("0.25", "EUR")).amount
    Money("0.25", "EUR")
    """

    id: str
    amount: Money
    tax: Percent = attrs.field(default=Percent(0), converter=_rate, kw_only=True)
    name: Name | None = attrs.field(default=None, converter=maybe_name, kw_only=True)

    def __attrs_post_init__(self) -> None:
        checked_text("a charge id", self.id)
        _money(f"the amount of charge `{self.id}`", self.amount)


@attrs.frozen(eq=False, repr=False)
class Customer(Coded):
    """Who buys; what is not known is None, and a policy that asks for it does not hold.

    >>> Customer("C-7", tier=Tier("gold", 2), country="PL").tier
    Tier('gold', 2)
    """

    id: str
    tier: Tier | None = attrs.field(default=None, kw_only=True)
    groups: tuple[str, ...] = attrs.field(default=(), converter=_words, kw_only=True)
    tags: tuple[str, ...] = attrs.field(default=(), converter=_words, kw_only=True)
    country: str | None = attrs.field(default=None, kw_only=True)
    since: date | None = attrs.field(default=None, converter=_maybe_day, kw_only=True)
    staff: bool = attrs.field(default=False, kw_only=True)
    opted_in: bool | None = attrs.field(default=None, kw_only=True)

    def __attrs_post_init__(self) -> None:
        checked_text("a customer id", self.id)
        if self.tier is not None and type(self.tier) is not Tier:
            msg = f"the tier of `{self.id}` is `{self.tier!r}`: give a tier with its rank, as `Tier('gold', 2)`"
            raise OrderError(msg)
        _maybe_text(f"the country of `{self.id}`", self.country)
        checked(f"whether `{self.id}` is of the staff", self.staff, bool, "True")
        if self.opted_in is not None:
            checked(f"whether `{self.id}` has opted in", self.opted_in, bool, "True")


@attrs.frozen(eq=False, repr=False)
class Order(Coded):
    """An order as it stands before promotions: an immutable snapshot in one currency.

    *prices* says whether unit prices, charges and shipments include tax (``gross``) or not (``net``). All *shipments*
    are due; *delivery_options* are the alternatives the shopper did not choose. Raises `OrderError`.

    >>> Order([Line("1", Product("CUP"), 2, unit_price=Money("3.00", "EUR"))], currency="EUR").goods
    Money("6.00", "EUR")
    """

    lines: tuple[Line, ...] = attrs.field(converter=_lines)
    currency: str = attrs.field(kw_only=True)
    customer: Customer | None = attrs.field(default=None, kw_only=True)
    shipments: tuple[Shipment, ...] = attrs.field(default=(), converter=_shipments, kw_only=True)
    delivery_options: tuple[Shipment, ...] = attrs.field(default=(), converter=_shipments, kw_only=True)
    charges: tuple[Charge, ...] = attrs.field(default=(), converter=_charges, kw_only=True)
    codes: tuple[str, ...] = attrs.field(default=(), converter=_codes, kw_only=True)
    channel: str | None = attrs.field(default=None, kw_only=True)
    prices: PriceMode = attrs.field(default="gross", kw_only=True)

    def __attrs_post_init__(self) -> None:
        if self.prices not in get_args(PriceMode):
            msg = f"`{self.prices}` is not a price mode: {did_you_mean(self.prices, get_args(PriceMode))}"
            raise OrderError(msg)
        _maybe_text("the channel of an order", self.channel)
        if self.customer is not None:
            checked("the customer of an order", self.customer, Customer, "Customer('C-7')")
        Money.of_minor(0, self.currency)
        for line in self.lines:
            self._same_currency(f"line `{line.id}`", line.currency)
        for shipment in (*self.shipments, *self.delivery_options):
            if shipment.charge is not None:
                self._same_currency(f"shipment `{shipment.id}`", shipment.charge.currency)
        for charge in self.charges:
            self._same_currency(f"charge `{charge.id}`", charge.amount.currency)
        _distinct("line", self.lines)
        _distinct("shipment", (*self.shipments, *self.delivery_options))
        _distinct("charge", self.charges)

    @cached_property
    def places(self) -> Mapping[str, int]:
        """Where each line stands, by its id."""
        return {line.id: place for place, line in enumerate(self.lines)}

    @cached_property
    def quantities(self) -> Mapping[str, int]:
        """How many units each line has, by its id."""
        return {line.id: line.quantity for line in self.lines}

    def _same_currency(self, what: str, currency: str) -> None:
        if currency != self.currency:
            msg = f"{what} is in `{currency}`, the order in `{self.currency}`: an order has one currency"
            raise OrderError(msg)

    def with_products(self, products: Iterable[Product]) -> Order:
        """The same order with the shop's own products in place of those with the same SKU.

        For orders read from a platform's payload, which knows less of a product than the shop does; a name that only
        the payload has stays.

        >>> order = Order([Line("1", Product("CUP"), unit_price=Money("3.00", "EUR"))], currency="EUR")
        >>> order.with_products([Product("CUP", categories=["cups"])]).lines[0].product.categories
        ('cups',)
        """
        known = {each.sku: each for each in checked_all("products", products, Product, "Product('CUP')")}
        lines = []
        for line in self.lines:
            product = known.get(line.product.sku, line.product)
            if product.name is None:
                product = attrs.evolve(product, name=line.product.name)
            lines.append(attrs.evolve(line, product=product))
        return attrs.evolve(self, lines=lines)

    @property
    def goods(self) -> Money:
        """The price of all lines before promotions, in the order's price mode."""
        return minor_money(sum(line.minor for line in self.lines), self.currency)


def _distinct(what: str, given: Iterable[Line | Shipment | Charge]) -> None:
    seen: set[str] = set()
    for each in given:
        if each.id in seen:
            msg = f"two {what}s have the id `{each.id}`: give each its own"
            raise OrderError(msg)
        seen.add(each.id)
