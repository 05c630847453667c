"""Stacking groups: how promotions meet. A group's members are promotions or groups.

``stack``: all that are eligible act. ``first_of``: the first one that is eligible and takes something. ``best_of``:
the one that takes most. ``best_combination``: those, on those units, that together take most. The tuple of a book is
itself a stack.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

import attrs

from aftercare.canonical import Coded, call
from aftercare.errors import PolicyError, is_a
from aftercare.policies.cp_sat import installed
from aftercare.policies.discount import one_of
from aftercare.policies.pattern import PatternOff
from aftercare.policies.promotion import Promotion
from aftercare.policies.selection import whole_number

if TYPE_CHECKING:
    from collections.abc import Iterator

How: TypeAlias = Literal["stack", "first_of", "best_of", "best_combination"]
Maximise: TypeAlias = Literal["saving", "merchant", "fewest"]
Over: TypeAlias = Literal["phase", "order"]
Solver: TypeAlias = Literal["cp-sat"]
MOST_WAYS = 4096
"""In so many ways the choices inside a best combination may be settled, where each way is a case of its own."""
EFFORT = 200_000
"""How many nodes a best combination is searched by default: see the page on speed for what that proves."""


@attrs.frozen(eq=False, repr=False, kw_only=True)
class Combining(Coded):
    """How a best combination is chosen; `best_combination` says what each of it means."""

    maximise: Maximise = "saving"
    over: Over = "phase"
    effort: int = EFFORT
    solver: Solver | None = None

    def __attrs_post_init__(self) -> None:
        one_of("goal", self.maximise, get_args(Maximise))
        one_of("scope", self.over, get_args(Over))
        whole_number("`effort`", self.effort)
        if self.solver is not None:
            one_of("solver", self.solver, get_args(Solver))
            if not installed():
                msg = f"the solver `{self.solver}` is not installed: `pip install aftercare-policies[solver]` brings it"
                raise PolicyError(msg)


@attrs.frozen(eq=False, repr=False)
class Group(Coded):
    """Promotions and groups that meet in a declared way: `stack`, `first_of`, `best_of` or `best_combination`."""

    how: How
    members: tuple[Promotion | Group, ...]
    terms: Combining | None = None

    def __attrs_post_init__(self) -> None:
        least = 1 if self.how == "stack" else 2
        if len(self.members) < least:
            msg = f"`{self.how}` has {len(self.members)} members: it needs at least {least} to choose from"
            raise PolicyError(msg)
        for member in self.members:
            if not is_a(member, Promotion, Group):
                msg = f"`{member!r}` cannot be in a group: give promotions and groups"
                raise PolicyError(msg)
        _check_ways(self)

    def __repr__(self) -> str:
        options = "" if self.terms is None else call("", self.terms)[1:-1]
        return f"policies.{self.how}({', '.join(filter(None, [*map(repr, self.members), options]))})"


Entry: TypeAlias = "Promotion | Group"


def stack(*members: Entry) -> Group:
    """All members that are eligible act; patterns among them share the units.

    >>> from aftercare import policies
    >>> stack(Promotion("a", then=policies.percent_off(5))).how
    'stack'
    """
    return Group("stack", members)


def first_of(*members: Entry) -> Group:
    """The first member that is eligible and takes something acts alone.

    >>> from aftercare import policies
    >>> a, b = (Promotion(id, then=policies.percent_off(5)) for id in "ab")
    >>> [member.id for member in first_of(a, b).members]
    ['a', 'b']
    """
    return Group("first_of", members)


def best_of(*members: Entry) -> Group:
    """The member that takes most acts alone; of equals, the lower rank, then the lower id.

    >>> from aftercare import policies
    >>> a, b = (Promotion(id, then=policies.percent_off(5)) for id in "ab")
    >>> best_of(a, b).how
    'best_of'
    """
    return Group("best_of", members)


def best_combination(
    *members: Entry,
    maximise: Maximise = "saving",
    over: Over = "phase",
    effort: int = EFFORT,
    solver: Solver | None = None,
) -> Group:
    """The members, and the units of each pattern, that together take most; of a choice among them one acts at most.

    *maximise* is the ``saving``; ``"merchant"`` has as many occurrences as the units allow, and of those choices the
    one that saves least; ``"fewest"`` reaches the best saving with the fewest promotions. *over* the ``phase`` it
    compares what the group takes off there, before rounding; over the ``"order"`` what is payable in the end. *effort*
    limits the search in nodes; what is then not proven goes to the *solver*, of the extra
    ``aftercare-policies[solver]``. Raises `PolicyError`.

    >>> from aftercare import policies
    >>> pairs = Promotion("pairs", then=policies.every(2, of="CUP").percent_off(50))
    >>> set_ = Promotion("set", then=policies.bundle({"POT": 1, "CUP": 2}).percent_off(20))
    >>> best_combination(pairs, set_, maximise="fewest").terms
    Combining(maximise='fewest')
    """
    for entry in members:
        _fit_to_combine(entry)
    terms = Combining(maximise=maximise, over=over, effort=effort, solver=solver)
    return Group("best_combination", members, terms)


def _fit_to_combine(entry: Entry) -> None:
    """Refuse what a best combination cannot take apart."""
    if isinstance(entry, Group):
        if entry.terms is not None:
            msg = "a best combination stands inside another one: name its members in the outer one"
            raise PolicyError(msg)
        for member in entry.members:
            _fit_to_combine(member)
    elif is_a(entry, Promotion):
        for benefits in entry.alternatives:
            for benefit in benefits:
                phase = [each for each in benefits if each.acts_in == benefit.acts_in]
                if isinstance(benefit, PatternOff) and len(phase) > 1:
                    msg = (
                        f"`{entry.id}` gives a pattern and more in one phase: "
                        "in a best combination give each a promotion of its own"
                    )
                    raise PolicyError(msg)


def spans(entry: Entry) -> bool:
    """Whether a choice in *entry* is made over the whole order: as declared, or among promotions of several phases.

    >>> from aftercare import policies
    >>> goods = Promotion("goods", then=policies.percent_off(5))
    >>> spans(best_of(goods, Promotion("delivery", then=policies.free_shipping())))
    True
    """
    if isinstance(entry, Promotion):
        return False
    phases = {phase for promotion in promotions_in(entry) for phase in promotion.phases}
    whole = entry.terms is not None and entry.terms.over == "order"
    return whole or (entry.how != "stack" and len(phases) > 1) or any(map(spans, entry.members))


def _check_ways(group: Group) -> None:
    """Refuse best combinations in *group* with more cases than can be tried one by one."""
    over_order = spans(group)
    for one in _combinations(group):
        for choice in [one] if over_order else _choices(one):
            found = _ways(choice)
            if found > MOST_WAYS:
                msg = (
                    f"the choices inside a best combination can be settled in {found} ways, at most {MOST_WAYS} are "
                    "tried: let fewer members exclude one another, or make several groups of them"
                )
                raise PolicyError(msg)


def _combinations(entry: Entry) -> Iterator[Group]:
    if isinstance(entry, Group):
        if entry.terms is not None:
            yield entry
        for member in entry.members:
            yield from _combinations(member)


def _choices(entry: Entry) -> Iterator[Group]:
    """The outermost choices in *entry*."""
    if isinstance(entry, Group):
        if entry.how in {"first_of", "best_of"}:
            yield entry
        else:
            for member in entry.members:
                yield from _choices(member)


def _ways(entry: Entry) -> int:
    """In how many ways the choices in *entry* can be settled."""
    if isinstance(entry, Promotion):
        return 1
    found = map(_ways, entry.members)
    return sum(found) if entry.how in {"first_of", "best_of"} else prod(found)


def has_pattern(promotion: Promotion) -> bool:
    """Whether *promotion* may take units.

    >>> from aftercare import policies
    >>> has_pattern(Promotion("pairs", then=policies.every(2, of="CUP").percent_off(50)))
    True
    """
    return any(isinstance(benefit, PatternOff) for benefits in promotion.alternatives for benefit in benefits)


def promotions_in(entry: Entry) -> Iterator[Promotion]:
    """Every promotion of *entry*, in the order in which it is written."""
    if isinstance(entry, Promotion):
        yield entry
    else:
        for member in entry.members:
            yield from promotions_in(member)
