"""The words in which policies are written: the facts of an item, the cart, the customer and the clock.

Each attribute or method of `item`, `cart`, `customer`, `clock` and `custom` is a fact to compare, or already a
condition where the fact is a yes or no.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeVar, overload

import attrs

from aftercare.errors import PolicyError
from aftercare.order import PriceMode, Product
from aftercare.policies.condition import (
    Basis,
    Combination,
    Condition,
    ItemCombination,
    ItemCondition,
    Reading,
    at_least,
)
from aftercare.policies.fact import Count, Day, Quantity, Rank, Value, Words, flag
from aftercare.statement import Name, name

if TYPE_CHECKING:
    from collections.abc import Callable

Goods: TypeAlias = "ItemCondition | Product | str"
Function: TypeAlias = "Callable[..., Any] | str"
C = TypeVar("C", Condition, ItemCondition)


def goods(of: Goods) -> ItemCondition:
    """The item condition for goods that may be named by a product or its SKU.

    >>> goods("CUP")
    item.sku.is_('CUP')
    """
    if isinstance(of, ItemCondition):
        return of
    if isinstance(of, Product):
        condition = item.sku.is_(of.sku)
        return condition if of.name is None else condition.named(of.name.text, **dict(of.name.translations))
    if isinstance(of, str):
        return item.sku.is_(of)
    msg = f"`{of!r}` does not say which goods: allowed: an item condition, a `Product` or a SKU"  # type: ignore[unreachable]
    raise PolicyError(msg)


def maybe_goods(of: Goods | None) -> ItemCondition | None:
    """The item condition for goods, or None for all goods."""
    return None if of is None else goods(of)


def _reference(function: Function) -> str:
    """The importable name of *function*, as ``module:name``."""
    if isinstance(function, str):
        module, _, attribute = function.partition(":")
        if not module or not attribute:
            msg = f"`{function}` does not name a function: write `module:name`"
            raise PolicyError(msg)
        return function
    reference = f"{function.__module__}:{function.__qualname__}"
    if "<" in reference:
        msg = f"`{reference}` cannot be imported by name: give a function defined at the top of a module"
        raise PolicyError(msg)
    return reference


def resolve(reference: str) -> Callable[..., Any]:
    """The function that ``module:name`` names; raises `PolicyError` when there is none."""
    module, _, attribute = reference.partition(":")
    try:
        found: Any = importlib.import_module(module)
        for part in attribute.split("."):
            found = getattr(found, part)
    except (ImportError, AttributeError) as error:
        msg = f"`{reference}` cannot be imported: {error}; it must be a function at the top of an importable module"
        raise PolicyError(msg) from error
    if not callable(found):
        msg = f"`{reference}` is not a function: it must be a function at the top of an importable module"
        raise PolicyError(msg)
    function: Callable[..., Any] = found
    return function


def _custom(kind: str, function: Function, label: Name | str | None) -> Reading:
    reference = _reference(function)
    return Reading(kind, key=reference, label=None if label is None else name(label))


@attrs.frozen
class Item:
    """The facts of one line's goods, as ``item``.

    >>> item.category.is_("coffee") & ~item.on_sale
    item.category.is_('coffee') & ~item.on_sale
    """

    sku: Words[ItemCondition] = Words(Reading("item.sku"))
    category: Words[ItemCondition] = Words(Reading("item.category"))
    tag: Words[ItemCondition] = Words(Reading("item.tag"))
    line: Words[ItemCondition] = Words(Reading("item.line"))
    price: Value[ItemCondition] = Value(Reading("item.price"))
    list_price: Value[ItemCondition] = Value(Reading("item.list_price"))
    quantity: Count[ItemCondition] = Count(Reading("item.quantity"))
    on_sale: ItemCondition = flag(Reading("item.on_sale"))

    def attribute(self, key: str) -> Words[ItemCondition]:
        """An attribute of the product, compared as text (`True` is ``yes``, `False` is ``no``)."""
        return Words(Reading("item.attribute", key=key))

    def measure(self, key: str) -> Quantity[ItemCondition]:
        """An attribute of the product that is a number, such as its weight."""
        return Quantity(Reading("item.measure", key=key))

    def number(self, function: Function, *, label: Name | str | None = None) -> Quantity[ItemCondition]:
        """A number that *function* gives for a `Line`; None is unknown."""
        return Quantity(_custom("item.number", function, label))

    def words(self, function: Function, *, label: Name | str | None = None) -> Words[ItemCondition]:
        """A word, or several, that *function* gives for a `Line`; None is unknown."""
        return Words(_custom("item.words", function, label))

    def flag(self, function: Function, *, label: Name | str | None = None) -> ItemCondition:
        """A yes or no that *function* gives for a `Line`; None is unknown."""
        condition: ItemCondition = flag(_custom("item.flag", function, label))
        return condition


@attrs.frozen
class Cart:
    """The facts of the order, as ``cart``.

    Quantities and amounts count discountable goods that are no gifts; an amount says on which *basis* it stands
    (``before_phase``: after earlier phases and before the promotion's own; ``before_discounts``: the prices of the
    order) and in which price mode (*money*, by default the order's own).

    >>> cart.has("TEAPOT") & cart.quantity("CUP").at_least(4)
    cart.quantity(item.sku.is_('TEAPOT')).at_least(1) & cart.quantity(item.sku.is_('CUP')).at_least(4)
    """

    channel: Words[Condition] = Words(Reading("cart.channel"))
    code: Words[Condition] = Words(Reading("cart.code"))
    delivery: Words[Condition] = Words(Reading("cart.delivery"))

    def quantity(self, of: Goods | None = None) -> Count[Condition]:
        """How many units there are, of all goods or *of* some."""
        return Count(Reading("cart.quantity", of=None if of is None else goods(of)))

    def has(self, of: Goods) -> Condition:
        """There is at least one unit *of* the goods."""
        return self.quantity(of).at_least(1)

    def distinct(self, of: Goods | None = None) -> Count[Condition]:
        """How many different products there are."""
        return Count(Reading("cart.distinct", of=None if of is None else goods(of)))

    def amount(
        self, of: Goods | None = None, *, basis: Basis = "before_phase", money: PriceMode | None = None
    ) -> Value[Condition]:
        """What the goods cost."""
        return Value(Reading("cart.amount", of=None if of is None else goods(of), basis=basis, money=money))

    def total(self, key: str, of: Goods | None = None) -> Quantity[Condition]:
        """The sum over all units of a product attribute that is a number, such as a weight."""
        return Quantity(Reading("cart.total", key=key, of=None if of is None else goods(of)))


@attrs.frozen
class CustomerFacts:
    """The facts of the customer, as ``customer``; for a guest they are unknown.

    >>> from aftercare import Tier
    >>> customer.tier.at_least(Tier("gold", 2)) | customer.staff
    customer.tier.at_least(Tier('gold', 2)) | customer.staff
    """

    tier: Rank[Condition] = Rank(Reading("customer.tier"))
    id: Words[Condition] = Words(Reading("customer.id"))
    group: Words[Condition] = Words(Reading("customer.group"))
    tag: Words[Condition] = Words(Reading("customer.tag"))
    country: Words[Condition] = Words(Reading("customer.country"))
    since: Day[Condition] = Day(Reading("customer.since"))
    staff: Condition = flag(Reading("customer.staff"))
    opted_in: Condition = flag(Reading("customer.opted_in"))
    signed_in: Condition = flag(Reading("customer.signed_in"))
    first_order: Condition = flag(Reading("customer.first_order"))
    orders: Count[Condition] = Count(Reading("customer.orders"))
    spend: Value[Condition] = Value(Reading("customer.spend"))
    days_since_order: Count[Condition] = Count(Reading("customer.days_since_order"))


@attrs.frozen
class Clock:
    """The instant of pricing, in the book's zone, as ``clock``.

    >>> clock.weekday.one_of("saturday", "sunday")
    clock.weekday.one_of('saturday', 'sunday')
    """

    date: Day[Condition] = Day(Reading("clock.date"))
    weekday: Words[Condition] = Words(Reading("clock.weekday"))


@attrs.frozen
class Custom:
    """Facts of the order that a shop's own importable function reads, as ``custom``.

    The function takes the `Order` and the instant of pricing; None is unknown. It must be defined at the top of a
    module, so that policies can be stored, sent to workers and compared.

    >>> custom.number("statistics:mean", label="basket age").at_least(3)
    custom.number('statistics:mean', label=Name('basket age')).at_least(3)
    """

    def number(self, function: Function, *, label: Name | str | None = None) -> Quantity[Condition]:
        """A number that *function* gives for an order."""
        return Quantity(_custom("custom.number", function, label))

    def words(self, function: Function, *, label: Name | str | None = None) -> Words[Condition]:
        """A word, or several, that *function* gives for an order."""
        return Words(_custom("custom.words", function, label))

    def flag(self, function: Function, *, label: Name | str | None = None) -> Condition:
        """A yes or no that *function* gives for an order."""
        condition: Condition = flag(_custom("custom.flag", function, label))
        return condition


item: Final = Item()
cart: Final = Cart()
customer: Final = CustomerFacts()
clock: Final = Clock()
custom: Final = Custom()
always: Final = Combination(0, ())
never: Final = Combination(1, ())
everything: Final = ItemCombination(0, ())
nothing: Final = ItemCombination(1, ())


@overload
def all_of(*conditions: Condition) -> Condition: ...
@overload
def all_of(*conditions: ItemCondition) -> ItemCondition: ...
def all_of(*conditions: Any) -> Any:
    """The condition that holds when all *conditions* hold.

    >>> all_of(customer.staff, cart.has("CUP")) == customer.staff & cart.has("CUP")
    True
    """
    return at_least_of(len(conditions), *conditions)


@overload
def any_of(*conditions: Condition) -> Condition: ...
@overload
def any_of(*conditions: ItemCondition) -> ItemCondition: ...
def any_of(*conditions: Any) -> Any:
    """The condition that holds when any of *conditions* holds.

    >>> any_of(customer.staff, cart.has("CUP")) == customer.staff | cart.has("CUP")
    True
    """
    return at_least_of(1, *conditions)


@overload
def at_least_of(needed: int, *conditions: Condition) -> Condition: ...
@overload
def at_least_of(needed: int, *conditions: ItemCondition) -> ItemCondition: ...
def at_least_of(needed: int, *conditions: Any) -> Any:
    """The condition that holds when at least *needed* of *conditions* hold.

    Raises `PolicyError` without conditions, for conditions of both kinds at once, and for more than there are.

    >>> at_least_of(2, customer.staff, customer.opted_in, customer.first_order)
    at_least_of(2, customer.staff, customer.opted_in, customer.first_order)
    """
    most = len(conditions)
    if conditions and (type(needed) is not int or not 1 <= needed <= most):
        msg = f"`{needed!r}` of {most} conditions cannot be needed: allowed: a whole number from 1 to {most}"
        raise PolicyError(msg)
    return at_least(needed, conditions)
