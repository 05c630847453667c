"""Stacking groups: how promotions meet. A group's members are promotions or groups.

``stack``: all that are eligible act. ``first_of``: the first one that is eligible and takes something. ``best_of``:
the one that takes most. The tuple of a book is itself a stack.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

import attrs

from aftercare.canonical import Coded
from aftercare.errors import PolicyError, is_a
from aftercare.policies.promotion import Promotion

if TYPE_CHECKING:
    from collections.abc import Iterator

How: TypeAlias = Literal["stack", "first_of", "best_of"]


@attrs.frozen(repr=False)
class Group(Coded):
    """Promotions and groups that meet in a declared way; built by `stack`, `first_of` and `best_of`."""

    how: How
    members: tuple[Promotion | Group, ...]

    def __attrs_post_init__(self) -> None:
        least = 1 if self.how == "stack" else 2
        if len(self.members) < least:
            msg = f"`{self.how}` has {len(self.members)} members: it needs at least {least} to choose from"
            raise PolicyError(msg)
        for member in self.members:
            if not is_a(member, Promotion, Group):
                msg = f"`{member!r}` cannot be in a group: give promotions and groups"
                raise PolicyError(msg)

    def __repr__(self) -> str:
        return f"policies.{self.how}({', '.join(map(repr, self.members))})"


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


def promotions_in(entry: Entry) -> Iterator[Promotion]:
    """Every promotion of *entry*, in the order in which it is written."""
    if isinstance(entry, Promotion):
        yield entry
    else:
        for member in entry.members:
            yield from promotions_in(member)
