"""Which units the occurrences of a pattern take.

Equal units stay together: an `Occurrence` stands for *times* equal ones, and its members are runs of units. All
choices go by price at the start of the phase; equal prices by product, tax rate and unit id. Units of one line at one
price are alike: which of them an occurrence takes makes no difference, so the first are the targets.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, NamedTuple, TypeAlias, TypeVar, assert_never

from aftercare.policies.condition import unnamed
from aftercare.policies.pattern import Bundle, BuyGet, Every
from aftercare.policies.ranking import basket_order, cheapest_first, dearest_first

if TYPE_CHECKING:
    from collections.abc import Callable

    from aftercare.policies.pattern import Favour, Pattern
    from aftercare.policies.units import Goods, Run

_T = TypeVar("_T")
_Key: TypeAlias = "Callable[[Alike], tuple[object, ...]]"


class Alike:
    """Free units of one line at one price, by number: the first of them are taken, targets before the others."""

    __slots__ = ("count", "first", "line", "runs", "start")

    def __init__(self, runs: list[Run]) -> None:
        if len(runs) > 1:
            runs.sort(key=lambda run: run.first)
        first = runs[0]
        self.runs = runs
        self.line = first.line
        self.start = first.start
        self.first = first.first
        self.count = sum([run.count for run in runs])

    def carve(self, count: int, units: list[Run]) -> list[Run]:
        """Take the first *count* units out; a run that has to be split is split in *units*."""
        carved = []
        while count:
            run = self.runs[0]
            if count < run.count:
                self.runs[0] = run.split(count)
                units.append(self.runs[0])
            else:
                del self.runs[0]
            carved.append(run)
            count -= run.count
        return carved


class Member(NamedTuple):
    """So many units of a run; the target ones get the benefit."""

    run: Run
    units: int
    target: bool


class Occurrence(NamedTuple):
    """*times* equal occurrences and the units of all of them."""

    times: int
    members: list[Member]


Planned: TypeAlias = "tuple[int, tuple[tuple[int, int, int, bool], ...]]"
"""Equal occurrences that a best combination chose: how many, and of all of them the units by line and price at the
start of the phase, how many, and whether as targets."""

_Amount: TypeAlias = "tuple[_T, int]"
_Choice: TypeAlias = "tuple[int, list[tuple[_T, int, bool]]]"
"""*times* equal occurrences, and of what they take how many units in all, as targets or not."""


class _Pile(Generic[_T]):
    """Units in the order in which they are taken, in portions of equal size."""

    def __init__(self, amounts: list[_Amount[_T]], portion: int) -> None:
        self.amounts = [(each, count) for each, count in amounts if count]
        self.portion = portion
        self.place = 0
        self.used = 0

    def whole(self) -> int:
        """How many portions the current kind still holds."""
        return (self.amounts[self.place][1] - self.used) // self.portion

    def draw(self, needed: int) -> list[_Amount[_T]]:
        """The next *needed* units."""
        drawn = []
        while needed:
            each, count = self.amounts[self.place]
            units = min(needed, count - self.used)
            drawn.append((each, units))
            needed -= units
            self.used += units
            if self.used == count:
                self.place += 1
                self.used = 0
        return drawn


def take_units(pattern: Pattern, masks: list[int], free: list[Run], goods: Goods, units: list[Run]) -> list[Occurrence]:
    """The occurrences of *pattern* among the *free* units that it wants; *masks* are the lines of each of its goods.

    Runs that have to be split are split in *units*.
    """
    together: dict[tuple[int, int], list[Run]] = {}
    for run in free:
        together.setdefault((run.line, run.start), []).append(run)
    alike = [Alike(runs) for runs in together.values()]
    match pattern:
        case Every():
            return _of_every(pattern, alike, goods, units)
        case BuyGet() if unnamed(pattern.of) == unnamed(pattern.get_of):
            same = Every(
                pattern.bought + pattern.got,
                of=pattern.of,
                targets=pattern.got,
                favour=pattern.favour,
                times=pattern.times,
            )
            return _of_every(same, alike, goods, units)
        case BuyGet():
            return _placed(_buy_get(pattern, masks, alike, goods), units)
        case Bundle():
            return _bundle(pattern, masks, alike, goods, units)
        case never:
            assert_never(never)


def place_units(planned: list[Planned], free: list[Run], units: list[Run]) -> list[Occurrence]:
    """The occurrences that were *planned*, on the *free* units; runs that have to be split are split in *units*.

    A unit that became a gift since is not free any more: so many occurrences fall away.
    """
    together: dict[tuple[int, int], list[Run]] = {}
    for run in free:
        together.setdefault((run.line, run.start), []).append(run)
    alike = {key: Alike(runs) for key, runs in together.items()}
    left = {key: each.count for key, each in alike.items()}
    choices: list[_Choice[Alike]] = []
    for times, roles in planned:
        each: dict[tuple[int, int], int] = {}
        for line, start, count, _ in roles:
            each[line, start] = each.get((line, start), 0) + count // times
        fits = min(times, *(left.get(key, 0) // count for key, count in each.items()))
        if fits:
            for key, count in each.items():
                left[key] -= count * fits
            choices.append(
                (fits, [(alike[line, start], count // times * fits, target) for line, start, count, target in roles])
            )
    return _placed(choices, units)


def _of_every(pattern: Every, alike: list[Alike], goods: Goods, units: list[Run]) -> list[Occurrence]:
    if len(alike) > 1:
        return _placed(_every(pattern, alike, goods), units)
    # Units that are all alike leave nothing to choose.
    (each,) = alike
    times = _limited(each.count // pattern.n, pattern.times)
    aimed = each.carve(times * pattern.targets, units)
    paid = each.carve(times * (pattern.n - pattern.targets), units)
    members = [Member(run, run.count, target=True) for run in aimed]
    members += [Member(run, run.count, target=False) for run in paid]
    return [Occurrence(times, members)]


def _placed(choices: list[_Choice[Alike]], units: list[Run]) -> list[Occurrence]:
    """The units of each occurrence: of those alike, the first are targets and the next are paid in full."""
    counts: dict[Alike, list[int]] = {}
    for _, roles in choices:
        for each, count, target in roles:
            counts.setdefault(each, [0, 0])[not target] += count
    piles: dict[tuple[Alike, bool], _Pile[Run]] = {}
    for each, both in counts.items():
        for target, count in zip((True, False), both, strict=True):
            piles[each, target] = _Pile([(run, run.count) for run in each.carve(count, units)], 1)
    return [
        Occurrence(
            times,
            [
                Member(run, some, target)
                for each, count, target in roles
                for run, some in piles[each, target].draw(count)
            ],
        )
        for times, roles in choices
    ]


def _by_favour(favour: Favour, goods: Goods) -> tuple[_Key, _Key]:
    """In which order targets are taken, and in which order units paid in full."""
    if favour == "basket_order":
        return basket_order(goods), basket_order(goods)
    cheapest, dearest = cheapest_first(goods), dearest_first(goods)
    return (cheapest, dearest) if favour == "merchant" else (dearest, cheapest)


def _limited(found: int, times: int | None) -> int:
    return found if times is None else min(found, times)


def _zip(piles: list[tuple[_Pile[_T], bool]], times: int) -> list[_Choice[_T]]:
    """*times* occurrences, each drawing one portion of every pile; equal ones together."""
    found = []
    while times:
        together = max(1, min(times, *(pile.whole() for pile, _ in piles)))
        drawn = [(each, count, target) for pile, target in piles for each, count in pile.draw(together * pile.portion)]
        found.append((together, drawn))
        times -= together
    return found


def _every(pattern: Every, alike: list[Alike], goods: Goods) -> list[_Choice[Alike]]:
    n, targets = pattern.n, pattern.targets
    times = _limited(sum([each.count for each in alike]) // n, pattern.times)
    cheap = pattern.pick == "cheapest"
    cheapest, dearest = cheapest_first(goods), dearest_first(goods)
    first, last = (cheapest, dearest) if cheap else (dearest, cheapest)
    if pattern.favour != "basket_order" and cheap == (pattern.favour == "merchant"):
        # The targets come from one end of the price list, the units paid in full from the other.
        taken, rest = _cut([(each, each.count) for each in sorted(alike, key=first)], times * targets)
        paid, _ = _cut(sorted(rest, key=lambda amount: last(amount[0])), times * (n - targets))
        return _zip([(_Pile(taken, targets), True), (_Pile(paid, n - targets), False)], times)
    # Groups of n as the units come; inside each, the targets are the cheapest (or dearest).
    order = basket_order(goods) if pattern.favour == "basket_order" else last
    pile = _Pile([(each, each.count) for each in sorted(alike, key=order)], n)
    return [_aim(each, targets, first) for each in _zip([(pile, False)], times)]


def _cut(order: list[_Amount[Alike]], units: int) -> tuple[list[_Amount[Alike]], list[_Amount[Alike]]]:
    """The first *units* and the rest."""
    head: list[_Amount[Alike]] = []
    tail: list[_Amount[Alike]] = []
    for each, count in order:
        here = min(units, count)
        units -= here
        head.append((each, here))
        tail.append((each, count - here))
    return head, tail


def _aim(choice: _Choice[Alike], targets: int, key: _Key) -> _Choice[Alike]:
    """Choose the targets inside each group."""
    times, roles = choice
    left = times * targets
    aimed: list[tuple[Alike, int, bool]] = []
    for each, count, _ in sorted(roles, key=lambda role: key(role[0])):
        here = min(left, count)
        left -= here
        aimed += [(each, units, target) for units, target in ((here, True), (count - here, False)) if units]
    return times, aimed


def _buy_get(pattern: BuyGet, masks: list[int], alike: list[Alike], goods: Goods) -> list[_Choice[Alike]]:
    buying, getting = masks
    only_buy = sum(each.count for each in alike if buying >> each.line & 1 and not getting >> each.line & 1)
    only_get = sum(each.count for each in alike if getting >> each.line & 1 and not buying >> each.line & 1)
    both = sum(each.count for each in alike if getting >> each.line & 1 and buying >> each.line & 1)
    n, m = pattern.bought, pattern.got
    times = min((only_buy + both) // n, (only_get + both) // m, (only_buy + only_get + both) // (n + m))
    times = _limited(times, pattern.times)
    key, opposite = _by_favour(pattern.favour, goods)
    # Of the units that may play both roles, enough are kept back to be bought.
    spare = only_buy + both - times * n
    left = times * m
    targets: list[_Amount[Alike]] = []
    used: dict[Alike, int] = {}
    for each in sorted((each for each in alike if getting >> each.line & 1), key=key):
        shared = buying >> each.line & 1
        units = min(left, each.count, spare) if shared else min(left, each.count)
        spare -= units if shared else 0
        left -= units
        used[each] = units
        targets.append((each, units))
    buyers = sorted((each for each in alike if buying >> each.line & 1), key=opposite)
    paid, _ = _cut([(each, each.count - used.get(each, 0)) for each in buyers], times * n)
    return _zip([(_Pile(targets, m), True), (_Pile(paid, n), False)], times)


def _bundle(pattern: Bundle, masks: list[int], alike: list[Alike], goods: Goods, units: list[Run]) -> list[Occurrence]:
    sizes = [n for _, n in pattern.components]
    key, _ = _by_favour(pattern.favour, goods)
    alike.sort(key=key)
    fits = [(each, sum([1 << kind for kind, mask in enumerate(masks) if mask >> each.line & 1])) for each in alike]
    shared = any(kind & (kind - 1) for _, kind in fits)
    times, filled = (_shared if shared else _apart)(fits, sizes, pattern.times)
    piles = [
        _Pile([(run, run.count) for each, count in some for run in each.carve(count, units)], n)
        for some, n in zip(filled, sizes, strict=True)
    ]
    zipped = _zip([(pile, True) for pile in piles], times)
    return [Occurrence(together, [Member(*each) for each in drawn]) for together, drawn in zipped]


def _apart(fits: list[tuple[Alike, int]], sizes: list[int], most: int | None) -> tuple[int, list[list[_Amount[Alike]]]]:
    """How many bundles, and the units of each component, where no unit fits two components."""
    of_each = [[(each, each.count) for each, kind in fits if kind >> place & 1] for place in range(len(sizes))]
    times = min([sum([count for _, count in some]) // n for some, n in zip(of_each, sizes, strict=True)])
    times = _limited(times, most)
    return times, [_cut(some, times * n)[0] for some, n in zip(of_each, sizes, strict=True)]


def _shared(
    fits: list[tuple[Alike, int]], sizes: list[int], most: int | None
) -> tuple[int, list[list[_Amount[Alike]]]]:
    """The same by Hall's condition: a set of components can be filled from the units that fit it and no others."""
    groups = range(1, 1 << len(sizes))
    size = {group: sum(n for kind, n in enumerate(sizes) if group >> kind & 1) for group in groups}
    times = min(sum(each.count for each, kind in fits if kind & group) // size[group] for group in groups)
    times = _limited(times, most)
    chosen: list[tuple[Alike, int, int]] = []
    inside = dict.fromkeys(groups, 0)
    for each, kind in fits:
        count = min(each.count, *(times * size[group] - inside[group] for group in groups if kind & group == kind))
        for group in groups:
            if kind & group == kind:
                inside[group] += count
        chosen.append((each, kind, count))
    return times, _fill(chosen, inside, {group: times * size[group] for group in groups}, len(sizes))


def _fill(
    chosen: list[tuple[Alike, int, int]], inside: dict[int, int], need: dict[int, int], components: int
) -> list[list[_Amount[Alike]]]:
    """Give each chosen unit to one component, keeping every other component fillable."""
    filled: list[list[_Amount[Alike]]] = [[] for _ in range(components)]
    for each, kind, count in chosen:
        units = count
        for component in range(components):
            bit = 1 << component
            if not kind & bit or not units:
                continue
            tight = [need[group] - inside[group] for group in need if group & bit and kind & group != kind]
            given = min(units, need[bit], *tight) if tight else min(units, need[bit])
            units -= given
            filled[component].append((each, given))
            for group in need:
                if group & bit:
                    need[group] -= given
                if kind & group == kind:
                    inside[group] -= given
    return filled
