"""How limits act while an order is priced: which promotions they let through, and how much of a discount."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from aftercare.calendar import Days, local_date
from aftercare.limits.tallies import Tally, Use, first_day
from aftercare.money import Money
from aftercare.policies.item_reading import fold
from aftercare.policies.limit import Budget

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from aftercare.limits import Counts
    from aftercare.order import Order
    from aftercare.policies.candidate import Plan
    from aftercare.policies.limit import Limit
    from aftercare.policies.pricing import Act, Pricing, Values
    from aftercare.policies.promotion import Promotion

Open: TypeAlias = Literal["open", "exhausted", "sign_in", "unknown"]


class Standing(NamedTuple):
    """How the limits of a promotion stand for one order; amounts are in minor units of its currency.

    *room* is what the budgets that are cut have left, *fit* what those that refuse have left, *short* the limits that
    have nothing left, *code* the entered code that is used.
    """

    state: Open
    room: int | None = None
    fit: int | None = None
    short: tuple[Use, ...] = ()
    code: str | None = None


class Gate:
    """What limits let through for one order; *refused* are promotions whose discount was more than a budget had left.

    It says of each of these how much the discount was.
    """

    def __init__(self, counts: Counts | None, order: Order, at: datetime, zone: str) -> None:
        self.counts = counts
        self.order = order
        self.at = at
        self.zone = zone
        self.standings: dict[str, Standing] = {}
        self.refused: dict[str, int] = {}

    def admit(self, promotion: Promotion, plan: Plan) -> Plan | None:
        """The *plan* of an eligible promotion within its limits; None where they do not let it through."""
        standing = self.standing(promotion)
        if standing.state != "open" or promotion.id in self.refused:
            return None
        if standing.room is None:
            return plan
        room = standing.room
        return [(phase, _cut(act, room), values, _only_tried, benefit) for phase, act, values, _, benefit in plan]

    def capped(self, promotion: Promotion, plan: Plan, pricing: Pricing) -> Plan:
        """The *plan* of an admitted promotion with what budgets that are cut have left now as a cap of its benefits."""
        room = self.standing(promotion).room if promotion.limits else None
        if room is None:
            return plan
        left = room - _taken(pricing, promotion.id)
        return [(phase, act, _within(values, left), alone, benefit) for phase, act, values, alone, benefit in plan]

    def opens(self, promotion: Promotion) -> bool:
        """Whether an eligible promotion that has no budget is within its limits."""
        return self.standing(promotion).state == "open"

    def refuse(self, promotions: Iterable[Promotion], given: dict[str, int]) -> bool:
        """Refuse the first of *promotions* that has *given* more than a budget has left; whether there is one."""
        for promotion in promotions:
            standing = self.standings.get(promotion.id)
            amount = given.get(promotion.id, 0)
            if standing is not None and standing.fit is not None and amount > standing.fit:
                self.refused[promotion.id] = amount
                return True
        return False

    def standing(self, promotion: Promotion) -> Standing:
        """How the limits of *promotion* stand."""
        found = self.standings.get(promotion.id)
        if found is None:
            found = self.standings[promotion.id] = self._standing(promotion)
        return found

    def _standing(self, promotion: Promotion) -> Standing:
        if self.counts is None:
            return Standing("unknown")
        codes: Iterable[str | None] = (None,)
        if any(limit.per == "code" for limit in promotion.limits):
            codes = sorted({fold(code) for code in promotion.codes} & {fold(code) for code in self.order.codes})
        first: Standing | None = None
        for code in codes:
            standing = self._with_code(promotion, self.counts, code)
            if standing.state != "exhausted":
                return standing
            first = first or standing
        return first or Standing("open")

    def _with_code(self, promotion: Promotion, counts: Counts, code: str | None) -> Standing:
        rooms: list[int] = []
        fits: list[int] = []
        short: list[Use] = []
        sign_in = False
        for limit in promotion.limits:
            if limit.per == "customer" and self.order.customer is None:
                sign_in = True
                continue
            use = self.use(promotion, limit, code, 1)
            left = counts.left(use, at=self.at)
            if not left:
                short.append(use)
            if isinstance(limit, Budget):
                (rooms if limit.partial == "cut" else fits).append(left)
        state: Open = "exhausted" if short else "sign_in" if sign_in else "open"
        return Standing(state, min(rooms, default=None), min(fits, default=None), tuple(short), code)

    def use(self, promotion: Promotion, limit: Limit, code: str | None, amount: int) -> Use:
        """What an order that gives *amount* takes of *limit*."""
        of, most = "uses", limit.most
        if not isinstance(most, int):
            of = self.order.currency
            most = (most if isinstance(most, Money) else most.in_(of)).minor
        today = local_date(self.at, self.zone)
        every = "day" if isinstance(limit.every, Days) else limit.every
        customer = self.order.customer
        return Use(
            Tally(
                promotion.id,
                of=of,
                customer=customer.id if limit.per == "customer" and customer is not None else None,
                code=code if limit.per == "code" else None,
                every=every,
                start=None if every is None else first_day(every, today),
            ),
            1 if of == "uses" else amount,
            most=most,
            since=today - timedelta(days=limit.every.n - 1) if isinstance(limit.every, Days) else None,
            title=promotion.name,
        )

    def uses(self, promotion: Promotion, amount: int) -> list[Use]:
        """What the order takes of each limit of a *promotion* that applied and gave *amount*."""
        code = self.standing(promotion).code
        return [self.use(promotion, limit, code, amount) for limit in promotion.limits]

    def short(self, promotion: Promotion) -> list[tuple[Use, int]]:
        """The limits that keep *promotion* out, each as what it would use, with what is left."""
        counts, code = self.counts, self.standing(promotion).code
        if counts is None:
            return []
        amount = self.refused.get(promotion.id)
        if amount is None:
            return [(use, 0) for use in self.standing(promotion).short]
        found = []
        for limit in promotion.limits:
            if isinstance(limit, Budget) and limit.partial == "refuse":
                use = self.use(promotion, limit, code, amount)
                left = counts.left(use, at=self.at)
                if left < amount:
                    found.append((use, left))
        return found

    def free_again(self, use: Use) -> date | None:
        """The first day on which *use* may fit again."""
        return None if self.counts is None else self.counts.free_again(use, at=self.at)


def _cut(act: Act, room: int) -> Act:
    """The same act, taking no more than *room* with what its promotion has taken already."""

    def within(pricing: Pricing, who: str, values: Values, group: int) -> int:
        return act(pricing, who, _within(values, room - _taken(pricing, who)), group)

    return within


def _within(values: Values, left: int) -> Values:
    """The same values, with a cap of no more than *left*."""
    value, cap, *rest = values
    return (value, left if cap is None else min(cap, left), *rest)


def _only_tried(_pricing: Pricing, _values: Values) -> int | None:
    """What a discount that may be cut takes alone is not told without trying it."""
    return None


def _taken(pricing: Pricing, who: str) -> int:
    """What a promotion has taken so far."""
    return sum(
        part * run.count
        for runs in (pricing.runs, pricing.shipping)
        for run in runs
        for promotion, part, _ in run.parts
        if promotion == who
    )
