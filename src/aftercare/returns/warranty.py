"""Commercial warranties: what a maker or shop promises beside the law, for how long, to whom, and if it is registered.

What the law gives for goods that are not as agreed is no warranty: it stands below the return policy, and no warranty
takes anything away from it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal, NamedTuple, TypeAlias, get_args

import attrs

from aftercare.calendar import BusinessDays, Days, Months, Span
from aftercare.canonical import Coded, call
from aftercare.errors import PolicyError, is_a
from aftercare.return_events import OwnerChanged, WarrantyRegistered
from aftercare.returns.apart import alone
from aftercare.returns.asking import Answered, chosen, kept, known_until, named, number_of
from aftercare.returns.assessing import assess
from aftercare.returns.clauses import OUTCOMES
from aftercare.returns.counting import deadline
from aftercare.returns.policy import ReturnPolicy
from aftercare.returns.reply import Reply
from aftercare.returns.runs import joined, lowest, size, within, without
from aftercare.returns.tracks import Track, within_line
from aftercare.returns.windows import ReturnWindow, Start, a_span, one_of, start
from aftercare.statement import Name, Statement

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from aftercare.history import History
    from aftercare.receipt import Receipt
    from aftercare.returns.assessment import Assessment
    from aftercare.returns.clauses import Outcome
    from aftercare.returns.deadlines import Deadline
    from aftercare.returns.runs import Run
    from aftercare.returns.timeline import Milestones

Transfer: TypeAlias = Literal["any", "once", "never"]
"""How often a warranty may go to another owner together with the goods."""


@attrs.frozen(eq=False, repr=False)
class Warranty(Coded):
    """A *promise* of regime ``warranty``, for so long, on these terms: a `ReturnPolicy` with its exceptions.

    Longer terms for tiers, goods or a care plan in the order are exceptions of the promise. With *register_within*
    (*register_after* an event) it holds only for goods that are registered in time, unless *registered* is given, which
    then holds for those in its place where it is the better one. *transfer* says whether it goes to another owner. For
    a clock that starts anew with replaced goods, give the promise a `ReturnWindow` that *restarts_for_replacement*.

    Raises `PolicyError` for a promise of another regime or with a law below it.

    >>> from aftercare import ReturnPolicy, returns
    >>> two_years = ReturnPolicy("maker", regime="warranty", within=Months(24), after="delivered")
    >>> five_years = ReturnPolicy("maker-plus", regime="warranty", within=Months(60), after="delivered")
    >>> Warranty(two_years, registered=five_years, register_within=Days(30), transfer="once").name
    Name('maker')
    """

    promise: ReturnPolicy
    registered: ReturnPolicy | None = attrs.field(default=None, kw_only=True)
    register_within: Span | None = attrs.field(default=None, kw_only=True)
    register_after: Start = attrs.field(default=Start("delivered"), converter=start, kw_only=True)
    transfer: Transfer = attrs.field(default="any", kw_only=True)

    def __attrs_post_init__(self) -> None:
        for each in self.promises:
            if not is_a(each, ReturnPolicy) or each.regime != "warranty":
                msg = f"`{each!r}` is no warranty: give a `ReturnPolicy` with `regime='warranty'`"
                raise PolicyError(msg)
            if each.floors:
                msg = (
                    f"`{each.id}` is a warranty with a law below it: what the law gives holds beside any warranty, "
                    "so put the law below the return policy of the shop"
                )
                raise PolicyError(msg)
        if self.register_within is not None:
            a_span(f"`register_within` of `{self.promise.id}`", self.register_within, Days, Months, BusinessDays)
        elif self.registered is not None:
            msg = f"`{self.promise.id}` is better when it is registered: say by when with `register_within=`"
            raise PolicyError(msg)
        one_of(f"the transfer of `{self.promise.id}`", self.transfer, get_args(Transfer))

    @property
    def promises(self) -> tuple[ReturnPolicy, ...]:
        """The promise, and the one for registered goods if there is one."""
        return (self.promise,) if self.registered is None else (self.promise, self.registered)

    @property
    def name(self) -> Name:
        """What customers read."""
        return self.promise.name

    def __repr__(self) -> str:
        return call("returns.Warranty", self)


@attrs.frozen(eq=False, repr=False, kw_only=True)
class WarrantyReply(Reply):
    """What becomes of a claim under a warranty; *assessment* has the terms, such as the remedies offered."""

    kind: ClassVar[str] = "warranty"

    assessment: Assessment


class AlikeUnits(NamedTuple):
    """Units that are alike to a warranty: delivered alike, registered at an instant or not, sold on so many times."""

    group: Milestones
    runs: list[Run]
    registered_at: datetime | None
    transfers: int


def assess_warranty(
    warranty: Warranty,
    receipt: Receipt,
    history: History | None = None,
    *,
    line: str,
    quantity: int = 1,
    ground: str = "defect",
    at: datetime,
    grade: str | None = None,
    channel: str | None = None,
    evidence: str | Iterable[str] = (),
) -> WarrantyReply:
    """Whether a warranty covers *quantity* units of a *line* on a *ground*, asked *at* an instant.

    The other arguments are those of `assess`, and so is what is raised.

    >>> from datetime import UTC, datetime
    >>> from aftercare import Delivered, History, Line, Order, PolicyBook, Product, Tender, eur
    >>> shop, monday = PolicyBook("shop", zone="UTC", currencies=["EUR"]), datetime(2026, 3, 2, 9, tzinfo=UTC)
    >>> order = Order([Line("1", Product("PHONE"), unit_price=eur(200))], currency="EUR")
    >>> receipt = shop.place(shop.price(order, at=monday), id="A-1", paid=[Tender("card", eur(200))])
    >>> history = History([Delivered("e1", datetime(2026, 3, 4, 15, tzinfo=UTC), "A-1")])
    >>> maker = Warranty(ReturnPolicy("maker", regime="warranty", within=Months(24), after="delivered"))
    >>> reply = assess_warranty(maker, receipt, history, line="1", at=datetime(2028, 3, 4, tzinfo=UTC))
    >>> reply.outcome, reply.deadline.last_day
    ('accept', datetime.date(2028, 3, 4))
    """
    past, instant = known_until(history, at)
    number_of(receipt, line, quantity)
    groups = list(alike(warranty, receipt, past, line, instant))
    left = joined((run for each in groups for run in each.runs), ())

    def ask(policy: ReturnPolicy, runs: list[Run], count: int) -> Assessment:
        return assess(
            policy,
            receipt,
            alone(receipt, past, line, without(left, runs), instant),
            line=line,
            quantity=count,
            ground=ground,
            at=instant,
            grade=grade,
            channel=channel,
            evidence=evidence,
        )

    judged = []
    for each in groups:
        asked = min(quantity, size(each.runs))
        answers = [ask(policy, each.runs, asked) for policy in _holding(warranty, receipt, each, instant)]
        reply = _reply(warranty, receipt, each, min(answers, key=_rank), instant)
        judged.append(Answered(reply.outcome, each.group, reply.deadline, reply, each.runs))
    answer, units = chosen(judged, quantity)
    if answer is not None:
        return attrs.evolve(answer, units=named(line, units))
    none = assess(warranty.promise, receipt, past, line=line, quantity=quantity, ground=ground, at=instant)
    return WarrantyReply(
        order=receipt.id,
        units=none.units,
        at=instant,
        right=warranty.name,
        outcome="refuse",
        deadline=none.deadline,
        reasons=none.reasons,
        assessment=none,
    )


def alike(warranty: Warranty, receipt: Receipt, past: History, line: str, at: datetime) -> Iterator[AlikeUnits]:
    """The units of a *line* that are left, those that are alike together."""
    quantities = receipt.order.quantities
    track = Track("registered", quantities, ())
    sold = [0] * quantities[line]
    for event in past.of(receipt.id).events:
        match event:
            case WarrantyRegistered() if event.warranty == warranty.promise.id:
                track.add(event)
            case OwnerChanged():
                for first, last in _sold(event, line, quantities):
                    sold[first - 1 : last] = [times + 1 for times in sold[first - 1 : last]]
            case _:
                pass  # the rest is read with the milestones
    registered = {unit: when for first, last, when in track.runs(line) for unit in range(first, last + 1)}
    for group, runs in kept(receipt, past, line, at):
        found: dict[tuple[datetime | None, int], list[Run]] = {}
        for unit in (unit for first, last in runs for unit in range(first, last + 1)):
            found.setdefault((registered.get(unit), sold[unit - 1]), []).append((unit, unit))
        for (when, times), units in found.items():
            yield AlikeUnits(group, joined(units, ()), when, times)


def _sold(event: OwnerChanged, line: str, quantities: Mapping[str, int]) -> list[Run]:
    """The units of a *line* that went to another owner."""
    every = [(1, quantities[line])]
    if not event.units:
        return every
    found: list[Run] = []
    for units in event.units:
        bounds = within_line(event.id, units, quantities)
        if units.line == line:
            runs = lowest(every, units.count) if bounds is None else within(every, bounds[0], units.count)
            found = joined(found, runs)
    return found


def _registration(warranty: Warranty, receipt: Receipt, units: AlikeUnits, at: datetime) -> Deadline | None:
    """By when the units have to be registered, None where that is not asked for."""
    if warranty.register_within is None:
        return None
    window = ReturnWindow(warranty.register_within, after=warranty.register_after)
    return deadline(window, units.group, at=at, zone=receipt.zone, right=warranty.name)


def _holding(warranty: Warranty, receipt: Receipt, units: AlikeUnits, at: datetime) -> tuple[ReturnPolicy, ...]:
    """The promises that hold for the units, whatever they say."""
    due = _registration(warranty, receipt, units, at)
    in_time = due is not None and units.registered_at is not None and due.contains(units.registered_at)
    return warranty.promises if in_time else (warranty.promise,)


def _rank(answer: Assessment) -> tuple[int, float]:
    """The best answer, of equals the one that holds longest, is the smallest."""
    ends = answer.deadline.ends_at
    return OUTCOMES.index(answer.outcome), float("-inf") if ends is None else -ends.timestamp()


def _reply(warranty: Warranty, receipt: Receipt, units: AlikeUnits, answer: Assessment, at: datetime) -> WarrantyReply:
    """What becomes of the claim: what the promise says, unless the goods were not registered or had owners too many."""
    refused: list[Statement] = []
    todo: list[Statement] = []
    due = _registration(warranty, receipt, units, at)
    if due is not None and warranty.registered is None:
        if units.registered_at is None and due.contains(at) and due.last_day is not None:
            todo.append(Statement("warranty.step.register", warranty=warranty.name, date=due.last_day))
        elif units.registered_at is None and not due.contains(at):
            refused.append(Statement("warranty.not_registered", warranty=warranty.name))
        elif units.registered_at is not None and not due.contains(units.registered_at) and due.last_day is not None:
            refused.append(Statement("warranty.registered_late", warranty=warranty.name, date=due.last_day))
    if units.transfers and warranty.transfer == "never":
        refused.append(Statement("warranty.not_transferable", warranty=warranty.name))
    elif units.transfers > 1 and warranty.transfer == "once":
        refused.append(Statement("warranty.transferred_before", warranty=warranty.name))
    elif units.transfers:
        todo.append(Statement("warranty.step.prove_owner"))
    outcome: Outcome = "refuse" if refused else answer.outcome
    return WarrantyReply(
        order=receipt.id,
        units=answer.units,
        at=at,
        right=answer.deadline.right or warranty.name,
        outcome=outcome,
        deadline=answer.deadline,
        reasons=(*refused, *answer.reasons),
        todo=(*todo, *answer.todo),
        plan=answer.plan,
        assessment=answer,
    )
