"""Which rate of tax lies on a part of a WooCommerce order."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import attrs

from aftercare.interchange.cursor import Cursor
from aftercare.money import Percent

if TYPE_CHECKING:
    from collections.abc import Callable


@attrs.frozen
class Rate:
    """One tax of the order: how much of one, if that is told, and whether it is taken of the other taxes too."""

    ratio: Fraction | None
    compound: bool


def rates_of(root: Cursor) -> dict[str, Rate]:
    """The order's rates, by the id that its parts name them with; `rate_percent` is there from version 3.7 on."""
    found = {}
    for each in root.field("tax_lines").items():
        percent = each.field("rate_percent").maybe(Cursor.decimal)
        compound = each.field("compound").maybe(Cursor.flag)
        ratio = None if percent is None else Fraction(percent) / 100
        found[each.field("rate_id").word()] = Rate(ratio, compound is True)
    return found


def optional_amount(at: Cursor) -> Fraction:
    """The number here, or zero where nothing is or text without digits."""
    return Fraction(0) if _is_blank(at) else Fraction(at.decimal())


def part_rate(
    at: Cursor,
    rates: dict[str, Rate],
    net: Fraction,
    tax: Fraction,
    *,
    cent: Fraction,
    note: Callable[[Cursor, str], None],
) -> Percent:
    """The rate of a part: that of its taxes where the order tells it, otherwise what its *tax* is of its *net* price.

    A tax that does not lie on a part is listed there with blank amounts.
    """
    applied = [
        rates.get(each.field("id").word(), Rate(None, compound=False))
        for each in at.field("taxes").items()
        if not (_is_blank(each.field("total")) and _is_blank(each.field("subtotal")))
    ]
    if not tax and not applied:
        return Percent(0)
    told = [(each.compound, each.ratio) for each in applied if each.ratio is not None]
    if applied and len(told) == len(applied):
        ratio = sum((each for compound, each in told if not compound), Fraction(0))
        for compound, each in told:
            ratio = (1 + ratio) * (1 + each) - 1 if compound else ratio
        if abs(net * ratio - tax) > cent:
            note(at, "the tax told is not its rate of its price: the rate is kept")
    else:
        ratio = tax / net if net else Fraction(0)
        note(at, "its tax has no `rate_percent`: the rate is what the tax is of the price")
    return at.make(lambda: Percent(ratio * 100)) or Percent(0)


def _is_blank(at: Cursor) -> bool:
    return at.value is None or at.value == ""
