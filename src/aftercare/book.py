"""The book of a shop's promises: built once and checked whole, then asked one short question at a time."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, overload

import attrs

from aftercare import canonical
from aftercare.after_purchase import AfterPurchase
from aftercare.book_checks import BookParts, check, warnings
from aftercare.bounds import checked, listed
from aftercare.calendar import aware
from aftercare.canonical import Coded
from aftercare.errors import BookError, OrderError
from aftercare.event_fields import words
from aftercare.money import Money, minor_money
from aftercare.order import Order
from aftercare.policies.assembling import decide
from aftercare.policies.decision import Decision
from aftercare.policies.prepared import PreparedPromotions
from aftercare.policies.price import Pricer
from aftercare.policies.promotion import Promotion
from aftercare.policies.shipping import Delivery
from aftercare.policies.stacking import Entry, Group, promotions_in
from aftercare.policies.tariff import PreparedDelivery
from aftercare.streaming import each_priced

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from aftercare.errors import Problem
    from aftercare.history import History
    from aftercare.limits import Counts
    from aftercare.loyalty.program import Program, ProgramVersions
    from aftercare.members import Members
    from aftercare.order import Line, Tier
    from aftercare.policies.changes import NearMiss
    from aftercare.policies.explain import Explanation
    from aftercare.policies.matching import Matcher
    from aftercare.policies.totals import TaxRounding
    from aftercare.policies.turn import Priced
    from aftercare.punched import CardPricers, Stamps
    from aftercare.receipt import Receipt, Tender
    from aftercare.replaying import Replay
    from aftercare.returns.after_sales import AfterSales
    from aftercare.returns.policy import ReturnPolicy
    from aftercare.returns.several import ReturnPolicies
    from aftercare.statement import Statement
    from aftercare.streaming import Occasion
    from aftercare.terms_in_force import TermsInForce


def _entries(given: Entry | Iterable[Entry]) -> tuple[Entry, ...]:
    return (given,) if isinstance(given, Promotion | Group) else tuple(given)


def _deliveries(given: Delivery | Iterable[Delivery]) -> tuple[Delivery, ...]:
    return (given,) if isinstance(given, Delivery) else tuple(given)


@attrs.frozen(eq=False, repr=False)
class PolicyBook(AfterPurchase, Coded):
    """All promises of a shop.

    *promotions* are promotions and groups; the tuple itself stacks. *returns* is what is promised after the sale,
    *loyalty* what members are promised, their tiers among it. Days and schedules are read in *zone*. Where it names the
    *countries* that it sells to, nothing may stand below their laws. Building it checks it whole and raises `BookError`
    with every problem and its path.

    >>> from aftercare import Promotion, policies
    >>> book = PolicyBook("shop", zone="Europe/Warsaw", currencies=["EUR"], promotions=[
    ...     Promotion("sale", then=policies.percent_off(10)),
    ... ])
    >>> book.promotions[0].id
    'sale'
    """

    name: str
    zone: str = attrs.field(kw_only=True)
    currencies: tuple[str, ...] = attrs.field(converter=words, kw_only=True)
    countries: tuple[str, ...] = attrs.field(default=(), converter=words, kw_only=True)
    promotions: tuple[Entry, ...] = attrs.field(default=(), converter=_entries, kw_only=True)
    delivery: tuple[Delivery, ...] = attrs.field(default=(), converter=_deliveries, kw_only=True)
    returns: AfterSales | ReturnPolicies | ReturnPolicy | None = attrs.field(default=None, kw_only=True)
    loyalty: Program | ProgramVersions | None = attrs.field(default=None, kw_only=True)
    tax_rounding: TaxRounding = attrs.field(default="rate", kw_only=True)

    def __attrs_post_init__(self) -> None:
        problems = check(self._parts)
        if problems:
            title = f"book `{self.name}` cannot keep what it promises"
            raise BookError(title, problems)

    @property
    def fingerprint(self) -> str:
        """The fingerprint of everything the book promises."""
        return self._fingerprint

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What is doubtful, each with its path: unknown words, tiers that bring nothing or less than lower ones.

        >>> from aftercare import Tier, eur, loyalty
        >>> ladder = loyalty.Ladder.by(loyalty.spend(), {Tier("member", 0): eur(0), Tier("gold", 1): eur(300)})
        >>> club = loyalty.Program("club", ladder=ladder)
        >>> [each.path for each in PolicyBook("shop", zone="UTC", currencies=["EUR"], loyalty=club).warnings]
        ['loyalty.ladder.enter[gold]']
        """
        return warnings(self._parts)

    @property
    def _parts(self) -> BookParts:
        return BookParts(
            zone=self.zone,
            currencies=self.currencies,
            countries=self.countries,
            tax_rounding=self.tax_rounding,
            promotions=self.promotions,
            delivery=self.delivery,
            returns=self.returns,
            loyalty=self.loyalty,
        )

    @cached_property
    def _fingerprint(self) -> str:
        return canonical.fingerprint(self)

    @cached_property
    def pricer(self) -> Pricer:
        """What prices an order by the promotions and tariffs, made ready once."""
        tariffs = [PreparedDelivery(delivery) for delivery in self.delivery]
        return Pricer(PreparedPromotions(self.promotions), tariffs, self.zone, self.tax_rounding)

    @cached_property
    def _matcher(self) -> Matcher:
        from aftercare.policies.matching import Matcher

        return Matcher(self.pricer.promotions, self.zone)

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
        more = listed("lines of a catalog", catalog, "Line('1', Product('CUP'), unit_price=eur(3))")
        return decide(*self._priced(order, at, history, counts), self, more)

    def payable(
        self, order: Order, *, at: datetime, history: History | None = None, counts: Counts | None = None
    ) -> Money:
        """What `price(...).payable` says, sooner: for a total that nobody asks about.

        Raises as `price` does.
        """
        order, past = self._accept(order, at, history, counts)
        pricer = self._pricer_for(order, self._stamps(past, at), at)
        return minor_money(pricer.owed(order, at, past, counts), order.currency)

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
        order, past = self._accept(order, at, history, counts)
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
    ) -> tuple[Pricer, Priced]:
        order, past = self._accept(order, at, history, counts)
        pricer = self._pricer_for(order, self._stamps(past, at), at)
        return pricer, pricer.price(order, at, past, counts, keep=keep)

    def _stamps(self, past: History | None, at: datetime) -> Stamps | None:
        """What is on the punch cards of a customer; None where nobody knows, or the programme has none."""
        return None if past is None or self.loyalty is None else self.members.stamps(past, at=at)

    def _pricer_for(self, order: Order, stamps: Stamps | None, at: datetime) -> Pricer:
        return self.pricer if stamps is None else self._card_pricers.with_cards(stamps.free_on(order, at=at), at)

    @cached_property
    def _card_pricers(self) -> CardPricers:
        from aftercare.punched import CardPricers

        return CardPricers(self.pricer, self.promotions, lambda at: self.members.program(at).at(at))

    def pricer_of(self, receipt: Receipt) -> Pricer:
        """What prices the order of *receipt* again, its punch cards included."""
        return self.pricer if self.loyalty is None else self._card_pricers.of(receipt)

    def _accept(
        self, order: Order, at: datetime, history: History | None, counts: Counts | None
    ) -> tuple[Order, History | None]:
        """The order with its customer's tier, and the history up to then.

        Refuses an order in another currency, an instant without a zone, and what is no order, history or counts.
        """
        instant = self._check(order, at)
        if counts is not None:
            from aftercare.limits import Counts

            checked("what is counted of limits", counts, Counts, "limits.Counts({tally: 41})")
        if history is None:
            return order, None
        from aftercare.history import checked_history

        past = checked_history(history).until(instant)
        if order.customer is not None and self.members.has_tiers(at=instant):
            tier = self.members.tier(past, at=instant)
            order = attrs.evolve(order, customer=attrs.evolve(order.customer, tier=tier))
        return order, past

    def _check(self, order: Order, at: datetime) -> datetime:
        if type(order) is not Order:
            checked("what is to be priced", order, Order, "Order([...], currency='EUR')")
        if order.currency not in self.currencies:
            known = ", ".join(self.currencies)
            msg = f"the order is in `{order.currency}`, this book sells in `{known}`: price it with a book that has it"
            raise OrderError(msg)
        return aware(at, "the instant of pricing")

    def price_member(
        self,
        order: Order,
        *,
        at: datetime,
        history: History,
        tier: Tier | None,
        stamps: Stamps | None = None,
        counts: Counts | None = None,
    ) -> Decision:
        """What `price` says for a member whose *tier* at *at* is known, which spares reading the history for it.

        A shop that keeps the `loyalty.Member` asks it for the tier. What is on punch cards is read from the history
        where *stamps* do not tell it: a `follower` has both. Raises as `price` does.
        """
        from aftercare.history import checked_history

        past = checked_history(history).until(self._check(order, at))
        if order.customer is not None:
            order = attrs.evolve(order, customer=attrs.evolve(order.customer, tier=tier))
        pricer = self._pricer_for(order, stamps or self._stamps(past, at), at)
        return decide(pricer, pricer.price(order, at, past, counts), self, ())

    def place(self, quote: Decision, *, id: str, paid: Tender | Iterable[Tender]) -> Receipt:
        """The receipt of *quote*, *paid* with one tender or several, and with what is promised for after the sale.

        Raises `OrderError` where tenders do not add up to what is due, and for the quote of another book.
        """
        checked("the quote of an order to place", quote, Decision, "book.price(order, at=now)")
        if quote.fingerprint != self.fingerprint:
            msg = f"the quote is of book `{quote.fingerprint[:12]}`, this is `{self.fingerprint[:12]}`: price it anew"
            raise OrderError(msg)
        from aftercare.policies.placing import receipt_of
        from aftercare.receipt import tenders

        silent = (each.id for each in self.pricer.promotions.promotions if not each.earns_points)
        receipt = receipt_of(quote, id=id, paid=tenders(paid), no_points=frozenset(silent))
        if self.returns is None:
            return receipt
        from aftercare.promising import with_promises

        return with_promises(receipt, self.promised)

    def replay(self, receipt: Receipt) -> Replay:
        """What *receipt* would be if its order were priced again, with the facts and limits that it stores.

        Raises `OrderError` for a receipt of another book.
        """
        from aftercare.policies.repricing import priced_again
        from aftercare.receipt import Tender
        from aftercare.replaying import compared

        pricer = self.pricer_of(self.own(receipt))
        quote = decide(pricer, priced_again(pricer, receipt), self)
        return compared(receipt, self.place(quote, id=receipt.id, paid=[Tender("again", quote.payable)]))

    # --- parts -------------------------------------------------------------------------------------------------------

    @cached_property
    def promised(self) -> AfterSales:
        """What is promised after the sale, in one value."""
        from aftercare.returns.after_sales import after_sales

        return after_sales(self.returns)

    @cached_property
    def members(self) -> Members:
        """The members of the shop."""
        from aftercare.clubs import club_of
        from aftercare.members import Members

        club = None if self.programs is None else club_of(self.programs)
        return Members(self.name, lambda _: club, lambda _: self.promised.returns, self.desk)

    @property
    def programs(self) -> ProgramVersions | None:
        """The programme with its versions, in the book's zone where it names none."""
        from aftercare.crossings import program_of

        return None if self.loyalty is None else program_of(self.loyalty, self.zone)

    def among(self, members: Members) -> PolicyBook:
        """The same book with the members of a history of books, of which it is one."""
        seen = attrs.evolve(self)
        object.__setattr__(seen, "members", members)
        return seen

    # --- questions about a decision ----------------------------------------------------------------------------------

    def answers(self, decision: Decision) -> Explanation:
        """The answers to questions about *decision*, whose order is priced once more to tell; decisions ask it."""
        from aftercare.policies.explain import Explanation

        return Explanation(*self._priced(decision.order, decision.at, decision.history, decision.counts, keep=True))

    def near_misses(self, decision: Decision, catalog: Sequence[Line]) -> tuple[NearMiss, ...]:
        """The near misses of *decision*, found by pricing changed orders; decisions ask it."""
        from aftercare.policies.near_misses import near_misses
        from aftercare.policies.trials import Trial

        # No change is about the customer: who orders is another at another instant alone.
        past = decision.history
        members = {decision.at: (decision.order.customer, past, self._stamps(past, decision.at))}

        def priced(order: Order, at: datetime) -> Trial:
            if at not in members:
                later, past = self._accept(order, at, decision.history, None)
                members[at] = later.customer, past, self._stamps(past, at)
            who, past, stamps = members[at]
            pricer = self._pricer_for(order, stamps, at)
            found = pricer.price(attrs.evolve(order, customer=who), at, past, decision.counts, keep=True)
            return Trial(decide(pricer, found, self), found.snapshots)

        return near_misses(decision, self.pricer.promotions.promotions, catalog, priced)

    def terms_in_force(self, *, at: datetime) -> TermsInForce:
        """What is promised to whom buys at *at*: promotions, tariffs, terms of returns and warranties, the programme.

        >>> from datetime import UTC, datetime
        >>> from aftercare import Days, ReturnPolicy, dated
        >>> longer = dated(Days(14), {datetime(2027, 1, 1, tzinfo=UTC): Days(30)})
        >>> policy = ReturnPolicy("standard", within=longer, after="delivered")
        >>> book = PolicyBook("shop", zone="UTC", currencies=["EUR"], returns=policy)
        >>> [str(terms.window.within) for _, terms in book.terms_in_force(at=datetime(2027, 3, 1, tzinfo=UTC)).returns]
        ['Days(30)']
        """
        from aftercare.terms_in_force import TermsInForce, promotions_at, returns_at, warranties_at

        instant = aware(at, "the instant of terms")
        promotions, ahead = promotions_at(self.promotions, instant)
        return TermsInForce(
            at=instant,
            book=self.fingerprint,
            promotions=promotions,
            ahead=ahead,
            delivery=self.delivery,
            returns=returns_at(self.promised.return_policies, instant),
            warranties=warranties_at(self.promised, instant),
            program=None if self.programs is None else self.programs.at(instant),
        )

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
