"""The reader of conditions that answers fast: a function from a snapshot to whether a condition is known to hold.

Because conditions are in negation normal form, what is unknown simply is not known to hold, at a leaf and in every
combination. `aftercare.policies.judging` is the reader that says why.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from aftercare.errors import PolicyError
from aftercare.money import Amounts
from aftercare.policies.condition import (
    Combination,
    Condition,
    Test,
)
from aftercare.policies.item_reading import fold
from aftercare.policies.reading import reader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from aftercare.policies.reading import Read
    from aftercare.policies.snapshot import Snapshot

Holds: TypeAlias = "Callable[[Snapshot], bool]"


def holds(condition: Condition) -> Holds:
    """The function from a snapshot to whether *condition* is known to hold."""
    match condition:
        case Combination(needed, parts):
            return _enough(needed, [holds(part) for part in parts])
        case Test(reading, operator, bound):
            read = reader(reading)
            match operator:
                case "holds" | "fails":
                    wanted = operator == "holds"
                    return lambda snapshot: read(snapshot) is wanted
                case "one_of" | "none_of":
                    return _among(read, bound, fold_codes=reading.name == "cart.code", wanted=operator == "one_of")
                case _:
                    return _compared(read, bound, at_least=operator == "at_least")
        case _:
            msg = f"`{condition!r}` is not a condition of this library"
            raise PolicyError(msg)


class _Every:
    """Several conditions, all of which have to hold."""

    __slots__ = ("parts",)

    def __init__(self, parts: Iterable[Holds]) -> None:
        self.parts = tuple(parts)

    def hold(self, snapshot: Snapshot) -> bool:
        for part in self.parts:
            if not part(snapshot):
                return False
        return True


def _enough(needed: int, parts: list[Holds]) -> Holds:
    if needed == len(parts):
        return _Every(parts).hold

    def enough(snapshot: Snapshot) -> bool:
        missing = needed
        for part in parts:
            if part(snapshot):
                missing -= 1
                if not missing:
                    return True
        return False

    return enough


def _among(read: Read, bound: Any, *, fold_codes: bool, wanted: bool) -> Holds:
    choices = frozenset(fold(each) for each in bound) if fold_codes else frozenset(bound)

    def among(snapshot: Snapshot) -> bool:
        found = read(snapshot)
        if found is None:
            return False
        if not isinstance(found, tuple):
            return (found in choices) is wanted
        return choices.isdisjoint(found) is not wanted

    return among


class _Compared:
    """A fact compared with a number or a date."""

    __slots__ = ("at_least", "bound", "read")

    def __init__(self, read: Read, bound: Any, *, at_least: bool) -> None:
        self.read = read
        self.bound = bound
        self.at_least = at_least

    def holds(self, snapshot: Snapshot) -> bool:
        found = self.read(snapshot)
        return found is not None and (found >= self.bound) is self.at_least


class _ComparedAmount(_Compared):
    """An amount compared with the bound in the order's own currency."""

    __slots__ = ()

    def holds(self, snapshot: Snapshot) -> bool:
        found = self.read(snapshot)
        return found is not None and (found >= self.bound.in_(snapshot.order.currency).minor) is self.at_least


def _compared(read: Read, bound: Any, *, at_least: bool) -> Holds:
    if isinstance(bound, Amounts):
        return _ComparedAmount(read, bound, at_least=at_least).holds
    rank = getattr(bound, "rank", None)
    if rank is not None:

        def tier(snapshot: Snapshot) -> bool:
            found = read(snapshot)
            return found is not None and (found.rank >= rank) is at_least

        return tier

    return _Compared(read, bound, at_least=at_least).holds
