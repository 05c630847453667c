"""Exchanging goods for others: which ones, who pays what, which goods go first, and what becomes of the time to return.

A replacement for goods that are not as agreed is no exchange: it is a remedy, under the law or a warranty.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeAlias, get_args

import attrs

from aftercare.calendar import BusinessDays, Days, Months, Span, local_date
from aftercare.canonical import Coded, call
from aftercare.errors import PolicyError, is_a
from aftercare.money import Money
from aftercare.policies.vocabulary import always, maybe_goods
from aftercare.return_events import Exchanged
from aftercare.returns.asking import Answered, chosen, circumstances, kept, known_until, named, number_of, place_of
from aftercare.returns.clauses import reads
from aftercare.returns.counting import deadline
from aftercare.returns.effects import ExpectParcel, SendGoods
from aftercare.returns.exchange import ExchangeCredit, ExchangeDifference, exchange_difference
from aftercare.returns.reply import Reply
from aftercare.returns.runs import size, within
from aftercare.returns.terms import window_of
from aftercare.returns.variants import Exchangeable, exchangeable
from aftercare.returns.windows import ReturnWindow, Start, StartEvent, a_span, one_of, start
from aftercare.statement import Name, Statement, maybe_name

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from aftercare.history import History
    from aftercare.order import Product
    from aftercare.policies.condition import ItemCondition
    from aftercare.receipt import Receipt
    from aftercare.returns.deadlines import Deadline
    from aftercare.returns.runs import Run
    from aftercare.returns.timeline import Milestones

Evenness: TypeAlias = Literal["settle", "even_only", "waive"]
"""The difference in price is settled, or there may be none, or it is left out."""

NewWindow: TypeAlias = Literal["restart", "keep", "none"]
"""For the new goods the time to return starts anew, or that of the old ones goes on, or there is none."""


def _maybe_start(given: Start | StartEvent | None) -> Start | None:
    return None if given is None else start(given)


@attrs.frozen(eq=False, repr=False)
class ExchangePolicy(Coded):
    """What a shop promises to those who want other goods instead: *within* a span *after* an event, for what *goods*.

    - *of* which goods, all unless said;
    - a *difference* in price is settled, or must not be, or is waived; *credit* is what the old goods count for;
    - an *instant* exchange sends the new goods first, and the old ones are to be back *back_within* a span;
    - *window* is what becomes of the time to return.

    Raises `PolicyError` for what does not go together.

    >>> ExchangePolicy("swap", within=Days(30), after="delivered", goods=exchangeable(same_product="style")).window
    'restart'
    """

    id: str
    title: Name | None = attrs.field(default=None, converter=maybe_name, kw_only=True)
    within: Span | ReturnWindow | None = attrs.field(kw_only=True)
    after: Start | None = attrs.field(default=None, converter=_maybe_start, kw_only=True)
    goods: Exchangeable = attrs.field(default=exchangeable(), kw_only=True)
    of: ItemCondition | None = attrs.field(default=None, converter=maybe_goods, kw_only=True)
    difference: Evenness = attrs.field(default="settle", kw_only=True)
    credit: ExchangeCredit = attrs.field(default="paid", kw_only=True)
    instant: bool = attrs.field(default=False, kw_only=True)
    back_within: Span | None = attrs.field(default=None, kw_only=True)
    window: NewWindow = attrs.field(default="restart", kw_only=True)

    def __attrs_post_init__(self) -> None:
        if not is_a(self.id, str) or not self.id.strip():
            msg = f"a promise needs an id, given `{self.id!r}`"
            raise PolicyError(msg)
        if self.within is not None:
            a_span(f"`within` of `{self.id}`", self.within, Days, Months, BusinessDays, ReturnWindow)
        _ = self.time
        for what, given, allowed in (
            ("difference", self.difference, Evenness),
            ("credit", self.credit, ExchangeCredit),
            ("window", self.window, NewWindow),
        ):
            one_of(f"the `{what}` of `{self.id}`", given, get_args(allowed))
        if not is_a(self.goods, Exchangeable):
            msg = f"`goods` of `{self.id}` is `{self.goods!r}`: write `returns.exchangeable(...)`"
            raise PolicyError(msg)
        if not is_a(self.instant, bool):
            msg = f"`instant` of `{self.id}` is yes or no, given `{self.instant!r}`: write `True` or `False`"
            raise PolicyError(msg)
        if self.instant != (self.back_within is not None):
            msg = (
                f"`{self.id}` is to say by when old goods come back if, and only if, new ones go first: give "
                "`instant=True` together with `back_within=`, such as `Days(14)`, or neither"
            )
            raise PolicyError(msg)
        if self.back_within is not None:
            a_span(f"`back_within` of `{self.id}`", self.back_within, Days, Months, BusinessDays)

    @property
    def name(self) -> Name:
        """What customers read: the title, or the id where there is none."""
        return self.title or Name(self.id)

    @property
    def time(self) -> ReturnWindow:
        """The window within which an exchange has to be asked for."""
        given: dict[str, Any] = {"within": self.within}
        return window_of(given if self.after is None else {**given, "after": self.after})

    def __repr__(self) -> str:
        return call("returns.ExchangePolicy", self)


@attrs.frozen(eq=False, repr=False, kw_only=True)
class ExchangeReply(Reply):
    """What becomes of the wish to exchange units: what there is to pay or to get back, and the time to return."""

    kind: ClassVar[str] = "exchange"

    difference: ExchangeDifference
    window: NewWindow

    @property
    def money_said(self) -> Statement:
        """What there is to pay or to get back, as a statement."""
        if self.difference.pay:
            return Statement("exchange.step.pay", amount=self.difference.pay)
        if self.difference.back:
            return Statement("exchange.back", amount=self.difference.back)
        return Statement("exchange.even")

    @property
    def window_said(self) -> Statement:
        """What becomes of the time to return, as a statement."""
        return Statement(f"exchange.window.{self.window}")

    def event(self, *, id: str, return_id: str, new_order: str) -> Exchanged:
        """The event that records the exchange; raises `OrderError` unless it is accepted."""
        self.accepted()
        return Exchanged(id, self.at, self.order, return_id=return_id, new_order=new_order)


def assess_exchange(
    policy: ExchangePolicy,
    receipt: Receipt,
    history: History | None = None,
    *,
    line: str,
    quantity: int = 1,
    wanted: Product,
    price: Money,
    stock: int | None = None,
    paid: Money | None = None,
    at: datetime,
) -> ExchangeReply:
    """Whether *quantity* units of a *line* can be exchanged for *wanted* goods, and for what difference.

    *price* is that of one unit of the wanted goods, in the price mode of the order, and *stock* how many there are, if
    somebody knows. *paid* is what the old units count for, by default what the receipt says was paid for them. Raises
    `OrderError` for a line that is not there, more units than were bought, and amounts that cannot be.

    >>> from datetime import UTC, datetime
    >>> from aftercare import Line, Order, PolicyBook, Product, Tender, eur
    >>> shop, monday = PolicyBook("shop", zone="UTC", currencies=["EUR"]), datetime(2026, 3, 2, 9, tzinfo=UTC)
    >>> order = Order([Line("1", Product("CUP"), 3, unit_price=eur(2))], currency="EUR")
    >>> receipt = shop.place(shop.price(order, at=monday), id="A-1", paid=[Tender("card", eur(6))])
    >>> policy = ExchangePolicy("swap", within=Days(30), after="delivered", goods=exchangeable(same_product=False))
    >>> reply = assess_exchange(policy, receipt, line="1", wanted=Product("MUG"), price=eur(3), stock=9, at=monday)
    >>> reply.outcome, reply.difference.pay
    ('accept', Money("1.00", "EUR"))
    """
    past, instant = known_until(history, at)
    number_of(receipt, line, quantity)
    place = place_of(receipt, line)
    groups = kept(receipt, past, line, instant)
    judged = [judge_exchange(policy, receipt, place, each, quantity=quantity, at=instant) for each in groups]
    answer, units = chosen(judged, quantity)
    asked = named(line, units)
    due, reasons = answer if answer is not None else (None, (_too_many(quantity, groups),))
    new = price * quantity
    old = _paid(receipt, line, units) if paid is None else paid
    uneven = answer is not None and policy.difference == "even_only" and new != old
    refused, unknown = policy.goods.why_not(receipt.order.lines[place].product, wanted, quantity=quantity, stock=stock)
    reasons = (*reasons, *refused, *((Statement("exchange.not_even", found=new, needed=old),) if uneven else ()))
    difference = ExchangeDifference(new - new, new - new)
    if answer is not None and policy.difference == "settle":
        tag = max(_paid(receipt, line, units, before=True), old)
        difference = exchange_difference(paid=old, list_price=tag, new=new, credit=policy.credit)
    by = None if policy.back_within is None else policy.back_within.after(local_date(instant, receipt.zone))
    steps = [] if not difference.pay else [Statement("exchange.step.pay", amount=difference.pay)]
    steps.append(Statement("exchange.step.return") if by is None else Statement("exchange.step.return_by", date=by))
    return ExchangeReply(
        order=receipt.id,
        units=asked,
        at=instant,
        right=policy.name,
        outcome="refuse" if reasons else "needs_review" if unknown else "accept",
        deadline=due,
        reasons=reasons or unknown,
        todo=tuple(steps),
        plan=(("accept", (ExpectParcel(asked, by), SendGoods(wanted.sku, quantity, now=policy.instant))),),
        difference=difference,
        window=policy.window,
    )


_Why: TypeAlias = "tuple[Deadline | None, tuple[Statement, ...]]"


def judge_exchange(
    policy: ExchangePolicy,
    receipt: Receipt,
    place: int,
    units: tuple[Milestones, list[Run]],
    *,
    quantity: int,
    at: datetime,
) -> Answered[_Why]:
    """Whether units with the same milestones can be exchanged at all."""
    group, runs = units
    due = deadline(policy.time, group, at=at, zone=receipt.zone, right=policy.name)
    late = due.why_not(at)
    why = [] if late is None else [late]
    if not reads(always, policy.of)(circumstances(receipt, group, quantity, at), place):
        why.append(Statement("exchange.not_offered"))
    return Answered("refuse" if why else "accept", group, due, (due, tuple(why)), runs)


def _too_many(quantity: int, groups: Iterable[tuple[Milestones, list[Run]]]) -> Statement:
    left = sum(size(runs) for _, runs in groups)
    return Statement("returns.too_many", asked=quantity, left=left) if left else Statement("returns.none_left")


def _paid(receipt: Receipt, line: str, runs: list[Run], *, before: bool = False) -> Money:
    """What units cost, or what they cost *before* promotions."""
    total = Money.of_minor(0, receipt.payable.currency)
    for units in receipt.units:
        if units.line == line:
            total += (units.price if before else units.paid) * size(within(runs, units.first, units.count))
    return total
