"""Grounds: why goods come back. The ground chooses the rights that may apply, before any fee is looked at.

A right has a regime: ``withdrawal`` (the law's right to change one's mind), ``promise`` (the shop's own return policy),
``money_back`` (a guarantee to be satisfied), ``conformity`` (the law's right to goods as agreed), ``warranty`` (the
maker's or shop's guarantee) and ``goodwill`` (help with what the customer broke or lost).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

import attrs

from aftercare.canonical import Coded, call
from aftercare.errors import OrderError, PolicyError, did_you_mean
from aftercare.statement import Name, maybe_name

if TYPE_CHECKING:
    from collections.abc import Iterable

Regime: TypeAlias = Literal["withdrawal", "promise", "money_back", "conformity", "warranty", "goodwill"]
Fault: TypeAlias = Literal["customer", "shop", "nobody"]

REGIMES: tuple[Regime, ...] = get_args(Regime)


def regime_words(given: Regime | Iterable[Regime]) -> tuple[Regime, ...]:
    """Regimes as a tuple, in their usual order and once each; raises `PolicyError` for an unknown or missing one.

    >>> regime_words("promise")
    ('promise',)
    """
    words = {given} if isinstance(given, str) else {*given}
    strange = sorted(str(word) for word in words if word not in REGIMES)
    if strange or not words:
        shown = strange[0] if strange else "()"
        msg = f"`{shown}` is not a regime of rights: {did_you_mean(shown, REGIMES)}"
        raise PolicyError(msg)
    return tuple(regime for regime in REGIMES if regime in words)


@attrs.frozen(eq=False, repr=False)
class Ground(Coded):
    """Why goods come back, who is at *fault*, and the regimes of the rights that it may give.

    A shop may have grounds of its own. Raises `PolicyError` for unknown words.

    >>> Ground("stale", fault="shop", regimes=["promise", "conformity"]).regimes
    ('promise', 'conformity')
    """

    id: str
    fault: Fault = attrs.field(kw_only=True)
    regimes: tuple[Regime, ...] = attrs.field(converter=regime_words, kw_only=True)
    title: Name | None = attrs.field(default=None, converter=maybe_name, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if not self.id.strip():
            msg = "a ground needs an id, such as `change_of_mind`"
            raise PolicyError(msg)
        if self.fault not in get_args(Fault):
            msg = f"`{self.fault}` is at no fault for `{self.id}`: {did_you_mean(str(self.fault), get_args(Fault))}"
            raise PolicyError(msg)

    def is_own(self, regime: Regime) -> bool:
        """Whether it is a ground of the shop's own that may give rights of a *regime*."""
        return regime in self.regimes and self.id not in _BY_ID

    def __repr__(self) -> str:
        return call("returns.Ground", self)


_CHANGED_MIND: tuple[Regime, ...] = ("withdrawal", "promise", "money_back")
_NOT_AS_AGREED: tuple[Regime, ...] = ("withdrawal", "promise", "money_back", "conformity", "warranty")

GROUNDS: tuple[Ground, ...] = (
    Ground("change_of_mind", fault="nobody", regimes=_CHANGED_MIND),
    Ground("unwanted_gift", fault="nobody", regimes=_CHANGED_MIND),
    Ground("late", fault="shop", regimes=_CHANGED_MIND),
    Ground("defect", fault="shop", regimes=_NOT_AS_AGREED),
    Ground("not_as_described", fault="shop", regimes=_NOT_AS_AGREED),
    Ground("wrong_item", fault="shop", regimes=_NOT_AS_AGREED),
    Ground("damaged_in_transit", fault="shop", regimes=_NOT_AS_AGREED),
    Ground("own_fault", fault="customer", regimes="goodwill"),
    Ground("lost_part", fault="customer", regimes="goodwill"),
)
"""The grounds that every shop has. Who has a better ground may still use a right to change one's mind."""

_BY_ID = {ground.id: ground for ground in GROUNDS}


def find_ground(id: str, own: tuple[Ground, ...] = ()) -> Ground:
    """The ground with an *id*, among a shop's *own* or those that every shop has; raises `OrderError`.

    >>> find_ground("late").fault
    'shop'
    """
    known = {**_BY_ID, **{ground.id: ground for ground in own}} if own else _BY_ID
    if id not in known:
        msg = f"`{id}` is not a ground for a return: {did_you_mean(id, known)}"
        raise OrderError(msg)
    return known[id]
