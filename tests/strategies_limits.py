"""Books whose promotions have limits, and counts in which little is left of them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import attrs
from hypothesis import strategies as st

from aftercare import Days, Order, PolicyBook, PolicyError, Promotion, policies
from aftercare.limits import Counts, Reservation, Tally, Use
from aftercare.policies.limit import Budget
from aftercare.policies.stacking import promotions_in
from tests.reference.conditions import folded
from tests.reference.limits import period
from tests.reference.numbers import in_currency
from tests.strategies_orders import AT, sums
from tests.strategies_policies import World

if TYPE_CHECKING:
    from aftercare.history import History
    from aftercare.policies.limit import Limit
    from tests.strategies_orders import Draw

EVERY = [None, None, None, "day", "week", "month", "year", Days(1), Days(7)]


class LimitedWorld(World):
    """Draws books with limits, and counts for them."""

    def promotion(self, id_: str, phases: tuple[str, ...], *, ranked: bool) -> Promotion:
        """A promotion that mostly has limits."""
        return self.limited(super().promotion(id_, phases, ranked=ranked))

    def member(self, id_: str, *, ranked: bool) -> Promotion:
        """A member of a best combination that mostly has limits."""
        return self.limited(super().member(id_, ranked=ranked))

    def limited(self, made: Promotion) -> Promotion:
        """A promotion that mostly gets limits."""
        if self.chance(4):
            return made
        limits = [self.limit(per=made.codes and self.chance(3)) for _ in range(self.pick(1, 1, 2, 3))]
        kinds = {(type(each), each.per, each.every): each for each in limits}
        try:
            return attrs.evolve(made, limits=kinds.values())
        except PolicyError:
            # Something that cannot be given in part.
            whole = (
                attrs.evolve(each, partial="refuse") if isinstance(each, Budget) else each for each in kinds.values()
            )
            return attrs.evolve(made, limits=whole)

    def limit(self, *, per: Any) -> Limit:
        """A limit of uses or money."""
        terms = {"per": "code" if per else self.pick(None, None, "customer"), "every": self.pick(*EVERY)}
        if self.chance(3):
            return policies.uses(self.draw(st.integers(1, 3)), **terms)
        return policies.budget(self.money(self.draw(sums) + 1), partial=self.pick("cut", "cut", "refuse"), **terms)

    def counts(self, book: PolicyBook, order: Order) -> Counts | None:
        """Counts that leave little of some limits."""
        if self.chance(12):
            return None
        tallies: dict[Tally, int] = {}
        reservations = []
        for promotion in (each for entry in book.promotions for each in promotions_in(entry)):
            for place, limit in enumerate(promotion.limits):
                if self.chance(3):
                    continue
                most = in_currency(limit.most, self.currency) if isinstance(limit, Budget) else limit.most
                tally = self.tally(promotion, limit, order, book.zone)
                used = max(0, most - self.draw(st.one_of(st.integers(0, 3), sums)))
                if self.chance(5):
                    until = AT + timedelta(hours=self.pick(-1, 0, 1))
                    use = Use(tally, used, most=most, title=promotion.name)
                    reservations.append(
                        Reservation(f"{promotion.id}-{place}", [use], until=until, committed=self.chance(4))
                    )
                else:
                    tallies[tally] = used
        return Counts(tallies, reservations=reservations)

    def tally(self, promotion: Promotion, limit: Limit, order: Order, zone: str) -> Tally:
        """The tally of a limit, mostly the one that counts for the order."""
        today = AT.astimezone(ZoneInfo(zone)).date()
        customer = "other" if order.customer is None or self.chance(8) else order.customer.id
        back = self.pick(0, 0, 0, 1, 6, 7) if limit.every is not None else 0
        every, start = period(limit.every, today - timedelta(days=back))
        return Tally(
            promotion.id,
            of=self.currency if isinstance(limit, Budget) else "uses",
            customer=customer if limit.per == "customer" else None,
            code=folded(self.pick(*promotion.codes)) if limit.per == "code" else None,
            every=every,  # type: ignore[arg-type]
            start=start,
        )


@st.composite
def limited_cases(draw: Draw) -> tuple[PolicyBook, Order, History | None, Counts | None]:
    """A book with limits, an order in its currency, what is known of the customer, and what was used."""
    world = LimitedWorld(draw)
    order = world.order()
    book = world.book()
    return book, order, world.history(order), world.counts(book, order)
