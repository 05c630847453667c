"""What every discount on goods may say: its phase, its caps, how it is rounded; and how its values are read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias, TypedDict, get_args

import attrs

from aftercare.canonical import Coded
from aftercare.errors import PolicyError, did_you_mean, is_a
from aftercare.money import Amounts, Money, Percent, Rounding, percent
from aftercare.order import PriceMode
from aftercare.policies.allocation import Scope
from aftercare.policies.selection import Selection
from aftercare.policies.variable import Variable, convert
from aftercare.policies.vocabulary import Goods, goods

if TYPE_CHECKING:
    from decimal import Decimal
    from fractions import Fraction

    from aftercare.policies.condition import ItemCondition

Phase: TypeAlias = Literal["catalogue", "item", "order", "shipping"]
Share: TypeAlias = "Percent | int | str | Decimal | Fraction"
Sum: TypeAlias = "Money | Amounts"
PHASES: tuple[Phase, ...] = get_args(Phase)


def as_percent(given: Share) -> Percent:
    """A percentage from 0 to 100, from a number, a text or a `Percent`."""
    made = percent(given)
    if made.ratio > 1:
        msg = f"`{made}` takes more than everything: a discount is from 0 to 100 percent"
        raise PolicyError(msg)
    return made


def as_sum(given: Sum) -> Sum:
    """An amount that is not negative, in one currency or several."""
    if not is_a(given, Money, Amounts):
        msg = f"`{given!r}` is no amount: write `eur(5)`, or `amounts(eur(5), pln(20))` for several currencies"
        raise PolicyError(msg)
    for each in (given,) if isinstance(given, Money) else given:
        if each.minor < 0:
            msg = f"`{each}` is negative: a benefit takes off, it never adds; use a `Charge` of the order for a fee"
            raise PolicyError(msg)
    return given


def variable_percent(given: Variable[Share]) -> Variable[Percent]:
    """A percentage that may vary."""
    made: Variable[Percent] = convert(given, as_percent)
    return made


def variable_sum(given: Variable[Sum]) -> Variable[Sum]:
    """An amount that may vary."""
    made: Variable[Sum] = convert(given, as_sum)
    return made


def maybe_sum(given: Variable[Sum] | None) -> Variable[Sum] | None:
    """An amount that may vary or be absent."""
    return None if given is None else variable_sum(given)


def maybe_percent(given: Share | None) -> Percent | None:
    """A percentage that may be absent."""
    return None if given is None else as_percent(given)


def chosen(given: Goods | Selection) -> ItemCondition | Selection:
    """Goods, or a selection among goods."""
    return given if isinstance(given, Selection) else goods(given)


def maybe_chosen(given: Goods | Selection | None) -> ItemCondition | Selection | None:
    """Goods, a selection among goods, or all goods."""
    return None if given is None else chosen(given)


def one_of(what: str, given: object, allowed: tuple[str, ...]) -> None:
    """Refuse a word that is not among *allowed*."""
    if given not in allowed:
        msg = f"`{given}` is not a {what}: {did_you_mean(str(given), allowed)}"
        raise PolicyError(msg)


class DiscountOptions(TypedDict, total=False):
    """The keyword arguments of `Discount`, for the words that build one."""

    phase: Phase | None
    cap: Variable[Sum] | None
    cap_each: Variable[Sum] | None
    cap_share: Share | None
    rounding: Scope
    mode: Rounding
    money: PriceMode | None


@attrs.frozen(eq=False, repr=False, kw_only=True)
class Discount(Coded):
    """What every benefit on goods may say: its phase, its caps, and how it is rounded.

    *cap* limits the whole, *cap_each* a unit, *cap_share* a unit's share of its price. *rounding* is the scope that
    is rounded once, *mode* how. *money* is the price mode in which it is reckoned, by default the order's own.
    """

    phase: Phase | None = None
    cap: Variable[Sum] | None = attrs.field(default=None, converter=maybe_sum)
    cap_each: Variable[Sum] | None = attrs.field(default=None, converter=maybe_sum)
    cap_share: Percent | None = attrs.field(default=None, converter=maybe_percent)
    rounding: Scope = "promotion"
    mode: Rounding = "half_up"
    money: PriceMode | None = None

    def __attrs_post_init__(self) -> None:
        one_of("phase of goods", self.phase or "item", PHASES[:3])
        one_of("scope of rounding", self.rounding, get_args(Scope))
        one_of("way of rounding", self.mode, get_args(Rounding))
        one_of("price mode", self.money or "gross", get_args(PriceMode))
        if self.acts_in == "catalogue":
            ways = (self.cap, self.rounding, self.mode, self.money)
            if ways != (None, "promotion", "half_up", None):
                msg = "a catalogue price is set tag by tag: `cap`, `rounding`, `mode` and `money` need a later phase"
                raise PolicyError(msg)
            self.fit_for_tags()

    @property
    def acts_in(self) -> Phase:
        """The phase in which it acts: the one given, or ``item`` for some goods and ``order`` for all."""
        if self.phase is not None:
            return self.phase
        return "order" if getattr(self, "of", True) is None else "item"

    def fit_for_tags(self) -> None:
        """Refuse what a price tag cannot say."""
        if isinstance(getattr(self, "of", None), Selection):
            msg = "a catalogue price holds for every unit: a selection such as `cheapest` needs a later phase"
            raise PolicyError(msg)
