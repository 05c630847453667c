"""What an exchange costs: the difference between what the old goods count for and what the new ones cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

import attrs

from aftercare.canonical import Coded, call
from aftercare.errors import OrderError, did_you_mean

if TYPE_CHECKING:
    from aftercare.money import Money

ExchangeCredit: TypeAlias = Literal["paid", "list_price"]


@attrs.frozen(eq=False, repr=False)
class ExchangeDifference(Coded):
    """What the customer pays on top, and what goes back; at most one of them is above zero."""

    pay: Money
    back: Money

    def __repr__(self) -> str:
        return call("returns.ExchangeDifference", self)


def exchange_difference(
    *, paid: Money, list_price: Money, new: Money, credit: ExchangeCredit = "paid"
) -> ExchangeDifference:
    """The difference for goods *paid* so much, with a *list_price*, exchanged for *new* ones.

    With ``list_price`` the old goods count at that towards dearer ones, so that a discount is not lost by exchanging;
    a refund for cheaper ones stays at what was paid, and in between nothing moves. Raises `OrderError` for a negative
    amount, an unknown *credit*, and goods that cost more than their list price.

    >>> from aftercare import eur
    >>> exchange_difference(paid=eur("110.40"), list_price=eur(138), new=eur(150)).pay
    Money("39.60", "EUR")
    >>> exchange_difference(paid=eur("110.40"), list_price=eur(138), new=eur(150), credit="list_price").pay
    Money("12.00", "EUR")
    """
    if credit not in get_args(ExchangeCredit):
        msg = f"`{credit}` is not what goods count for: {did_you_mean(str(credit), get_args(ExchangeCredit))}"
        raise OrderError(msg)
    nothing = paid - paid
    for what, given in (("paid", paid), ("list_price", list_price), ("new", new)):
        if given < nothing:
            msg = f"`{what}` is `{given}`: amounts of an exchange are not negative"
            raise OrderError(msg)
    if list_price < paid:
        msg = f"`list_price` is `{list_price}`, `paid` is `{paid}`: goods cost at most their list price"
        raise OrderError(msg)
    towards = list_price if credit == "list_price" else paid
    return ExchangeDifference(max(new - towards, nothing), max(paid - new, nothing))
