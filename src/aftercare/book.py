"""The book of a shop's promises: built once and checked whole, then asked one short question at a time."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, overload

import attrs

from aftercare import canonical
from aftercare.book_checks import check
from aftercare.calendar import aware
from aftercare.canonical import Coded
from aftercare.errors import BookError, OrderError, PolicyError
from aftercare.money import Money
from aftercare.policies.assembling import decide
from aftercare.policies.matching import Matcher
from aftercare.policies.prepared import PreparedPromotions
from aftercare.policies.price import Priced, Pricer
from aftercare.policies.promotion import Promotion
from aftercare.policies.shipping import Delivery
from aftercare.policies.stacking import Entry, Group, promotions_in
from aftercare.policies.tariff import PreparedDelivery
from aftercare.streaming import each_priced

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date, datetime

    from aftercare.crossings import Desk, SettledReturn
    from aftercare.following import Follower
    from aftercare.history import History
    from aftercare.limits import Counts
    from aftercare.loyalty.ledger import Ledger, PointsPreview
    from aftercare.loyalty.membership import Membership
    from aftercare.loyalty.program import Program, ProgramVersions
    from aftercare.loyalty.standing import Standing
    from aftercare.members import Members
    from aftercare.order import Line, Order
    from aftercare.order_events import Units as ReturnedUnits
    from aftercare.policies.changes import NearMiss
    from aftercare.policies.decision import Decision
    from aftercare.policies.explain import Explanation
    from aftercare.policies.totals import TaxRounding
    from aftercare.receipt import Receipt, Tender
    from aftercare.returns.after_sales import AfterSales
    from aftercare.returns.assessment import Assessment
    from aftercare.returns.open_rights import OpenRights
    from aftercare.returns.policy import ReturnPolicy
    from aftercare.returns.settled import Settlement
    from aftercare.returns.several import ReturnPolicies
    from aftercare.returns.warranty import WarrantyReply
    from aftercare.statement import Statement
    from aftercare.streaming import Occasion


def _entries(given: Entry | Iterable[Entry]) -> tuple[Entry, ...]:
    return (given,) if isinstance(given, Promotion | Group) else tuple(given)


def _deliveries(given: Delivery | Iterable[Delivery]) -> tuple[Delivery, ...]:
    return (given,) if isinstance(given, Delivery) else tuple(given)


def _currencies(given: Iterable[str]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)


@attrs.frozen(repr=False)
class PolicyBook(Coded):
    """All promises of a shop.

    *promotions* are promotions and groups; the tuple itself stacks. *returns* is what is promised after the sale,
    *loyalty* what members are promised, their tiers among it. Days and schedules are read in *zone*. Building it checks
    it whole and raises `BookError` with every problem and its path.

    >>> from aftercare import Promotion, policies
    >>> book = PolicyBook("shop", zone="Europe/Warsaw", currencies=["EUR"], promotions=[
    ...     Promotion("sale", then=policies.percent_off(10)),
    ... ])
    >>> book.promotions[0].id
    'sale'
    """

    name: str
    zone: str = attrs.field(kw_only=True)
    currencies: tuple[str, ...] = attrs.field(converter=_currencies, kw_only=True)
    promotions: tuple[Entry, ...] = attrs.field(default=(), converter=_entries, kw_only=True)
    delivery: tuple[Delivery, ...] = attrs.field(default=(), converter=_deliveries, kw_only=True)
    returns: AfterSales | ReturnPolicies | ReturnPolicy | None = attrs.field(default=None, kw_only=True)
    loyalty: Program | ProgramVersions | None = attrs.field(default=None, kw_only=True)
    tax_rounding: TaxRounding = attrs.field(default="rate", kw_only=True)

    def __attrs_post_init__(self) -> None:
        problems = check(
            zone=self.zone,
            currencies=self.currencies,
            tax_rounding=self.tax_rounding,
            promotions=self.promotions,
            delivery=self.delivery,
            returns=self.returns,
            loyalty=self.loyalty,
        )
        if problems:
            title = f"book `{self.name}` cannot keep what it promises"
            raise BookError(title, problems)

    @property
    def fingerprint(self) -> str:
        """The fingerprint of everything the book promises."""
        return self._fingerprint

    @cached_property
    def _fingerprint(self) -> str:
        return canonical.fingerprint(self)

    @cached_property
    def _pricer(self) -> Pricer:
        tariffs = [PreparedDelivery(delivery) for delivery in self.delivery]
        return Pricer(PreparedPromotions(self.promotions), tariffs, self.zone, self.tax_rounding)

    @cached_property
    def _matcher(self) -> Matcher:
        return Matcher(self._pricer.promotions, self.zone)

    def price(
        self,
        order: Order,
        *,
        at: datetime,
        history: History | None = None,
        counts: Counts | None = None,
        catalog: Iterable[Line] = (),
    ) -> Decision:
        """What *order* costs as of *at*, and which promotion took what.

        With a *history* the numbers derived from it are known to conditions; events after *at* are not looked at.
        With *counts* it is known how much of their limits promotions have used; without them, one that has limits
        does not apply. `Decision.nearest` may suggest lines of the *catalog*, each given as the line that a unit of it
        would be.
        Raises `OrderError` for an order in a currency that is not the book's or with a shipment nothing charges, and
        `CalendarError` for an instant without a zone.
        """
        return decide(self._pricer, self._priced(order, at, history, counts), self, tuple(catalog))

    def payable(
        self, order: Order, *, at: datetime, history: History | None = None, counts: Counts | None = None
    ) -> Money:
        """What `price(...).payable` says, sooner: for a total that nobody asks about.

        Raises as `price` does.
        """
        order, past = self._accept(order, at, history)
        return Money.of_minor(self._pricer.owed(order, at, past, counts), order.currency)

    def matching(
        self, order: Order, *, at: datetime, history: History | None = None, counts: Counts | None = None
    ) -> tuple[str, ...]:
        """The promotions that *order* qualifies for as it comes, by id and in the order of the book.

        Each is asked as if it were the only one: nothing is taken off, no group chooses, so that it is told much sooner
        than a price, to list the offers for a cart or to count who would get one. An amount that `price` would find
        lowered by other promotions may therefore still be enough here. Of a limit it is looked at whether
        anything is left.
        Raises as `price` does.

        >>> from datetime import UTC, datetime
        >>> from aftercare import Line, Order, Product, Promotion, cart, eur, policies
        >>> book = PolicyBook("shop", zone="UTC", currencies="EUR", promotions=[
        ...     Promotion("pair", when=cart.quantity("CUP").at_least(2), then=policies.percent_off(10)),
        ...     Promotion("big", when=cart.amount().at_least(eur(50)), then=policies.free_shipping()),
        ... ])
        >>> order = Order([Line("1", Product("CUP"), 2, unit_price=eur(3))], currency="EUR")
        >>> book.matching(order, at=datetime(2026, 11, 22, tzinfo=UTC))
        ('pair',)
        """
        order, past = self._accept(order, at, history)
        return self._matcher.find(order, at, past, counts)

    @overload
    def price_many(
        self, orders: Iterable[Order], *, at: datetime, counts: Counts | None = None
    ) -> Iterator[Decision]: ...

    @overload
    def price_many(self, orders: Iterable[Occasion], *, counts: Counts | None = None) -> Iterator[Decision]: ...

    def price_many(
        self, orders: Iterable[Order | Occasion], *, at: datetime | None = None, counts: Counts | None = None
    ) -> Iterator[Decision]:
        """The decisions for *orders*, one after the other, each made when it is asked for and kept by nobody.

        *orders* are priced as of *at*. Where each has an instant of its own, leave out *at* and give pairs of an order
        and its instant, or triples with the history of its customer. The same *counts* hold for all.
        Raises as `price` does, with a note that tells the place of the order, and `OrderError` for an order without an
        instant or with two.

        >>> from datetime import UTC, datetime
        >>> from aftercare import Line, Order, Product, Promotion, eur, policies
        >>> book = PolicyBook("shop", zone="UTC", currencies="EUR", promotions=[
        ...     Promotion("sale", then=policies.percent_off(10)),
        ... ])
        >>> orders = (Order([Line("1", Product("CUP"), n, unit_price=eur(3))], currency="EUR") for n in (1, 2))
        >>> [str(each.payable) for each in book.price_many(orders, at=datetime(2026, 11, 22, tzinfo=UTC))]
        ['2.70 EUR', '5.40 EUR']
        """
        if at is not None:
            aware(at, "the instant of pricing")
        return each_priced(self.price, orders, at=at, counts=counts)

    def _priced(
        self, order: Order, at: datetime, history: History | None, counts: Counts | None, *, keep: bool = False
    ) -> Priced:
        order, past = self._accept(order, at, history)
        return self._pricer.price(order, at, past, counts, keep=keep)

    def _accept(
        self, order: Order, at: datetime, history: History | None, standing: Standing | None = None
    ) -> tuple[Order, History | None]:
        """The order with its customer's tier, and the history up to then.

        Refuses an order in another currency and an instant without a zone.
        """
        if order.currency not in self.currencies:
            known = ", ".join(self.currencies)
            msg = f"the order is in `{order.currency}`, this book sells in `{known}`: price it with a book that has it"
            raise OrderError(msg)
        instant = aware(at, "the instant of pricing")
        if history is None:
            return order, None
        past = history.until(instant)
        if order.customer is not None and self._members.has_tiers(at=instant):
            standing = standing or self.standing(past, at=instant)
            order = attrs.evolve(order, customer=attrs.evolve(order.customer, tier=standing.tier))
        return order, past

    def price_member(self, order: Order, *, at: datetime, history: History, standing: Standing | None) -> Decision:
        """What `price` says for a member whose *standing* at *at* is known, which spares reading the history for it.

        A shop that keeps the `loyalty.Member` asks it for the standing; where there are no tiers, it is None. Raises as
        `price` does.
        """
        order, past = self._accept(order, at, history, standing)
        return decide(self._pricer, self._pricer.price(order, at, past, None), self, ())

    def place(self, quote: Decision, *, id: str, paid: Tender | Iterable[Tender]) -> Receipt:
        """The receipt of *quote*, placed and *paid* with one tender or several.

        Raises `OrderError` where tenders do not add up to what is due, and for the quote of another book.
        """
        if quote.fingerprint != self.fingerprint:
            msg = f"the quote is of book `{quote.fingerprint[:12]}`, this is `{self.fingerprint[:12]}`: price it anew"
            raise OrderError(msg)
        from aftercare.policies.placing import receipt_of
        from aftercare.receipt import tenders

        silent = (each.id for each in self._pricer.promotions.promotions if not each.earns_points)
        return receipt_of(quote, id=id, paid=tenders(paid), no_points=frozenset(silent))

    # --- after the sale ----------------------------------------------------------------------------------------------

    @cached_property
    def _after_sales(self) -> AfterSales:
        from aftercare.returns.after_sales import after_sales

        return after_sales(self.returns)

    def _desk(self, receipt: Receipt, history: History | None, *, informed: bool) -> Desk:
        from aftercare.crossings import Desk
        from aftercare.history import History

        return Desk(self._after_sales, self._pricer, receipt, history or History(), informed=informed)

    def rights_at(
        self, receipt: Receipt, *, history: History | None = None, at: datetime, informed: bool = True
    ) -> OpenRights:
        """Every right that is open for the units of *receipt* at *at*, with its deadline, by promise or by law.

        *informed* says whether the order came with the information that the law asks for.
        """
        from aftercare.returns.open_rights import rights_at

        return rights_at(self._after_sales, receipt, history, at=at, informed=informed)

    def assess_return(
        self,
        receipt: Receipt,
        *,
        history: History | None = None,
        returning: Mapping[str, int] | Iterable[ReturnedUnits],
        ground: str = "change_of_mind",
        at: datetime,
        grade: str | None = None,
        informed: bool = True,
    ) -> tuple[Assessment, ...]:
        """Whether units may come back on a *ground*, asked at *at*: an answer for each line.

        *returning* says how many units of which line, *grade* their condition where it is known, *informed* whether the
        order came with the information that the law asks for. Raises `OrderError` for a line or ground that is not
        there, and `PolicyError` for a book that promises nothing about returns.
        """
        from aftercare.crossings import returning_units

        desk = self._desk(receipt, history, informed=informed)
        return desk.assessed(returning_units(returning), ground=ground, at=at, grade=grade)

    def assess_warranty(
        self,
        receipt: Receipt,
        *,
        history: History | None = None,
        line: str,
        quantity: int = 1,
        ground: str = "defect",
        at: datetime,
        evidence: str | Iterable[str] = (),
    ) -> tuple[WarrantyReply, ...]:
        """Whether *quantity* units of a *line* are covered on a *ground*, asked at *at*: an answer of each warranty.

        *evidence* is what the customer has shown already, such as a photo. Raises as `assess_return` does, and
        `PolicyError` for a book without warranties.
        """
        from aftercare.returns.warranty import assess_warranty

        if not self._after_sales.warranties:
            msg = f"book `{self.name}` gives no warranty: give it `returns=returns.AfterSales(warranties=...)`"
            raise PolicyError(msg)
        return tuple(
            assess_warranty(
                each, receipt, history, line=line, quantity=quantity, ground=ground, at=at, evidence=evidence
            )
            for each in self._after_sales.warranties
        )

    def preview_return(
        self,
        receipt: Receipt,
        *,
        history: History | None = None,
        returning: Mapping[str, int] | Iterable[ReturnedUnits],
        ground: str = "change_of_mind",
        at: datetime,
        grade: str | None = None,
        informed: bool = True,
    ) -> SettledReturn:
        """What a return would do, if the goods came back at *at*: money, points and tier. Nothing is recorded.

        Before the purchase, ask with the receipt that the quote would become. Raises as `assess_return` does, and
        `OrderError` for lines whose refunds follow different strategies, see `aftercare.returns.jointly`.
        """
        from aftercare.crossings import SettledReturn, returning_units
        from aftercare.history import History
        from aftercare.return_events import Returned

        past = (history or History()).until(aware(at, "the instant of a return"))
        units = returning_units(returning)
        desk = self._desk(receipt, past, informed=informed)
        answers = desk.assessed(units, ground=ground, at=at, grade=grade)
        regimes = tuple(dict.fromkeys(regime for answer in answers for regime in answer.regimes))
        event = Returned(f"{receipt.id} previewed", at, receipt.id, units, ground, regimes=regimes, grade=grade)
        money = desk.settled(event)
        if self.loyalty is None:
            return SettledReturn(assessments=answers, money=money)
        points, before, after = self._members.effect(event, history=past, at=at)
        return SettledReturn(assessments=answers, money=money, points=points, before=before, after=after)

    def settle(self, receipt: Receipt, *, history: History, at: datetime, informed: bool = True) -> Settlement:
        """The money of the last event of *receipt* that moved some by *at*, such as a recorded `Returned`.

        It depends on the receipt and its own events alone, and on whether the order came with the information that the
        law asks for: *informed*. Raises `OrderError` where nothing came back yet.
        """
        return self._desk(receipt, history.until(aware(at, "the instant of a settlement")), informed=informed).last()

    # --- members -----------------------------------------------------------------------------------------------------

    @cached_property
    def _members(self) -> Members:
        from aftercare.crossings import program_of
        from aftercare.members import Members

        program = None if self.loyalty is None else program_of(self.loyalty, self.zone)
        return Members(self.name, lambda _: program, lambda _: self._after_sales.returns)

    def follower(self) -> Follower:
        """A customer before anything happened, to be told event by event and asked for the standing in between."""
        return self._members.follower()

    def holds(self, history: History, *, at: datetime) -> dict[tuple[str, str], date | None]:
        """Until which day each line of the purchases may still come back, by receipt and line: what holds its points.

        None stands for goods of which nobody can tell yet, as they are not delivered.
        """
        return self._members.holds(history, at=at)

    def standing(self, history: History, *, at: datetime) -> Standing:
        """The tier of the member with that *history* at *at*, why, and what the next one needs.

        Raises `PolicyError` for a book without a programme, or a programme without tiers.
        """
        return self._members.standing(history, at=at)

    def points(self, history: History, *, at: datetime) -> Ledger:
        """The points of the member with that *history* at *at*, in lots, with every entry and its reason.

        Those of birthdays and reviews are among them. Raises `PolicyError` for a book without a programme.
        """
        return self._members.points(history, at=at)

    def membership(
        self,
        history: History,
        *,
        at: datetime,
        member: str = "",
        friends: Mapping[str, History] | None = None,
        signals: Mapping[str, Sequence[str]] | None = None,
    ) -> Membership:
        """All that the programme tells of the customer *member* at *at*: tier, points, cards, vouchers, referrals.

        *friends* are the histories of those that were referred, and *signals* what makes the shop suspicious of them,
        both by customer id. Points of referrals are counted here alone, for nothing else knows the friends. Raises as
        `points` does, and `PolicyError` for a signal without a score.
        """
        return self._members.membership(history, at=at, member=member, friends=friends, signals=signals)

    def earn(self, receipt: Receipt, *, history: History, at: datetime) -> PointsPreview:
        """What the purchase on *receipt* would bring the member with that *history*, at *at*."""
        return self._members.earn(receipt, history=history, at=at)

    # --- questions about a decision ----------------------------------------------------------------------------------

    def answers(self, decision: Decision) -> Explanation:
        """The answers to questions about *decision*, whose order is priced once more to tell; decisions ask it."""
        from aftercare.policies.explain import Explanation

        found = self._priced(decision.order, decision.at, decision.history, decision.counts, keep=True)
        return Explanation(self._pricer, found)

    def near_misses(self, decision: Decision, catalog: Sequence[Line]) -> tuple[NearMiss, ...]:
        """The near misses of *decision*, found by pricing changed orders; decisions ask it."""
        from aftercare.policies.near_misses import near_misses
        from aftercare.policies.trials import Trial

        # No change is about the customer: who orders is another at another instant alone.
        members = {decision.at: (decision.order.customer, decision.history)}

        def priced(order: Order, at: datetime) -> Trial:
            if at not in members:
                later, past = self._accept(order, at, decision.history)
                members[at] = later.customer, past
            who, past = members[at]
            found = self._pricer.price(attrs.evolve(order, customer=who), at, past, decision.counts, keep=True)
            return Trial(decide(self._pricer, found, self), found.snapshots)

        return near_misses(decision, self._pricer.promotions.promotions, catalog, priced)

    def announcements(self, *, at: datetime) -> tuple[Statement, ...]:
        """What is to be announced to customers at *at*: promotions that start soon, and those that end soon.

        Which ones, the `notice` of each promotion says.
        """
        return self._announced(at, staff=False)

    def staff_briefing(self, *, at: datetime) -> tuple[Statement, ...]:
        """What staff are to know at *at* about the promotions that start later."""
        return self._announced(at, staff=True)

    def _announced(self, at: datetime, *, staff: bool) -> tuple[Statement, ...]:
        from aftercare.policies.explain import announced

        instant = aware(at, "the instant of an announcement")
        each = (promotion for entry in self.promotions for promotion in promotions_in(entry))
        found = (announced(promotion, instant, staff=staff) for promotion in each)
        return tuple(statement for statement in found if statement is not None)
