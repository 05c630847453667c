"""The state of one pricing: units, shipments and what is carried beside them, while the phases act."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from aftercare.policies.reading import fold
from aftercare.policies.snapshot import Moment, Snapshot
from aftercare.policies.units import Goods, Run

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from fractions import Fraction

    from aftercare.history import History
    from aftercare.order import Order
    from aftercare.policies.taking import Planned


Values: TypeAlias = "tuple[Any, ...]"
"""What a benefit reads, told for one order: its value, its cap, its cap for each unit, its worth."""

Act: TypeAlias = "Callable[[Pricing, str, Values, int], int]"
"""How a benefit acts: on a pricing, for the promotion with an id, with values, in a group; it returns what it took."""


class Pricing:
    """One order while it is priced; `fork` gives a copy on which an alternative can be tried."""

    __slots__ = (
        "codes",
        "gifts",
        "goods",
        "history",
        "moment",
        "occurrences",
        "order",
        "overflow",
        "planned",
        "rewards",
        "runs",
        "shipping",
        "shipping_keys",
        "snapshot",
        "start_tags",
        "tags",
    )

    def __init__(self, order: Order, at: datetime, zone: str, history: History | None) -> None:
        self.order = order
        self.goods = Goods(order)
        self.runs = self.goods.runs()
        self.tags: list[int | Fraction] = list(self.goods.tags)
        self.start_tags = self.tags
        self.moment = Moment(at, zone)
        self.history = history
        self.codes = frozenset(fold(code) for code in order.codes)
        self.shipping: list[Run] = []
        self.shipping_keys = [(shipment.method, shipment.tax.ratio, shipment.id) for shipment in order.shipments]
        self.gifts: list[tuple[str, str, int, int]] = []
        self.rewards: list[tuple[str, str, Any, int]] = []
        self.overflow: list[tuple[str, int]] = []
        self.occurrences: list[tuple[str, int, tuple[tuple[int, int, int, bool], ...]]] = []
        self.planned: dict[str, list[Planned]] = {}
        self.snapshot = Snapshot(self.goods, self.runs, self.moment, history)

    def look(self) -> Snapshot:
        """The order as it stands now, for the conditions of the phase that begins."""
        self.snapshot = Snapshot(self.goods, self.runs, self.moment, self.history)
        return self.snapshot

    def begin(self) -> None:
        """Begin a phase: its prices are those that stand now, and every unit is free."""
        self.start_tags = list(self.tags)
        for run in self.runs:
            run.start = run.left
            run.roles = 0
        self.planned = {}
        for run in self.shipping:
            run.start = run.left

    def fork(self) -> Pricing:
        """The same state, free to change on its own."""
        other: Pricing = Pricing.__new__(Pricing)
        other.order = self.order
        other.goods = self.goods
        other.moment = self.moment
        other.history = self.history
        other.codes = self.codes
        other.shipping_keys = self.shipping_keys
        other.snapshot = self.snapshot
        other.start_tags = self.start_tags
        other.planned = self.planned
        other.runs = [run.copy() for run in self.runs]
        other.shipping = [run.copy() for run in self.shipping]
        other.tags = list(self.tags)
        other.gifts = []
        other.rewards = []
        other.overflow = []
        other.occurrences = []
        return other

    def given(self) -> int:
        """What gifts and rewards count where alternatives are compared."""
        return sum(units * value for _, _, units, value in self.gifts) + sum(worth for *_, worth in self.rewards)
