"""What a member must have done: metrics over a time, the least of each, and how several of them join.

A requirement only ever asks for *more*: there is no "not" and no "at most", so more credit never gives a lower tier.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal, NoReturn, TypeAlias, cast

import attrs

from aftercare.canonical import Coded, written
from aftercare.errors import PolicyError, TruthError, is_a
from aftercare.loyalty.credit import Basis
from aftercare.loyalty.periods import CalendarYear, CreditWindow, Lifetime, MembershipYear, Rolling, SinceChange
from aftercare.money import Amounts, Money, amounts

if TYPE_CHECKING:
    from aftercare.order import Attribute

MetricKind: TypeAlias = Literal["spend", "points", "orders", "visits", "days", "reviews", "referrals", "measure"]
Threshold: TypeAlias = "Amounts | int | Fraction"

SPENT = Basis(tax="included")
"""What counts as spent unless told: goods as paid, with tax, without delivery and without what points paid."""

_WINDOWS = (Lifetime, Rolling, CalendarYear, MembershipYear, SinceChange)
_WORDS: dict[MetricKind, str] = {"points": "points_earned", "days": "distinct_days"}


class Joined:
    """What joins with `&` and `|`, and is neither true nor false by itself."""

    __slots__ = ()

    def __and__(self, other: Requirement) -> Several:
        return all_required(cast("Requirement", self), other)

    def __or__(self, other: Requirement) -> Several:
        return any_required(cast("Requirement", self), other)

    def __bool__(self) -> NoReturn:
        msg = (
            f"`{self!r}` is a requirement, which is neither true nor false by itself: join with `&` and `|` instead of "
            "`and` and `or`, and ask a standing what is reached"
        )
        raise TruthError(msg)


@attrs.frozen(eq=False, repr=False)
class Metric(Coded):
    """A number that grows with what a member does, over a *window*; built by `spend`, `orders` and their like."""

    kind: MetricKind
    window: CreditWindow = attrs.field(kw_only=True)
    name: str | None = attrs.field(default=None, kw_only=True)
    basis: Basis | None = attrs.field(default=None, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if not is_a(self.window, *_WINDOWS):
            msg = f"`{self.window!r}` is no time to count over: give `loyalty.CalendarYear()` or another of its kind"
            raise PolicyError(msg)

    def at_least(self, threshold: Money | Amounts | int | Fraction) -> Reached:
        """The requirement that the metric is *threshold* or more; money has one amount for each currency.

        Where there are several currencies, what was spent in one of them has to reach the amount in it: nothing is
        converted. Raises `PolicyError` for a threshold of another kind or below zero.

        >>> from aftercare import loyalty
        >>> loyalty.visits().at_least(10)
        loyalty.visits().at_least(10)
        """
        return Reached(self, _threshold(self, threshold))

    def __repr__(self) -> str:
        given = [] if self.name is None else [repr(self.name)]
        match self.window:
            case Lifetime():
                pass
            case Rolling(months):
                given.append(f"last={months!r}")
            case window:
                given.append(f"within={window!r}")
        if self.basis is not None and self.basis != SPENT:
            given.append(f"basis={self.basis!r}")
        return f"loyalty.{_WORDS.get(self.kind, self.kind)}({', '.join(given)})"


def _threshold(metric: Metric, given: Any) -> Threshold:
    """The threshold as the metric counts: amounts for spend, whole numbers else, fractions for a measure."""
    if metric.kind == "spend":
        if isinstance(given, Money):
            given = amounts(given)
        if isinstance(given, Amounts) and all(each.minor >= 0 for each in given):
            return given
        msg = f"`{metric!r}` is compared with money, such as `eur(300)`, not with `{given!r}`"
        raise PolicyError(msg)
    if (type(given) is int or (metric.kind == "measure" and type(given) is Fraction)) and given >= 0:
        return given
    msg = f"`{metric!r}` is compared with a whole number, zero or more, not with `{given!r}`"
    raise PolicyError(msg)


@attrs.frozen(eq=False, repr=False)
class Reached(Joined, Coded):
    """A metric is at its threshold or above."""

    metric: Metric
    threshold: Threshold

    @property
    def is_free(self) -> bool:
        """Whether nothing has to be done for it."""
        return not any(self.threshold) if isinstance(self.threshold, Amounts) else not self.threshold

    @property
    def currencies(self) -> tuple[str | None, ...]:
        """The currencies that the threshold has an amount in; one None where it is no money."""
        if isinstance(self.threshold, Amounts):
            return tuple(amount.currency for amount in self.threshold)
        return (None,)

    def __repr__(self) -> str:
        threshold = self.threshold
        if isinstance(threshold, Amounts) and len(threshold.each) == 1:
            return f"{self.metric!r}.at_least({threshold.each[0]!r})"
        return f"{self.metric!r}.at_least({written(threshold)})"


@attrs.frozen(eq=False, repr=False)
class Held(Joined, Coded):
    """The profile of the member says one of *values* under *key*; built by `attribute`."""

    key: str
    values: tuple[Attribute, ...]

    @property
    def is_free(self) -> bool:
        """Whether nothing has to be done for it."""
        return False

    def __repr__(self) -> str:
        return f"loyalty.attribute({self.key!r}).one_of({', '.join(map(written, self.values))})"


@attrs.frozen(eq=False, repr=False)
class Several(Joined, Coded):
    """At least *needed* of *parts* are met."""

    needed: int
    parts: tuple[Requirement, ...]

    @property
    def is_free(self) -> bool:
        """Whether nothing has to be done for it."""
        return sum(part.is_free for part in self.parts) >= self.needed

    def __repr__(self) -> str:
        parts = ", ".join(map(repr, self.parts))
        if self.needed == len(self.parts):
            return f"loyalty.all_required({parts})"
        if self.needed == 1:
            return f"loyalty.any_required({parts})"
        return f"loyalty.required({self.needed}, {parts})"


Requirement: TypeAlias = "Reached | Held | Several"


def required(needed: int, *parts: Requirement) -> Several:
    """The requirement that at least *needed* of *parts* are met.

    Raises `PolicyError` for anything but requirements and for more than there are.

    >>> from aftercare import loyalty
    >>> required(1, loyalty.orders().at_least(5), loyalty.visits().at_least(9)).needed
    1
    """
    for part in parts:
        if not is_a(part, Reached, Held, Several):
            msg = f"`{part!r}` is no requirement: write one as `loyalty.orders().at_least(5)`"
            raise PolicyError(msg)
    if type(needed) is not int or not 1 <= needed <= len(parts):
        msg = f"`{needed!r}` of {len(parts)} requirements cannot be needed: allowed: from 1 to {len(parts)}"
        raise PolicyError(msg)
    return Several(needed, parts)


def all_required(*parts: Requirement) -> Several:
    """The requirement that all *parts* are met; `&` is short for two.

    >>> from aftercare import loyalty
    >>> all_required(loyalty.orders().at_least(5), loyalty.points_earned().at_least(150)).needed
    2
    """
    flat: list[Requirement] = []
    for part in parts:
        nested = isinstance(part, Several) and part.needed == len(part.parts)
        flat += part.parts if isinstance(part, Several) and nested else (part,)
    return required(len(flat), *flat)


def any_required(*parts: Requirement) -> Several:
    """The requirement that any of *parts* is met; `|` is short for two.

    >>> from aftercare import loyalty
    >>> any_required(loyalty.orders().at_least(5), loyalty.visits().at_least(9)).needed
    1
    """
    flat: list[Requirement] = []
    for part in parts:
        flat += part.parts if isinstance(part, Several) and part.needed == 1 else (part,)
    return required(1, *flat)


def leaves(requirement: Requirement) -> tuple[Reached | Held, ...]:
    """Every metric and attribute that *requirement* reads, from left to right."""
    if isinstance(requirement, Several):
        return tuple(leaf for part in requirement.parts for leaf in leaves(part))
    return (requirement,)
