"""A pricing under watch: what each discount gives each unit is noted, and where nothing changed it keeps its parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, cast

from aftercare.policies.allocation import split
from aftercare.policies.candidate import Candidate
from aftercare.policies.pricing import Pricing
from aftercare.policies.units import Run, Runs, measured, minimum

if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

    from aftercare.order import Order
    from aftercare.policies.allocation import Keyed
    from aftercare.policies.candidate import Plan
    from aftercare.policies.pricing import Act, Values
    from aftercare.policies.snapshot import Moment, Snapshot
    from aftercare.policies.units import Part


class Share(NamedTuple):
    """What one discount gave each unit: the exact share before rounding, and the part that was taken."""

    exact: dict[int, tuple[int, int]]
    parts: dict[int, Part]


class Watched(Pricing):
    """A pricing in which every unit is a run of its own, and each discount may keep the parts it once had."""

    __slots__ = ("memory", "noted", "places", "recorded", "units", "watching")

    def __init__(self, order: Order, moment: Moment, start: Start) -> None:
        super().__init__(order, moment, start.runs(order))
        self.units = start.kept
        self.places = {(run.line, run.first): place for place, run in enumerate(self.runs)}
        self.memory = start.memory
        self.recorded: dict[Act, Share] = {}
        self.noted: dict[int, tuple[int, int]] = {}
        self.watching = True

    def fork(self) -> Watched:
        """A copy on which alternatives are compared afresh."""
        other = super().fork()
        other.watching = False
        return other

    def split(  # noqa: PLR0917 - as `allocation.split`
        self, units: list[Run], runs: list[Run], shares: list[int], den: int, total: int, goods: Keyed, who: str
    ) -> int:
        """Note the exact shares, then take the parts."""
        if self.watching:
            for share, run in zip(shares, runs, strict=True):
                self.noted[self.places[run.line, run.first]] = (share, den)
        return split(units, runs, shares, den, total, goods, who)

    def let(self, act: Act, who: str, values: Values, group: int) -> int:
        """Let a discount act; where it gives every kept unit what it gave for the whole order, keep those parts."""
        if not self.watching:
            return act(self, who, values, group)
        before = [(run.left, len(run.parts)) for run in self.runs]
        tags = self.tags.copy()
        self.noted = {}
        taken = act(self, who, values, group)
        found = self._shares(before, tags)
        if self.memory is None:
            self.recorded[act] = found
            return taken
        known = self.memory.get(act)
        if known is None or any(not _equal(found.exact.get(unit), known.exact.get(unit)) for unit in self.units):
            return taken
        kept = 0
        for run, unit, (left, parts) in zip(self.runs, self.units, before, strict=True):
            run.parts = run.parts[:parts]
            run.left = left
            part = known.parts.get(unit)
            if part is not None:
                run.take(*part)
                kept += part[1]
        return kept

    def _shares(self, before: list[tuple[int, int]], tags: dict[int, int | Fraction]) -> Share:
        exact: dict[int, tuple[int, int]] = {}
        parts: dict[int, Part] = {}
        for place, (run, unit, (_, count)) in enumerate(zip(self.runs, self.units, before, strict=True)):
            new = run.parts[count:]
            if new:
                parts[unit] = new[0]
            start = self.goods.lines[run.line].unit_price.minor
            off = tags.get(run.line, start) - self.tags.get(run.line, start)
            if place in self.noted:
                exact[unit] = self.noted[place]
            elif off:
                exact[unit] = (off.numerator, off.denominator)
            elif new:
                exact[unit] = (new[0][1], 1)
        return Share(exact, parts)


def _equal(one: tuple[int, int] | None, other: tuple[int, int] | None) -> bool:
    num, den = one or (0, 1)
    other_num, other_den = other or (0, 1)
    return num * other_den == other_num * den


class WatchedCandidate(Candidate):
    """A promotion whose benefits act under watch."""

    __slots__ = ("_acts", "_inner")

    def __init__(self, inner: Candidate) -> None:
        self._inner = inner
        self._acts: dict[Act, Act] = {}
        self.index = inner.index
        self.first = inner.first
        self.promotion = inner.promotion

    def plan(self, snapshot: Snapshot) -> Plan | None:
        """What it will do, each benefit on goods under watch."""
        plan = self._inner.plan(snapshot)
        if plan is None:
            return None
        return [
            (phase, act if phase == "shipping" else self._watched(act), values, alone, benefit)
            for phase, act, values, alone, benefit in plan
        ]

    def _watched(self, act: Act) -> Act:
        known = self._acts.get(act)
        if known is None:

            def watched(pricing: Pricing, who: str, values: Values, group: int) -> int:
                return cast("Watched", pricing).let(act, who, values, group)

            known = self._acts[act] = watched
        return known


class Start:
    """The units that one pricing begins with."""

    def __init__(self, prices: Sequence[int], kept: tuple[int, ...], memory: dict[Act, Share] | None) -> None:
        self.prices = prices
        self.kept = kept
        self.memory = memory

    def runs(self, order: Order) -> Runs:
        """Each kept unit at its stored price, numbered anew within its line."""
        found: list[Run] = []
        units = iter(self.kept)
        for place, line in enumerate(order.lines):
            floor = minimum(line) if line.measure is None else measured(line, minimum(line))
            found += [Run(place, n, 1, self.prices[next(units)], floor) for n in range(1, line.quantity + 1)]
        return Runs(found)
