"""A promotion: when it holds, what it gives, and the terms around it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import attrs

from aftercare.calendar import Days
from aftercare.canonical import Coded, call
from aftercare.errors import PolicyError, is_a
from aftercare.event_fields import words
from aftercare.policies.benefit import Benefit, Gift, Reward, ShippingOff
from aftercare.policies.condition import Condition
from aftercare.policies.discount import PHASES, Discount, Phase
from aftercare.policies.exceptions import Exceptional, Override, Strategy, with_override
from aftercare.policies.limit import Limit, check_limits, limits_of
from aftercare.policies.vocabulary import always
from aftercare.statement import Name, maybe_name

if TYPE_CHECKING:
    from aftercare.schedule import Schedule


@attrs.frozen(eq=False, repr=False)
class Notice(Coded):
    """How long before its start a promotion is announced to customers, and its staff briefed; and its end announced.

    With *ending*, customers are told so many days before its last day, and on that day, that it ends.

    >>> Notice(customers=Days(3), staff=Days(7)).customers
    Days(3)
    """

    customers: Days = attrs.field(default=Days(3), kw_only=True)
    staff: Days | None = attrs.field(default=None, kw_only=True)
    ending: Days | None = attrs.field(default=None, kw_only=True)


def _benefits(given: Benefit | Iterable[Benefit]) -> tuple[Benefit, ...]:
    return tuple(given) if isinstance(given, Iterable) else (given,)


@attrs.frozen(eq=False, repr=False)
class Promotion(Coded):
    """One promise of a lower price: *when* it holds, what it gives *then*.

    It may need a code, be open only by a *schedule*, and be ranked among others. ``earns_points=False`` tells the
    loyalty part that what it touches earns none; with ``counts_towards_thresholds=False`` the units it touches no
    longer count in the amounts and quantities that later phases ask for. *limits* say how often it may be used and
    how much it may give. The codes of one that is *advertised* may be suggested to shoppers who did not enter them.
    Raises `PolicyError`.

    >>> from aftercare import customer, policies
    >>> Promotion("staff-ships-free", when=customer.staff, then=policies.free_shipping())
    Promotion('staff-ships-free', when=customer.staff, then=(policies.free_shipping(),))
    """

    id: str
    when: Condition = attrs.field(default=always, kw_only=True)
    then: tuple[Benefit, ...] = attrs.field(converter=_benefits, kw_only=True)
    title: Name | None = attrs.field(default=None, converter=maybe_name, kw_only=True)
    codes: tuple[str, ...] = attrs.field(default=(), converter=words, kw_only=True)
    advertised: bool = attrs.field(default=False, kw_only=True)
    schedule: Schedule | None = attrs.field(default=None, kw_only=True)
    only_in: tuple[str, ...] = attrs.field(default=(), converter=words, kw_only=True)
    rank: int | None = attrs.field(default=None, kw_only=True)
    earns_points: bool = attrs.field(default=True, kw_only=True)
    counts_towards_thresholds: bool = attrs.field(default=True, kw_only=True)
    notice: Notice | None = attrs.field(default=None, kw_only=True)
    limits: tuple[Limit, ...] = attrs.field(default=(), converter=limits_of, kw_only=True)
    exceptions: Exceptional = attrs.field(default=Exceptional(), kw_only=True)

    def __attrs_post_init__(self) -> None:
        if not is_a(self.id, str) or not self.id.strip():
            msg = f"a promotion needs an id, given `{self.id!r}`"
            raise PolicyError(msg)
        if not is_a(self.when, Condition):
            told = "ask how many there are of some goods with `cart.has(...)` or `cart.quantity(...)`"
            if is_a(self.when, bool):
                told = "write `.is_(...)` where you wrote `==`, and `always` or `never` where you meant it"
            msg = f"`when` of `{self.id}` is `{self.when!r}`, which is no condition of the order: {told}"
            raise PolicyError(msg)
        for benefits in self.alternatives:
            if not benefits:
                msg = f"`{self.id}` gives nothing: name at least one benefit, such as `policies.percent_off(10)`"
                raise PolicyError(msg)
            for benefit in benefits:
                if not is_a(benefit, Discount, ShippingOff, Gift, Reward):
                    msg = (
                        f"`{benefit!r}` of `{self.id}` is no benefit: "
                        "say what it gives, such as `policies.every(2, of=...).percent_off(50)`"
                    )
                    raise PolicyError(msg)
        if self.rank is not None and (is_a(self.rank, bool) or not is_a(self.rank, int)):
            msg = f"the rank of `{self.id}` is a whole number, given `{self.rank!r}`"
            raise PolicyError(msg)
        if any(not code.strip() for code in self.codes):
            msg = f"a code of `{self.id}` is empty: write what customers enter"
            raise PolicyError(msg)
        self._check_notice()
        check_limits(self.id, self.limits, self.codes, self.alternatives)

    def _check_notice(self) -> None:
        if self.notice is None:
            return
        ending = self.notice.ending is not None
        if ending and (self.schedule is None or self.schedule.closes_at() is None):
            msg = f"`{self.id}` announces an end it does not have: give it a `schedule` with an end"
            raise PolicyError(msg)
        if not ending and (self.schedule is None or self.schedule.opens_at() is None):
            msg = f"`{self.id}` announces a start it does not have: give it a `schedule` with a start"
            raise PolicyError(msg)

    @property
    def name(self) -> Name:
        """What customers read: the title, or the id where there is none."""
        return self.title or Name(self.id)

    @property
    def alternatives(self) -> tuple[tuple[Benefit, ...], ...]:
        """What it gives by default, then what it gives in each exception."""
        overridden = (dict(override.terms).get("then") for override in self.exceptions.overrides)
        return (self.then, *(given for given in overridden if given is not None))

    @property
    def phases(self) -> tuple[Phase, ...]:
        """The phases in which it acts, in their order."""
        acting = {benefit.acts_in for benefits in self.alternatives for benefit in benefits}
        return tuple(phase for phase in PHASES if phase in acting)

    def except_when(self, when: Condition, *, then: Benefit | Iterable[Benefit], named: str | None = None) -> Promotion:
        """The same promotion that gives something else when *when* holds too.

        Exceptions that give different things must never hold together; where that cannot be proved, say with
        `exceptions_by("first_of")` that the first one counts. Raises `PolicyError`.

        >>> from aftercare import customer, policies
        >>> sale = Promotion("sale", then=policies.percent_off(5))
        >>> sale.except_when(customer.staff, then=policies.percent_off(20)).alternatives[1]
        (policies.percent_off(Percent("20")),)
        """
        override = Override(when, (("then", _benefits(then)),), named)
        return attrs.evolve(self, exceptions=with_override(self.exceptions, override, f"promotion `{self.id}`"))

    def exceptions_by(self, strategy: Strategy) -> Promotion:
        """The same promotion with a declared *strategy* for exceptions that hold together."""
        return attrs.evolve(self, exceptions=Exceptional(strategy, self.exceptions.overrides))

    def __repr__(self) -> str:
        return f"{call('Promotion', self, skip=frozenset({'exceptions'}))}{self.exceptions!r}"
