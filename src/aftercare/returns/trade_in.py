"""Buying goods back: what they are worth by their age, their condition and the day."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeAlias, get_args

import attrs

from aftercare.calendar import BusinessDays, Days, Months, Span, local_date
from aftercare.canonical import Coded, call
from aftercare.errors import PolicyError, is_a
from aftercare.event_fields import maybe_day, words
from aftercare.money import Amounts, Money, Percent, percent
from aftercare.policies.condition import Condition, ItemCondition
from aftercare.policies.variable import Dated, convert
from aftercare.policies.vocabulary import always, maybe_goods
from aftercare.return_events import HandedIn
from aftercare.returns.asking import Answered, chosen, circumstances, kept, known_until, named, number_of, place_of
from aftercare.returns.clauses import reads
from aftercare.returns.counting import deadline
from aftercare.returns.effects import ExpectParcel, OpenTask
from aftercare.returns.fees import Share, Sum, minor_in
from aftercare.returns.reply import Reply
from aftercare.returns.runs import size, within
from aftercare.returns.terms import holding
from aftercare.returns.windows import ReturnWindow, Start, a_span, one_of, start
from aftercare.statement import Name, Statement

if TYPE_CHECKING:
    from datetime import date, datetime

    from aftercare.history import History
    from aftercare.receipt import Receipt
    from aftercare.returns.clauses import Outcome
    from aftercare.returns.deadlines import Deadline
    from aftercare.returns.runs import Run
    from aftercare.returns.timeline import Milestones

Worth: TypeAlias = "Percent | Sum"
Row: TypeAlias = "tuple[Span, tuple[tuple[str, Worth], ...]]"
WorthBase: TypeAlias = Literal["paid", "list_price"]
WorthGiven: TypeAlias = "Mapping[Span, Mapping[str, Share | Sum]] | tuple[Row, ...]"


def _worth(grade: str, given: Share | Sum) -> Worth:
    if isinstance(given, Money | Amounts):
        each = (given,) if isinstance(given, Money) else tuple(given)
        if any(amount.minor < 0 for amount in each):
            msg = f"goods of grade `{grade}` are worth `{given}`: a value is not negative"
            raise PolicyError(msg)
        return given
    made = percent(given)
    if not 0 <= made.ratio <= 1:
        msg = f"goods of grade `{grade}` are worth `{made}` of their price: give 0 to 100 percent, or an amount"
        raise PolicyError(msg)
    return made


def _table(given: Any) -> tuple[Row, ...]:
    rows: list[Row] = []
    for age, values in given.items() if is_a(given, Mapping) else given:
        a_span("the age of goods", age, Days, Months, BusinessDays)
        grades = tuple(sorted((grade, _worth(grade, worth)) for grade, worth in dict(values).items()))
        if not grades:
            msg = f"goods up to `{age!r}` old are worth nothing: name each grade with its value, or leave the age out"
            raise PolicyError(msg)
        rows.append((age, grades))
    if not rows:
        msg = "a trade-in names no value: write `{Months(12): {'A': 50, 'B': 30}}`"
        raise PolicyError(msg)
    if len({type(age) for age, _ in rows}) > 1 or len({age.n for age, _ in rows}) < len(rows):
        msg = "the ages of a trade-in cannot be put in order: give each once, all in months or all in days"
        raise PolicyError(msg)
    return tuple(sorted(rows, key=lambda row: row[0].n))


def _values(given: Any) -> Any:
    return convert(given, _table)


def _maybe_name(given: Name | str | None) -> Name | None:
    return None if given is None else Name(given) if isinstance(given, str) else given


@attrs.frozen(eq=False, repr=False)
class TradeIn(Coded):
    """For how much a shop buys goods back: *values* by their age and, in each row, by their condition grade.

    An age is counted *after* an event and holds to its last day. A value is an amount, or a percentage of what was
    *paid* or of the ``list_price``, the price before promotions; the table may be `dated`, read at the instant of the
    question. *of* and *when* say which goods and orders, *first* and *last* the days of the offer, both included, and
    *channels* how the goods come. Raises `PolicyError`.

    >>> TradeIn("upgrade", values={Months(12): {"A": 50, "B": 30}, Months(24): {"A": 20}}, last=None).base
    'paid'
    """

    id: str
    title: Name | None = attrs.field(default=None, converter=_maybe_name, kw_only=True)
    values: tuple[Row, ...] | Dated[tuple[Row, ...]] = attrs.field(converter=_values, kw_only=True)
    after: Start = attrs.field(default=Start("delivered"), converter=start, kw_only=True)
    base: WorthBase = attrs.field(default="paid", kw_only=True)
    of: ItemCondition | None = attrs.field(default=None, converter=maybe_goods, kw_only=True)
    when: Condition = attrs.field(default=always, kw_only=True)
    first: date | None = attrs.field(default=None, converter=maybe_day, kw_only=True)
    last: date | None = attrs.field(default=None, converter=maybe_day, kw_only=True)
    channels: tuple[str, ...] = attrs.field(default=(), converter=words, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if not is_a(self.id, str) or not self.id.strip():
            msg = f"a promise needs an id, given `{self.id!r}`"
            raise PolicyError(msg)
        one_of(f"the base of `{self.id}`", self.base, get_args(WorthBase))
        if not is_a(self.when, Condition):
            msg = f"`when` of `{self.id}` is `{self.when!r}`: give a condition of the order"
            raise PolicyError(msg)
        if self.first is not None and self.last is not None and self.last < self.first:
            msg = f"`{self.id}` ends on `{self.last}`, before it starts on `{self.first}`: give the days in order"
            raise PolicyError(msg)

    @property
    def name(self) -> Name:
        """What customers read: the title, or the id where there is none."""
        return self.title or Name(self.id)

    def __repr__(self) -> str:
        return call("returns.TradeIn", self)


@attrs.frozen(eq=False, repr=False, kw_only=True)
class TradeInReply(Reply):
    """What becomes of the wish to trade in: the *value*, or *least* and *most* while the condition is not known.

    *deadline* is the last day on which goods of this age are worth that much.
    """

    kind: ClassVar[str] = "trade_in"

    value: Money | None = None
    least: Money | None = None
    most: Money | None = None

    @property
    def value_said(self) -> tuple[Statement, ...]:
        """The value, and how long it holds, as statements."""
        if self.value is None or self.deadline is None or self.deadline.last_day is None:
            return ()
        return (
            Statement("trade_in.value", amount=self.value),
            Statement("trade_in.falls", date=self.deadline.last_day),
        )

    def event(self, *, id: str) -> HandedIn:
        """The event that records the trade-in; raises `OrderError` unless it is accepted."""
        self.accepted()
        return HandedIn(id, self.at, self.order, self.units, value=self.value)


def assess_trade_in(
    policy: TradeIn,
    receipt: Receipt,
    history: History | None = None,
    *,
    line: str,
    quantity: int = 1,
    grade: str | None = None,
    at: datetime,
) -> TradeInReply:
    """For how much *quantity* units of a *line* are bought back, in a condition *grade* if it is known.

    Raises `OrderError` for a line that is not there and more units than were bought, `CurrencyMismatch` for a value
    without an amount in the currency of the order.

    >>> from datetime import UTC, datetime
    >>> from aftercare import Delivered, History, Line, Order, PolicyBook, Product, Tender, eur
    >>> shop, monday = PolicyBook("shop", zone="UTC", currencies=["EUR"]), datetime(2026, 3, 2, 9, tzinfo=UTC)
    >>> order = Order([Line("1", Product("PHONE"), unit_price=eur(200))], currency="EUR")
    >>> receipt = shop.place(shop.price(order, at=monday), id="A-1", paid=[Tender("card", eur(200))])
    >>> history = History([Delivered("e1", datetime(2026, 3, 4, 15, tzinfo=UTC), "A-1")])
    >>> upgrade = TradeIn("upgrade", values={Months(12): {"A": 50, "B": 30}})
    >>> reply = assess_trade_in(upgrade, receipt, history, line="1", grade="B", at=datetime(2027, 3, 4, tzinfo=UTC))
    >>> reply.outcome, reply.value
    ('accept', Money("60.00", "EUR"))
    """
    past, instant = known_until(history, at)
    number_of(receipt, line, quantity)
    judged = []
    for group, runs in kept(receipt, past, line, instant):
        each = judge_trade_in(policy, receipt, group, grade, instant)
        judged.append(Answered(_outcome(each[2], grade), group, each[0], each, runs))
    answer, units = chosen(judged, quantity)
    left = size(run for each in judged for run in each.runs)
    few = Statement("returns.too_many", asked=quantity, left=left) if left else Statement("returns.none_left")
    found: _Judged = (None, (), (few,)) if answer is None else answer
    due, worths, reasons = found
    values = [_value(policy, receipt, line, units, worth) for worth in worths]
    outcome = _outcome(reasons, grade)
    if outcome == "needs_review":
        reasons = (Statement("trade_in.grade_unknown", least=min(values), most=max(values)),)
    asked = named(line, units)
    channels = (Statement("returns.step.channel", needed=tuple(map(Name, policy.channels))),) if policy.channels else ()
    return TradeInReply(
        order=receipt.id,
        units=asked,
        at=instant,
        right=policy.name,
        outcome=outcome,
        deadline=due,
        reasons=reasons,
        todo=channels,
        plan=(
            ("accept", (ExpectParcel(asked),)),
            ("needs_review", (ExpectParcel(asked), OpenTask("warehouse", policy.name))),
        ),
        value=values[0] if outcome == "accept" else None,
        least=min(values, default=None),
        most=max(values, default=None),
    )


_Judged: TypeAlias = "tuple[Deadline | None, tuple[Worth, ...], tuple[Statement, ...]]"


def _outcome(reasons: tuple[Statement, ...], grade: str | None) -> Outcome:
    return "refuse" if reasons else "needs_review" if grade is None else "accept"


def judge_trade_in(policy: TradeIn, receipt: Receipt, group: Milestones, grade: str | None, at: datetime) -> _Judged:
    """Until when units are worth what, or why they are not bought back."""
    today = local_date(at, receipt.zone)
    place = place_of(receipt, group.line)
    if not reads(policy.when, policy.of)(circumstances(receipt, group, group.count, at), place):
        return None, (), (Statement("trade_in.not_offered"),)
    if policy.first is not None and today < policy.first:
        return None, (), (Statement("trade_in.not_started", date=policy.first),)
    if policy.last is not None and today > policy.last:
        return None, (), (Statement("trade_in.ended", date=policy.last),)
    due, worths = _row(policy, receipt, group, at)
    if due.waiting_for is not None:
        return due, (), (due.said,)
    late = due.why_not(at)
    if late is not None:
        return due, (), (late,)
    table = dict(worths)
    if grade is None:
        return due, tuple(table.values()), ()
    if grade not in table:
        needed = tuple(map(Name, table))
        return due, (), (Statement("trade_in.grade_not_accepted", found=Name(grade), needed=needed),)
    return due, (table[grade],), ()


def _row(
    policy: TradeIn, receipt: Receipt, group: Milestones, at: datetime
) -> tuple[Deadline, tuple[tuple[str, Worth], ...]]:
    """The row for the age of some units and its last day, or the last of all."""
    rows: tuple[Row, ...] = holding(policy.values, at)
    judged = [
        (deadline(ReturnWindow(age, after=policy.after), group, at=at, zone=receipt.zone, right=policy.name), worths)
        for age, worths in rows
    ]
    return next((row for row in judged if row[0].contains(at)), judged[-1])


def _value(policy: TradeIn, receipt: Receipt, line: str, runs: list[Run], worth: Worth) -> Money:
    """What some units are worth."""
    currency = receipt.payable.currency
    if not isinstance(worth, Percent):
        return Money.of_minor(minor_in(worth, currency), currency) * size(runs)
    total = Money.of_minor(0, currency)
    for units in receipt.units:
        if units.line == line:
            price = units.paid if policy.base == "paid" else max(units.paid, units.price)
            total += price.scaled(worth.ratio) * size(within(runs, units.first, units.count))
    return total
