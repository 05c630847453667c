"""Which of the units that a benefit is about it takes: the cheapest n, the first n, at most n."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

import attrs

from aftercare.canonical import Coded
from aftercare.errors import PolicyError, did_you_mean
from aftercare.policies.ranking import basket_order, cheapest_first, dearest_first
from aftercare.policies.vocabulary import Goods as GoodsLike
from aftercare.policies.vocabulary import goods as to_goods

if TYPE_CHECKING:
    from aftercare.policies.condition import ItemCondition
    from aftercare.policies.units import Goods, Run

How: TypeAlias = Literal["cheapest", "dearest", "first", "after", "at_most"]
Per: TypeAlias = Literal["order", "line"]


@attrs.frozen(eq=False, repr=False)
class Selection(Coded):
    """So many of the units that match a condition and have something left."""

    how: How
    n: int
    of: ItemCondition
    per: Per = attrs.field(default="order", kw_only=True)

    def __attrs_post_init__(self) -> None:
        whole_number(f"`{self.how}`", self.n)
        if self.per not in get_args(Per):
            msg = f"`{self.per}` is not a scope of a selection: {did_you_mean(self.per, get_args(Per))}"
            raise PolicyError(msg)

    def __repr__(self) -> str:
        per = "" if self.per == "order" else f", per={self.per!r}"
        return f"policies.{self.how}({self.n}, {self.of!r}{per})"


def whole_number(what: str, given: object, least: int = 1) -> None:
    """Refuse what is not a whole number of at least *least*."""
    if isinstance(given, bool) or not isinstance(given, int) or given < least:
        msg = f"{what} takes a whole number of at least {least}, given `{given!r}`"
        raise PolicyError(msg)


def cheapest(n: int, of: GoodsLike) -> Selection:
    """The *n* cheapest units, by price at the start of the phase.

    >>> cheapest(1, "CUP")
    policies.cheapest(1, item.sku.is_('CUP'))
    """
    return Selection("cheapest", n, to_goods(of))


def dearest(n: int, of: GoodsLike) -> Selection:
    """The *n* dearest units, by price at the start of the phase.

    >>> dearest(2, "CUP").how
    'dearest'
    """
    return Selection("dearest", n, to_goods(of))


def first(n: int, of: GoodsLike) -> Selection:
    """The first *n* units in basket order (`Line.position`; without one, the dearest first).

    >>> first(3, "CUP").n
    3
    """
    return Selection("first", n, to_goods(of))


def after(n: int, of: GoodsLike) -> Selection:
    """All units after the first *n* in basket order (`Line.position`; without one, the dearest first).

    >>> after(10, "SCREW").how
    'after'
    """
    return Selection("after", n, to_goods(of))


def at_most(n: int, of: GoodsLike, *, per: Per = "order") -> Selection:
    """Up to *n* units of the order, or of each line, in basket order.

    >>> at_most(3, "CUP", per="line")
    policies.at_most(3, item.sku.is_('CUP'), per='line')
    """
    return Selection("at_most", n, to_goods(of), per=per)


def select(selection: Selection, matching: list[Run], units: list[Run], goods: Goods) -> list[Run]:
    """The chosen ones among *matching*; runs that have to be split are split in *units*."""
    with_room = [run for run in matching if run.left > run.floor]
    order = {"cheapest": cheapest_first, "dearest": dearest_first}.get(selection.how, basket_order)
    with_room.sort(key=order(goods))
    if selection.per == "line":
        chosen: list[Run] = []
        for line in dict.fromkeys(run.line for run in with_room):
            chosen += _leading(selection.n, [run for run in with_room if run.line == line], units)[0]
        return chosen
    leading, rest = _leading(selection.n, with_room, units)
    return rest if selection.how == "after" else leading


def _leading(n: int, runs: list[Run], units: list[Run]) -> tuple[list[Run], list[Run]]:
    """The first *n* units and the rest."""
    for place, run in enumerate(runs):
        if n < run.count:
            if not n:
                return runs[:place], runs[place:]
            rest = run.split(n)
            units.append(rest)
            return runs[: place + 1], [rest, *runs[place + 1 :]]
        n -= run.count
    return runs, []
