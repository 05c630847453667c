"""The metrics that tiers are reached by: what was spent, how often, on how many days, and the shop's own measures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from aftercare.errors import PolicyError
from aftercare.loyalty.periods import CreditWindow, Lifetime, Rolling
from aftercare.loyalty.qualification import SPENT, Held, Metric

if TYPE_CHECKING:
    from aftercare.calendar import Months
    from aftercare.loyalty.credit import Basis
    from aftercare.order import Attribute


def _window(last: Months | None, within: CreditWindow | None) -> CreditWindow:
    if last is not None and within is not None:
        msg = f"`last={last!r}` and `within={within!r}` are two times to count over: give one of them"
        raise PolicyError(msg)
    if last is not None:
        return Rolling(last)
    return Lifetime() if within is None else within


def spend(*, last: Months | None = None, within: CreditWindow | None = None, basis: Basis = SPENT) -> Metric:
    """What was spent, over the *last* months or *within* another time, else since joining.

    Goods as paid, with tax, without delivery and without what points paid, unless *basis* says otherwise. Raises
    `PolicyError` for two times at once.

    >>> from aftercare import Months, eur
    >>> spend(last=Months(12)).at_least(eur(300))
    loyalty.spend(last=Months(12)).at_least(Money("300.00", "EUR"))
    """
    return Metric("spend", window=_window(last, within), basis=basis)


def points_earned(*, last: Months | None = None, within: CreditWindow | None = None) -> Metric:
    """The points earned, whether or not they are spent or expired since.

    >>> points_earned().at_least(1000)
    loyalty.points_earned().at_least(1000)
    """
    return Metric("points", window=_window(last, within))


def orders(*, last: Months | None = None, within: CreditWindow | None = None) -> Metric:
    """How many orders were placed of which something was kept.

    >>> from aftercare import Months
    >>> orders(last=Months(6)).at_least(4)
    loyalty.orders(last=Months(6)).at_least(4)
    """
    return Metric("orders", window=_window(last, within))


def visits(*, last: Months | None = None, within: CreditWindow | None = None) -> Metric:
    """How many visits there were.

    >>> visits().at_least(10)
    loyalty.visits().at_least(10)
    """
    return Metric("visits", window=_window(last, within))


def distinct_days(*, last: Months | None = None, within: CreditWindow | None = None) -> Metric:
    """On how many different days something was ordered of which something was kept.

    >>> distinct_days().at_least(3)
    loyalty.distinct_days().at_least(3)
    """
    return Metric("days", window=_window(last, within))


def reviews(*, last: Months | None = None, within: CreditWindow | None = None) -> Metric:
    """How many reviews were written.

    >>> reviews().at_least(2)
    loyalty.reviews().at_least(2)
    """
    return Metric("reviews", window=_window(last, within))


def referrals(*, last: Months | None = None, within: CreditWindow | None = None) -> Metric:
    """How many friends were brought.

    >>> referrals().at_least(1)
    loyalty.referrals().at_least(1)
    """
    return Metric("referrals", window=_window(last, within))


def measure(name: str, *, last: Months | None = None, within: CreditWindow | None = None) -> Metric:
    """How much there was of a measure of the shop's own, told by `Measured` events.

    Raises `PolicyError` for a name without text.

    >>> measure("nights").at_least(25)
    loyalty.measure('nights').at_least(25)
    """
    return Metric("measure", window=_window(last, within), name=_word("a measure", name))


@attrs.frozen
class Attributed:
    """What the profile of a member says under *key*, to be compared; built by `attribute`."""

    key: str

    def one_of(self, *values: Attribute) -> Held:
        """The requirement that it is one of *values*; raises `PolicyError` without any."""
        if not values:
            msg = f"attribute `{self.key}` is compared with nothing: give at least one value"
            raise PolicyError(msg)
        return Held(self.key, values)

    def is_(self, value: Attribute) -> Held:
        """The requirement that it is *value*."""
        return self.one_of(value)


def attribute(key: str) -> Attributed:
    """What the profile of the member says under *key*, told by `ProfileChange` events.

    >>> attribute("card").is_(True)
    loyalty.attribute('card').one_of(True)
    """
    return Attributed(_word("an attribute", key))


def _word(what: str, given: str) -> str:
    if type(given) is not str or not given.strip():
        msg = f"{what} has a name, given `{given!r}`"
        raise PolicyError(msg)
    return given
