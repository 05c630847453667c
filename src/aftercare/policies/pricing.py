"""The state of one pricing: units, shipments and what is carried beside them, while the phases act."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from aftercare.policies.allocation import split
from aftercare.policies.snapshot import Snapshot
from aftercare.policies.units import Deliveries, Goods

if TYPE_CHECKING:
    from collections.abc import Callable
    from fractions import Fraction
    from typing import Self

    from aftercare.order import Order
    from aftercare.policies.snapshot import Moment
    from aftercare.policies.taking import Planned
    from aftercare.policies.units import Run, Runs


Values: TypeAlias = "tuple[Any, ...]"
"""What a benefit reads, told for one order: its value, its cap, its cap for each unit, its worth."""

Act: TypeAlias = "Callable[[Pricing, str, Values, int], int]"
"""How a benefit acts: on a pricing, for the promotion with an id, with values, in a group; it returns what it took."""


Alone: TypeAlias = "Callable[[Pricing, Values], int | None]"
"""What a benefit takes off when it acts alone in a phase that begins; None where that has to be tried."""


class Pricing:
    """One order while it is priced; `fork` gives a copy on which an alternative can be tried.

    *runs* are the units that it begins with, where they are known; *plain* as in `Goods`.
    """

    __slots__ = (
        "carries",
        "gifts",
        "goods",
        "moment",
        "occurrences",
        "order",
        "overflow",
        "planned",
        "rewards",
        "runs",
        "shipping",
        "snapshot",
        "tags",
    )

    snapshot: Snapshot

    split = staticmethod(split)
    """How the parts of a discount are taken; who prices a receipt again looks on."""

    def __init__(self, order: Order, moment: Moment, runs: Runs | None = None, *, plain: bool = False) -> None:
        self.order = order
        self.moment = moment
        self.goods = Goods(order, plain=plain)
        self.runs = self.goods.runs() if runs is None else runs
        self.tags: dict[int, int | Fraction] = {}
        self.carries = False
        self.shipping: list[Run] = []
        self.gifts: list[tuple[str, str, int, int]] = []
        self.rewards: list[tuple[str, str, Any, int]] = []
        self.overflow: list[tuple[str, int]] = []
        self.occurrences: list[tuple[str, int, tuple[tuple[int, int, int, bool], ...]]] = []
        self.planned: dict[str, list[Planned]] = {}

    @property
    def deliveries(self) -> Deliveries:
        """The shipments, as far as ties between them go."""
        return Deliveries(self.order)

    def look(self) -> Snapshot:
        """The order as it stands now, for the conditions of the phase that begins."""
        self.snapshot = Snapshot(self.goods, self.runs, self.moment)
        return self.snapshot

    def begin(self) -> None:
        """Begin a phase: its prices are those that stand now, and every unit is free."""
        for run in self.runs:
            run.start = run.left
            run.roles = 0
        self.planned = {}
        for run in self.shipping:
            run.start = run.left

    def restart(self) -> None:
        """Go back to the prices at which the phase began and free every unit; those that became gifts stay gifts."""
        for run in self.runs:
            run.roles = 0
            if not run.gift:
                run.left = run.start

    def fork(self) -> Self:
        """The same state, free to change on its own."""
        other = self.__class__.__new__(self.__class__)
        other.order = self.order
        other.goods = self.goods
        other.moment = self.moment
        other.snapshot = self.snapshot
        other.planned = self.planned
        other.runs = self.runs.copies()
        other.shipping = [run.copy() for run in self.shipping]
        other.tags = self.tags.copy()
        other.carries = self.carries
        other.gifts = []
        other.rewards = []
        other.overflow = []
        other.occurrences = []
        return other

    def given(self) -> int:
        """What gifts and rewards count where alternatives are compared."""
        return sum(units * value for _, _, units, value in self.gifts) + sum(worth for *_, worth in self.rewards)
