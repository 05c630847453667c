"""Taking goods back at the end of their life, to be recycled."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import attrs

from aftercare.canonical import Coded, call
from aftercare.errors import PolicyError, is_a
from aftercare.event_fields import words
from aftercare.money import Money
from aftercare.policies.vocabulary import always, maybe_goods
from aftercare.return_events import HandedIn
from aftercare.returns.asking import Answered, chosen, circumstances, kept, known_until, named, number_of, place_of
from aftercare.returns.clauses import reads
from aftercare.returns.effects import ExpectParcel
from aftercare.returns.fees import Sum, flat, minor_in
from aftercare.returns.reply import ReplyForFee
from aftercare.returns.runs import size
from aftercare.statement import Name, Statement, maybe_name

if TYPE_CHECKING:
    from datetime import datetime

    from aftercare.history import History
    from aftercare.order import Product
    from aftercare.policies.condition import ItemCondition
    from aftercare.receipt import Receipt


def _maybe_fee(given: Sum | None) -> Sum | None:
    return None if given is None else flat(given).amount


@attrs.frozen(eq=False, repr=False)
class TakeBack(Coded):
    """What a shop promises for goods at the end of their life: it takes them back, for free unless a *fee* is said.

    *of* which goods, all unless said. With *one_for_one* it does when new goods of one of the same categories are
    bought, as distributors of electrical equipment in the EU at least have to, for free (directive 2012/19/EU, article
    5(2)(b)). *channels* say how the goods come. Raises `PolicyError`.

    >>> TakeBack("recycling", one_for_one=True, channels="store").channels
    ('store',)
    """

    id: str
    title: Name | None = attrs.field(default=None, converter=maybe_name, kw_only=True)
    of: ItemCondition | None = attrs.field(default=None, converter=maybe_goods, kw_only=True)
    one_for_one: bool = attrs.field(default=False, kw_only=True)
    fee: Sum | None = attrs.field(default=None, converter=_maybe_fee, kw_only=True)
    channels: tuple[str, ...] = attrs.field(default=(), converter=words, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if not is_a(self.id, str) or not self.id.strip():
            msg = f"a promise needs an id, given `{self.id!r}`"
            raise PolicyError(msg)
        if not is_a(self.one_for_one, bool):
            msg = f"`one_for_one` of `{self.id}` is yes or no, given `{self.one_for_one!r}`: write `True` or `False`"
            raise PolicyError(msg)

    @property
    def name(self) -> Name:
        """What customers read: the title, or the id where there is none."""
        return self.title or Name(self.id)

    def __repr__(self) -> str:
        return call("returns.TakeBack", self)


@attrs.frozen(eq=False, repr=False, kw_only=True)
class TakeBackReply(ReplyForFee):
    """What becomes of the wish to hand goods in at the end of their life, and the *fee* for it."""

    kind: ClassVar[str] = "take_back"

    def event(self, *, id: str) -> HandedIn:
        """The event that records it; raises `OrderError` unless it is accepted."""
        self.accepted()
        return HandedIn(id, self.at, self.order, self.units, to="recycling")


def assess_take_back(
    policy: TakeBack,
    receipt: Receipt,
    history: History | None = None,
    *,
    line: str,
    quantity: int = 1,
    buying: Product | None = None,
    at: datetime,
) -> TakeBackReply:
    """Whether *quantity* units of a *line* are taken back, while the customer is *buying* a product, if one is named.

    Goods are of one kind with one SKU or a category in common. Raises `OrderError` for a line that is not there and
    more units than were bought.

    >>> from datetime import UTC, datetime
    >>> from aftercare import Delivered, Line, Order, PolicyBook, Product, Tender, eur
    >>> shop, monday = PolicyBook("shop", zone="UTC", currencies=["EUR"]), datetime(2026, 3, 2, 9, tzinfo=UTC)
    >>> order = Order([Line("1", Product("PHONE"), unit_price=eur(200))], currency="EUR")
    >>> receipt = shop.place(shop.price(order, at=monday), id="A-1", paid=[Tender("card", eur(200))])
    >>> assess_take_back(TakeBack("recycling"), receipt, line="1", at=datetime(2036, 3, 4, tzinfo=UTC)).outcome
    'accept'
    """
    past, instant = known_until(history, at)
    number_of(receipt, line, quantity)
    place = place_of(receipt, line)
    old = receipt.order.lines[place].product
    groups = kept(receipt, past, line, instant)
    judged: list[Answered[tuple[Statement, ...]]] = []
    for group, runs in groups:
        offered = reads(always, policy.of)(circumstances(receipt, group, quantity, instant), place)
        why = () if offered else (Statement("take_back.not_offered"),)
        judged.append(Answered("refuse" if why else "accept", group, None, why, runs))
    answer, units = chosen(judged, quantity)
    left = size(run for _, runs in groups for run in runs)
    few = Statement("returns.too_many", asked=quantity, left=left) if left else Statement("returns.none_left")
    reasons = (few,) if answer is None else answer
    if policy.one_for_one and (buying is None or not _alike(buying, old)):
        reasons = (*reasons, Statement("take_back.for_new_only"))
    currency = receipt.payable.currency
    asked = named(line, units)
    channels = (Statement("returns.step.channel", needed=tuple(map(Name, policy.channels))),) if policy.channels else ()
    return TakeBackReply(
        order=receipt.id,
        units=asked,
        at=instant,
        right=policy.name,
        outcome="refuse" if reasons else "accept",
        reasons=reasons,
        todo=channels,
        plan=(("accept", (ExpectParcel(asked),)),),
        fee=Money.of_minor(0 if policy.fee is None else minor_in(policy.fee, currency), currency),
    )


def _alike(one: Product, other: Product) -> bool:
    return one.sku == other.sku or not {*one.categories}.isdisjoint(other.categories)
