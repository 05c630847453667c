"""Patterns: every n-th unit, buy some get some, bundles; and which units their occurrences take.

A pattern has as many complete occurrences as the units allow; an incomplete one gives nothing. Which units it takes is
its *favour*: ``merchant`` saves least, ``customer`` saves most, ``basket_order`` goes by the basket. Prices are those
at the start of the phase.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, Unpack, assert_never, cast, get_args, overload

import attrs

from aftercare.canonical import Coded, call
from aftercare.errors import PolicyError, is_a
from aftercare.money import Percent
from aftercare.policies.discount import Discount, DiscountOptions, Share, Sum, one_of, variable_percent, variable_sum
from aftercare.policies.selection import whole_number
from aftercare.policies.vocabulary import Goods, goods

if TYPE_CHECKING:
    from aftercare.policies.condition import ItemCondition
    from aftercare.policies.variable import Variable

Favour: TypeAlias = Literal["merchant", "customer", "basket_order"]
Pick: TypeAlias = Literal["cheapest", "dearest"]
MOST_COMPONENTS = 6


@attrs.frozen(eq=False, repr=False, kw_only=True)
class _Terms(Coded):
    favour: Favour = "merchant"
    times: int | None = None

    def __attrs_post_init__(self) -> None:
        one_of("favour", self.favour, get_args(Favour))
        if self.times is not None:
            whole_number("`times`", self.times)

    def free(self, **options: Unpack[DiscountOptions]) -> PatternOff:
        """The target units for nothing; *options* are those of every discount, such as `cap` and `phase`."""
        return PatternOff(cast("Pattern", self), "percent_off", Percent(100), **options)

    def percent_off(self, value: Variable[Share], **options: Unpack[DiscountOptions]) -> PatternOff:
        """A percentage off each target unit."""
        return PatternOff(cast("Pattern", self), "percent_off", variable_percent(value), **options)

    def amount_off(self, value: Variable[Sum], **options: Unpack[DiscountOptions]) -> PatternOff:
        """An amount off each target unit; of a bundle, off each bundle."""
        return PatternOff(cast("Pattern", self), "amount_off", variable_sum(value), **options)

    def at_price(self, value: Variable[Sum], **options: Unpack[DiscountOptions]) -> PatternOff:
        """A price for each target unit; of a bundle, for each bundle."""
        return PatternOff(cast("Pattern", self), "at_price", variable_sum(value), **options)


@attrs.frozen(eq=False, repr=False, kw_only=True)
class Every(_Terms):
    """Of every *n* units, *targets* are the ones that get the benefit."""

    n: int = attrs.field(kw_only=False)
    of: ItemCondition = attrs.field(converter=goods)
    targets: int = 1
    pick: Pick = "cheapest"

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        whole_number("`every`", self.n, 2)
        whole_number("`targets`", self.targets)
        if self.targets >= self.n:
            msg = f"of every {self.n} units `{self.targets}` are targets: at least one must be paid in full"
            raise PolicyError(msg)
        one_of("pick", self.pick, get_args(Pick))

    def __repr__(self) -> str:
        return call("policies.every", self)


@attrs.frozen(eq=False, repr=False, kw_only=True)
class BuyGet(_Terms):
    """For every *bought* units of some goods, *got* units of other goods get the benefit."""

    bought: int
    of: ItemCondition = attrs.field(converter=goods)
    got: int
    get_of: ItemCondition = attrs.field(converter=goods)

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        whole_number("`buy`", self.bought)
        whole_number("`get`", self.got)

    def __repr__(self) -> str:
        terms = call("", self, skip=frozenset({"bought", "of", "got", "get_of"}))[1:-1]
        buys = ", ".join(filter(None, [f"{self.bought}, of={self.of!r}", terms]))
        return f"policies.buy({buys}).get({self.got}, of={self.get_of!r})"


@attrs.frozen(eq=False, repr=False, kw_only=True)
class Bundle(_Terms):
    """So many units of each of several goods, bought together; all of them are targets."""

    components: tuple[tuple[ItemCondition, int], ...] = attrs.field(kw_only=False)

    def __attrs_post_init__(self) -> None:
        super().__attrs_post_init__()
        if not 1 <= len(self.components) <= MOST_COMPONENTS:
            msg = f"a bundle has 1 to {MOST_COMPONENTS} kinds of goods, given `{len(self.components)}`"
            raise PolicyError(msg)
        for of, n in self.components:
            whole_number(f"the number of `{of!r}` in a bundle", n)
        if sum(n for _, n in self.components) <= 1:
            msg = "a bundle is at least two units: for one unit use `fixed_price` or `percent_off`"
            raise PolicyError(msg)

    def __repr__(self) -> str:
        parts = "{" + ", ".join(f"{of!r}: {n}" for of, n in self.components) + "}"
        terms = call("", self, skip=frozenset({"components"}))[1:-1]
        return f"policies.bundle({', '.join(filter(None, [parts, terms]))})"


Pattern: TypeAlias = "Every | BuyGet | Bundle"


def wanted(pattern: Pattern) -> tuple[ItemCondition, ...]:
    """The goods whose units *pattern* may take."""
    match pattern:
        case Every():
            return (pattern.of,)
        case BuyGet():
            return (pattern.of, pattern.get_of)
        case Bundle():
            return tuple(of for of, _ in pattern.components)
        case never:
            assert_never(never)


def counts_of(pattern: Pattern) -> tuple[int, ...]:
    """How many units of each of the goods one occurrence of *pattern* takes."""
    match pattern:
        case Every():
            return (pattern.n,)
        case BuyGet():
            return (pattern.bought, pattern.got)
        case Bundle():
            return tuple(n for _, n in pattern.components)
        case never:
            assert_never(never)


@attrs.frozen
class Buying:
    """The first half of a `BuyGet`: how many units of which goods are bought."""

    bought: int
    of: ItemCondition
    favour: Favour
    times: int | None

    def get(self, n: int, of: Goods) -> BuyGet:
        """The second half: how many units of which goods get the benefit."""
        return BuyGet(bought=self.bought, of=self.of, got=n, get_of=of, favour=self.favour, times=self.times)

    def get_same(self, n: int, *, pick: Pick = "cheapest") -> Every:
        """The second half, for *n* more units of the same goods."""
        whole_number("`get_same`", n)
        return Every(self.bought + n, of=self.of, targets=n, pick=pick, favour=self.favour, times=self.times)


def every(
    n: int,
    *,
    of: Goods,
    targets: int = 1,
    pick: Pick = "cheapest",
    favour: Favour = "merchant",
    times: int | None = None,
) -> Every:
    """Of every *n* units *of* the goods, the *targets* cheapest (or dearest) get what is said next.

    >>> every(2, of="CUP").percent_off(50)
    policies.every(2, of=item.sku.is_('CUP')).percent_off(Percent("50"))
    """
    return Every(n, of=of, targets=targets, pick=pick, favour=favour, times=times)


def buy(n: int, *, of: Goods, favour: Favour = "merchant", times: int | None = None) -> Buying:
    """For every *n* units bought, so many others get what is said next.

    >>> buy(2, of="POT").get(1, of="CUP").free()
    policies.buy(2, of=item.sku.is_('POT')).get(1, of=item.sku.is_('CUP')).percent_off(Percent("100"))
    """
    whole_number("`buy`", n)
    return Buying(n, goods(of), favour, times)


@overload
def bundle(components: Mapping[Goods, int], *, favour: Favour = ..., times: int | None = ...) -> Bundle: ...
@overload
def bundle(components: Mapping[str, int], *, favour: Favour = ..., times: int | None = ...) -> Bundle: ...
def bundle(components: Mapping[Any, int], *, favour: Favour = "merchant", times: int | None = None) -> Bundle:
    """So many units of each of several goods together; goods are item conditions, products or SKUs.

    >>> bundle({"POT": 1, "CUP": 2}).components[1]
    (item.sku.is_('CUP'), 2)
    """
    if not is_a(components, Mapping):
        msg = f"a bundle of `{components!r}` does not say how many of each: write them such as `{{'POT': 1, 'CUP': 2}}`"
        raise PolicyError(msg)
    counted: dict[ItemCondition, int] = {}
    for of, n in components.items():
        counted[goods(of)] = counted.get(goods(of), 0) + n
    return Bundle(tuple(counted.items()), favour=favour, times=times)


Gives: TypeAlias = Literal["percent_off", "amount_off", "at_price"]


@attrs.frozen(eq=False, repr=False, kw_only=True)
class PatternOff(Discount):
    """What complete occurrences of a pattern give: a percentage, an amount or a price on their target units."""

    pattern: Pattern = attrs.field(kw_only=False)
    gives: Gives = attrs.field(kw_only=False)
    value: Variable[Any] = attrs.field(kw_only=False)

    def fit_for_tags(self) -> None:
        """Refuse what a price tag cannot say."""
        msg = "a catalogue price does not depend on the rest of the basket: a pattern needs a later phase"
        raise PolicyError(msg)

    def __repr__(self) -> str:
        skip = frozenset({"pattern", "gives", "value"})
        options = call("", self, skip=skip)[1:-1]
        return f"{self.pattern!r}.{self.gives}({', '.join(filter(None, [repr(self.value), options]))})"
