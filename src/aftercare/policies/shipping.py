"""Delivery tariffs: what a delivery method costs, as a policy."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

import attrs

from aftercare.canonical import Coded, call
from aftercare.errors import PolicyError, is_a
from aftercare.policies.discount import Sum, as_sum, maybe_sum, variable_sum
from aftercare.policies.exceptions import Exceptional, Override, Strategy, with_override
from aftercare.policies.vocabulary import Goods, always, goods, maybe_goods

if TYPE_CHECKING:
    from aftercare.order import PriceMode
    from aftercare.policies.condition import Condition, ItemCondition
    from aftercare.policies.variable import Variable


def _extras(given: Mapping[Any, Sum] | Iterable[tuple[Goods, Sum]]) -> tuple[tuple[ItemCondition, Sum], ...]:
    pairs: Any = given.items() if isinstance(given, Mapping) else given
    return tuple((goods(of), as_sum(amount)) for of, amount in pairs)


class Terms(TypedDict, total=False):
    """What an exception of a tariff may change."""

    fee: Variable[Sum]
    per_unit: Variable[Sum] | None
    free_from: Variable[Sum] | None


@attrs.frozen(eq=False, repr=False)
class Delivery(Coded):
    """What delivery by *method* costs.

    The *fee* (a constant, or in bands with `stepped`) and *per_unit* for each unit, of which goods that *ship_free*
    are none; *extra* goods cost more for each of their units. From the goods amount *free_from* on there is nothing to
    pay; *when* says for which orders the tariff holds. An order whose goods all ship free pays no fee.

    >>> from aftercare import eur
    >>> Delivery("standard", fee=eur("4.95"), free_from=eur(50)).method
    'standard'
    """

    method: str
    fee: Variable[Sum] = attrs.field(converter=variable_sum, kw_only=True)
    per_unit: Variable[Sum] | None = attrs.field(default=None, converter=maybe_sum, kw_only=True)
    extra: tuple[tuple[ItemCondition, Sum], ...] = attrs.field(default=(), converter=_extras, kw_only=True)
    ships_free: ItemCondition | None = attrs.field(default=None, converter=maybe_goods, kw_only=True)
    free_from: Variable[Sum] | None = attrs.field(default=None, converter=maybe_sum, kw_only=True)
    money: PriceMode | None = attrs.field(default=None, kw_only=True)
    when: Condition = attrs.field(default=always, kw_only=True)
    exceptions: Exceptional = attrs.field(default=Exceptional(), kw_only=True)

    def __attrs_post_init__(self) -> None:
        if not is_a(self.method, str) or not self.method.strip():
            msg = f"a delivery tariff names its method, given `{self.method!r}`"
            raise PolicyError(msg)

    def except_when(self, when: Condition, *, named: str | None = None, **terms: Unpack[Terms]) -> Delivery:
        """The same tariff with other *terms* (`fee`, `per_unit`, `free_from`) when *when* holds."""
        allowed: dict[str, Callable[[Any], Any]] = {"fee": variable_sum, "per_unit": maybe_sum, "free_from": maybe_sum}
        unknown = set(terms) - set(allowed)
        if unknown or not terms:
            msg = f"an exception of a tariff changes `fee`, `per_unit` or `free_from`, given `{sorted(terms)}`"
            raise PolicyError(msg)
        given = tuple(sorted((term, allowed[term](value)) for term, value in terms.items()))
        override = Override(when, given, named)
        return attrs.evolve(self, exceptions=with_override(self.exceptions, override, f"delivery `{self.method}`"))

    def exceptions_by(self, strategy: Strategy) -> Delivery:
        """The same tariff with a declared *strategy* for exceptions that hold together."""
        return attrs.evolve(self, exceptions=Exceptional(strategy, self.exceptions.overrides))

    def __repr__(self) -> str:
        return f"{call('Delivery', self, skip=frozenset({'exceptions'}))}{self.exceptions!r}"
