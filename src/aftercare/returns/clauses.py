"""Clauses of a return policy beside its terms: what stays, what staff look at, what is asked, who is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

import attrs

from aftercare.canonical import Coded
from aftercare.errors import PolicyError, did_you_mean, is_a
from aftercare.policies.condition import Condition
from aftercare.policies.holding import holds
from aftercare.policies.item_reading import item_mask
from aftercare.policies.vocabulary import always, maybe_goods
from aftercare.statement import Name, Statement, maybe_name, name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from aftercare.policies.condition import ItemCondition
    from aftercare.returns.circumstances import Circumstances

Outcome: TypeAlias = Literal["accept", "needs_review", "refuse"]
"""What is answered to a customer who wants to give goods back, from the best answer to the worst."""

OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)

BarReason: TypeAlias = Literal[
    "final_sale",
    "not_returnable",
    "custom_made",
    "perishable",
    "unsealed_hygiene",
    "mixed",
    "sealed_media",
    "press",
    "dated_leisure",
    "digital",
    "food",
    "price_fluctuates",
    "futures_beverages",
    "performed_service",
    "urgent_visit",
    "auction",
    "resolution_778",
    "gift_card",
]
"""Why goods do not come back; all but the first two and the last are words by which laws except goods, too."""


def _reason(given: BarReason | Name) -> BarReason | Name:
    if isinstance(given, Name) or given in get_args(BarReason):
        return given
    allowed = did_you_mean(str(given), get_args(BarReason))
    msg = f"`{given}` is no reason that goods stay: {allowed}; one of your own is a `Name(...)`"
    raise PolicyError(msg)


def _outcomes(given: Outcome | Iterable[Outcome]) -> tuple[Outcome, ...]:
    words = {given} if isinstance(given, str) else {*given}
    strange = sorted(str(word) for word in words if word not in OUTCOMES)
    if strange or not words:
        shown = strange[0] if strange else "()"
        msg = f"`{shown}` is no outcome: {did_you_mean(shown, OUTCOMES)}"
        raise PolicyError(msg)
    return tuple(outcome for outcome in OUTCOMES if outcome in words)


@attrs.frozen(eq=False, repr=False)
class _Clause(Coded):
    """Something that holds *when* a condition of the return does, *of* some goods or all."""

    when: Condition = attrs.field(default=always, kw_only=True)
    of: ItemCondition | None = attrs.field(default=None, converter=maybe_goods, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if not is_a(self.when, Condition):
            msg = f"`{self.when!r}` is no condition of an order or return: name goods with `of=`"
            raise PolicyError(msg)

    def _written(self, method: str, *first: str, **more: object) -> str:
        given = [*first, *(f"{key}={value!r}" for key, value in more.items())]
        given += [f"when={self.when!r}"] if self.when != always else []
        given += [f"of={self.of!r}"] if self.of is not None else []
        return f".{method}({', '.join(given)})"


@attrs.frozen(eq=False, repr=False)
class Bar(_Clause):
    """Goods that do not come back, and why."""

    because: BarReason | Name = attrs.field(converter=_reason, kw_only=True)

    @property
    def said(self) -> Statement:
        """The reason, as a statement."""
        if isinstance(self.because, Name):
            return Statement("returns.barred.other", reason=self.because)
        return Statement(f"returns.barred.{self.because}")

    def __repr__(self) -> str:
        return self._written("not_returnable", because=self.because)


@attrs.frozen(eq=False, repr=False)
class Review(_Clause):
    """A return that somebody decides: whose task it is, and why."""

    because: Name = attrs.field(converter=name)
    role: str = attrs.field(default="staff", kw_only=True)

    def __repr__(self) -> str:
        role = {} if self.role == "staff" else {"role": self.role}
        return self._written("reviewed", repr(self.because), **role)


@attrs.frozen(eq=False, repr=False)
class Ask(_Clause):
    """Something that the customer must do."""

    step: Name = attrs.field(converter=name)

    def __repr__(self) -> str:
        return self._written("asks", repr(self.step))


@attrs.frozen(eq=False, repr=False)
class Notify(_Clause):
    """A role that is told of an outcome, or that gets a *task* with it."""

    role: str
    on: tuple[Outcome, ...] = attrs.field(default=("accept",), converter=_outcomes, kw_only=True)
    task: Name | None = attrs.field(default=None, converter=maybe_name, kw_only=True)

    def __repr__(self) -> str:
        task = {} if self.task is None else {"task": self.task}
        return self._written("tells", repr(self.role), on=self.on, **task)


Clause: TypeAlias = Bar | Review | Ask | Notify

Reads: TypeAlias = "Callable[[Circumstances, int], bool]"
"""Whether something holds in some circumstances for the line at a place of the order."""


def reads(when: Condition, of: ItemCondition | None) -> Reads:
    """The function that tells whether *when* is known to hold, and the line is *of* the goods."""
    held = holds(when)
    if of is None:
        return lambda circumstances, _: held(circumstances)
    mask = item_mask(of)
    if when == always:
        return lambda circumstances, place: mask(circumstances.line(place)) > 0
    return lambda circumstances, place: mask(circumstances.line(place)) > 0 and held(circumstances)
