"""What can still be undone or changed before goods leave the shop: until they are paid, picked or dispatched."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

import attrs

from aftercare.calendar import in_zone, utc
from aftercare.calendar import zone as find_zone
from aftercare.canonical import Coded
from aftercare.errors import PolicyError, is_a
from aftercare.money import Money
from aftercare.policies.condition import Condition
from aftercare.returns.clauses import reads
from aftercare.returns.deadlines import Deadline
from aftercare.returns.fees import Sum, flat, minor_in
from aftercare.returns.windows import one_of
from aftercare.statement import Name, Statement, maybe_name

if TYPE_CHECKING:
    from datetime import datetime

    from aftercare.receipt import Receipt
    from aftercare.returns.circumstances import Circumstances
    from aftercare.returns.timeline import Milestones

Stage: TypeAlias = Literal["paid", "picked", "shipped"]
"""What happens to goods before they arrive, in this order."""

Late: TypeAlias = Literal["refuse", "needs_review"]


def _maybe_fee(given: Sum | None) -> Sum | None:
    return None if given is None else flat(given).amount


@attrs.frozen(eq=False, repr=False)
class BeforeDispatch(Coded):
    """The terms of what is possible before dispatch.

    - *until* the units are ``paid``, ``picked`` or ``shipped``, and *within_minutes* of the order, if that is said;
    - *late* is what is answered after that, as long as they are not dispatched: ``needs_review`` lets staff try;
    - a *fee*, once, but not *free_minutes* after the order nor *free_when* a condition holds.

    Raises `PolicyError` for what cannot be kept.
    """

    id: str
    title: Name | None = attrs.field(default=None, converter=maybe_name, kw_only=True)
    until: Stage = attrs.field(default="shipped", kw_only=True)
    within_minutes: int | None = attrs.field(default=None, kw_only=True)
    late: Late = attrs.field(default="refuse", kw_only=True)
    fee: Sum | None = attrs.field(default=None, converter=_maybe_fee, kw_only=True)
    free_minutes: int | None = attrs.field(default=None, kw_only=True)
    free_when: Condition | None = attrs.field(default=None, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if not is_a(self.id, str) or not self.id.strip():
            msg = f"a promise needs an id, given `{self.id!r}`"
            raise PolicyError(msg)
        one_of(f"the end of `{self.id}`", self.until, get_args(Stage))
        one_of(f"what `{self.id}` answers late", self.late, get_args(Late))
        for what, minutes in (("within_minutes", self.within_minutes), ("free_minutes", self.free_minutes)):
            if minutes is not None and (type(minutes) is not int or minutes < 1):
                msg = f"`{what}` of `{self.id}` is `{minutes!r}`: give a whole number above zero, or leave it out"
                raise PolicyError(msg)
        if self.free_when is not None and not is_a(self.free_when, Condition):
            msg = f"`free_when` of `{self.id}` is `{self.free_when!r}`: give a condition of the order"
            raise PolicyError(msg)
        if self.fee is None and (self.free_minutes is not None or self.free_when is not None):
            msg = f"`{self.id}` is always free: give the `fee=` from which some are free, or leave both out"
            raise PolicyError(msg)
        if self.within_minutes is not None and (self.free_minutes or 0) > self.within_minutes:
            msg = (
                f"`{self.id}` is free for {self.free_minutes} minutes and possible for {self.within_minutes}: "
                "make the first the shorter one"
            )
            raise PolicyError(msg)

    @property
    def name(self) -> Name:
        """What customers read: the title, or the id where there is none."""
        return self.title or Name(self.id)

    @property
    def said(self) -> Statement:
        """Until when it is possible, as a statement."""
        return Statement(f"before_dispatch.until.{self.until}")

    def deadline(self, receipt: Receipt) -> Deadline | None:
        """The instant at which it ends, whatever happens to the units; None where only that counts."""
        if self.within_minutes is None:
            return None
        return Deadline(
            act="requested",
            zone=receipt.zone,
            opens=receipt.placed_at,
            instant=_minutes_after(receipt, self.within_minutes),
            right=self.name,
        )

    def late_for(self, receipt: Receipt, group: Milestones, at: datetime) -> tuple[Statement, ...]:
        """Why it is too late for some units; nothing if it is not."""
        due = self.deadline(receipt)
        over = None if due is None else due.why_not(at)
        stage = (Statement(f"before_dispatch.over.{self.until}"),) if reached(group, self.until) else ()
        return (*stage, *(() if over is None else (over,)))

    def fee_for(self, receipt: Receipt, seen: Circumstances, place: int, at: datetime) -> Money:
        """What it costs."""
        currency = receipt.payable.currency
        soon = self.free_minutes is not None and utc(at) < utc(_minutes_after(receipt, self.free_minutes))
        free = self.free_when is not None and reads(self.free_when, None)(seen, place)
        if self.fee is None or soon or free:
            return Money.of_minor(0, currency)
        return Money.of_minor(minor_in(self.fee, currency), currency)


def _minutes_after(receipt: Receipt, minutes: int) -> datetime:
    """So many minutes after the order, on the clocks of its shop."""
    return in_zone(utc(receipt.placed_at) + timedelta(minutes=minutes), find_zone(receipt.zone))


def reached(group: Milestones, stage: Stage) -> bool:
    """Whether units with these milestones got to a *stage*, or past it."""
    moments = {
        "paid": (group.paid,),
        "picked": (group.picked, group.shipped, group.delivered),
        "shipped": (group.shipped, group.delivered),
    }
    return any(each is not None for each in moments[stage])
