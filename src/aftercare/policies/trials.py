"""Trials: changed orders, each priced once, and how a promotion stands in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from aftercare.errors import OrderError
from aftercare.policies.changes import AddUnits, ChooseDelivery, EnterCode, OrderFrom, SpendMore, changed
from aftercare.policies.needs import Needs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from aftercare.order import Order
    from aftercare.policies.changes import Change
    from aftercare.policies.decision import Decision
    from aftercare.policies.promotion import Promotion
    from aftercare.policies.snapshot import Snapshot

MOST_TRIALS = 500
"""So many changed orders are priced for one decision."""

MOST_LOOKS = 2_000
"""So often a changed order is looked at for one decision, whether it is priced then or was before."""

_ELIGIBLE = frozenset({"applied", "lost", "blocked"})
_IN_ORDER = (AddUnits, SpendMore, EnterCode, ChooseDelivery, OrderFrom)


class Trial(NamedTuple):
    """An order priced for a look: the decision, and what each phase saw."""

    decision: Decision
    snapshots: Mapping[str, Snapshot]


Price: TypeAlias = "Callable[[Order, datetime], Trial]"
Changes: TypeAlias = "tuple[Change, ...]"


class Standing(NamedTuple):
    """How a promotion stands in a trial; its *level* is told where it is eligible."""

    state: str
    taken: int
    occurrences: int
    level: tuple[int, tuple[int, ...]]

    @property
    def eligible(self) -> bool:
        """Whether it takes part, as a winner or not."""
        return self.state in _ELIGIBLE

    def is_raised(self, before: Standing) -> bool:
        """Whether it now takes part, or has reached another exception, a further step, one more occurrence."""
        if not self.eligible or not before.eligible:
            return self.eligible and not before.eligible
        (chosen, steps), (chosen_before, steps_before) = self.level, before.level
        if chosen != chosen_before or any(now > then for now, then in zip(steps, steps_before, strict=False)):
            return True
        return before.state == "applied" and self.occurrences > before.occurrences

    def gives_more(self, before: Standing) -> bool:
        """Whether the customer gets something from it, or more than before."""
        return self.state == "applied" and (before.state != "applied" or self.taken > before.taken)


class Trials:
    """Prices what an order becomes by changes, each result once, no more than `MOST_TRIALS` of them."""

    def __init__(self, decision: Decision, price: Price) -> None:
        self.order = decision.order
        self.at = decision.at
        self._price = price
        self.now = price(decision.order, decision.at)
        self._known: dict[Changes, Trial | None] = {(): self.now}
        self._looks = 0

    @property
    def over(self) -> bool:
        """Whether no more orders are priced, or none is looked at any more."""
        return len(self._known) > MOST_TRIALS or self._looks > MOST_LOOKS

    def after(self, changes: Changes) -> Trial | None:
        """The order after *changes*, priced; None where it cannot be priced, or no more are."""
        self._looks += 1
        if changes not in self._known:
            if self.over:
                return None
            try:
                self._known[changes] = self._price(changed(self.order, changes), self.moment(changes))
            except OrderError:  # a delivery option that no tariff charges
                self._known[changes] = None
        return self._known[changes]

    def moment(self, changes: Changes) -> datetime:
        """The instant as of which the order is placed after *changes*."""
        return next((each.opens for each in changes if isinstance(each, OrderFrom)), self.at)


def standing(promotion: Promotion, trial: Trial) -> Standing:
    """How *promotion* stands in *trial*."""
    found = trial.decision.found
    for id_, _, state, taken, *_ in found.matched:
        if id_ == promotion.id:
            occurrences = sum(times for who, times, _ in found.occurrences if who == id_)
            level = Needs(promotion, trial.snapshots[promotion.phases[0]]).level
            return Standing(state, taken, occurrences, level)
    return Standing("not_eligible", 0, 0, (-1, ()))


def in_order(changes: Iterable[Change]) -> Changes:
    """*changes* in the one order in which they are kept and said."""
    return tuple(sorted(changes, key=lambda each: (_IN_ORDER.index(type(each)), each.fact)))
