"""Books that replaced one another: an order is judged by what was promised when it was placed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property, partial
from typing import TYPE_CHECKING, cast, overload

import attrs

from aftercare.book import PolicyBook
from aftercare.calendar import aware, utc
from aftercare.canonical import Coded
from aftercare.clubs import club_at
from aftercare.errors import BookError, PolicyError, Problem, is_a
from aftercare.members import Members
from aftercare.policies.decision import Decision
from aftercare.streaming import each_priced

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date, datetime

    from aftercare.crossings import Desk, Promise, SettledReturn
    from aftercare.following import Follower
    from aftercare.history import History
    from aftercare.limits import Counts
    from aftercare.loyalty.clawback import Repaid
    from aftercare.loyalty.ledger import Ledger, PointsPreview
    from aftercare.loyalty.membership import Membership
    from aftercare.loyalty.standing import Standing
    from aftercare.money import Money
    from aftercare.order import Line, Order, Tier
    from aftercare.order_events import Units
    from aftercare.punched import Stamps
    from aftercare.receipt import Receipt, Tender
    from aftercare.replaying import Replay
    from aftercare.returns.assessment import Assessment
    from aftercare.returns.open_rights import OpenRights
    from aftercare.returns.settled import Settlement
    from aftercare.returns.warranty import WarrantyReply
    from aftercare.statement import Statement
    from aftercare.streaming import Occasion
    from aftercare.terms_in_force import TermsInForce


def _later(
    given: Mapping[datetime, PolicyBook] | Iterable[tuple[datetime, PolicyBook]],
) -> tuple[tuple[datetime, PolicyBook], ...]:
    versions = cast("Mapping[datetime, PolicyBook]", given).items() if isinstance(given, Mapping) else given
    dated = [(aware(at, "the start of a book"), book) for at, book in versions]
    return tuple(sorted(dated, key=_start))


def _start(version: tuple[datetime, PolicyBook]) -> datetime:
    return utc(version[0])


@attrs.frozen(eq=False, repr=False)
class BookHistory(Coded):
    """A book and those that replaced it, each from an instant on.

    It answers as a book does: an order is priced by the book in force, a receipt is judged by the one that priced it,
    and a member by the programme in force at each event. A book that is added changes no answer about an instant before
    it. Raises `BookError` for books that are not in one zone, and for two that start together.

    >>> from datetime import UTC, datetime
    >>> spring = PolicyBook("spring", zone="UTC", currencies=["EUR"])
    >>> summer = PolicyBook("summer", zone="UTC", currencies=["EUR"])
    >>> books = BookHistory(spring, {datetime(2026, 6, 1, tzinfo=UTC): summer})
    >>> books.book_at(datetime(2026, 5, 31, tzinfo=UTC)).name
    'spring'
    """

    first: PolicyBook
    later: tuple[tuple[datetime, PolicyBook], ...] = attrs.field(default=(), converter=_later)

    def __attrs_post_init__(self) -> None:
        problems: list[Problem] = []
        for place, book in enumerate((self.first, *(book for _, book in self.later))):
            path = f"later[{place - 1}]" if place else "first"
            if not is_a(book, PolicyBook):
                problems.append(Problem(path, f"`{book!r}` is no book: give a `PolicyBook`"))
            elif is_a(self.first, PolicyBook) and book.zone != self.first.zone:
                message = f"is in zone `{book.zone}`, the first book in `{self.first.zone}`: days need one zone"
                problems.append(Problem(path, message))
        starts = [_start(version) for version in self.later]
        problems += [
            Problem(f"later[{place}]", f"starts at `{start.isoformat()}` as another book does: give each its own start")
            for place, start in enumerate(starts)
            if start in starts[:place]
        ]
        if problems:
            title = "these books cannot replace one another"
            raise BookError(title, problems)

    @property
    def zone(self) -> str:
        """The zone of all these books."""
        return self.first.zone

    # --- which book --------------------------------------------------------------------------------------------------

    @cached_property
    def _books(self) -> tuple[tuple[datetime | None, PolicyBook], ...]:
        """Every book with its start, each among the members of all."""
        versions = ((None, self.first), *((utc(start), book) for start, book in self.later))
        programs = [(start, book.programs) for start, book in versions]
        members = Members(self.first.name, partial(club_at, programs), self._promise, self._desk)
        return tuple((start, book.among(members)) for start, book in versions)

    def _promise(self, receipt: Receipt) -> Promise | None:
        return self.book_of(receipt).promised.returns

    def _desk(self, receipt: Receipt, history: History, *, informed: bool = True) -> Desk:
        return self.book_of(receipt).desk(receipt, history, informed=informed)

    def book_at(self, at: datetime) -> PolicyBook:
        """The book in force at an instant, whose members are those of all books."""
        now = utc(at, "the instant of a book")
        return next(book for start, book in reversed(self._books) if start is None or start <= now)

    def book_of(self, given: Receipt | Decision) -> PolicyBook:
        """The book that priced a receipt or a decision; raises `PolicyError` where none of these did."""
        wanted = given.fingerprint if isinstance(given, Decision) else given.book
        for _, book in self._books:
            if book.fingerprint == wanted:
                return book
        known = ", ".join(f"`{book.fingerprint[:12]}`" for _, book in self._books)
        msg = f"no book of this history is `{wanted[:12]}`: it has {known}; add the version that priced it"
        raise PolicyError(msg)

    def terms_in_force(self, *, at: datetime) -> TermsInForce:
        """What is promised to whom buys at *at*; see `PolicyBook.terms_in_force`."""
        return self.book_at(at).terms_in_force(at=at)

    # --- an order ----------------------------------------------------------------------------------------------------

    def price(
        self,
        order: Order,
        *,
        at: datetime,
        history: History | None = None,
        counts: Counts | None = None,
        catalog: Iterable[Line] = (),
    ) -> Decision:
        """What *order* costs by the book in force at *at*; see `PolicyBook.price`."""
        return self.book_at(at).price(order, at=at, history=history, counts=counts, catalog=catalog)

    def payable(
        self, order: Order, *, at: datetime, history: History | None = None, counts: Counts | None = None
    ) -> Money:
        """What `price(...).payable` says, sooner; see `PolicyBook.payable`."""
        return self.book_at(at).payable(order, at=at, history=history, counts=counts)

    def matching(
        self, order: Order, *, at: datetime, history: History | None = None, counts: Counts | None = None
    ) -> tuple[str, ...]:
        """The promotions of the book in force at *at* that *order* qualifies for; see `PolicyBook.matching`."""
        return self.book_at(at).matching(order, at=at, history=history, counts=counts)

    @overload
    def price_many(
        self, orders: Iterable[Order], *, at: datetime, counts: Counts | None = None
    ) -> Iterator[Decision]: ...

    @overload
    def price_many(self, orders: Iterable[Occasion], *, counts: Counts | None = None) -> Iterator[Decision]: ...

    def price_many(
        self, orders: Iterable[Order | Occasion], *, at: datetime | None = None, counts: Counts | None = None
    ) -> Iterator[Decision]:
        """The decisions for *orders*, each by the book in force at its instant; see `PolicyBook.price_many`."""
        return each_priced(self.price, orders, at=at, counts=counts)

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
        """What *order* costs a member whose *tier* is known; see `PolicyBook.price_member`."""
        return self.book_at(at).price_member(order, at=at, history=history, tier=tier, stamps=stamps, counts=counts)

    def announcements(self, *, at: datetime) -> tuple[Statement, ...]:
        """What is to be announced to customers at *at*; see `PolicyBook.announcements`."""
        return self.book_at(at).announcements(at=at)

    def staff_briefing(self, *, at: datetime) -> tuple[Statement, ...]:
        """What staff are to know at *at*; see `PolicyBook.staff_briefing`."""
        return self.book_at(at).staff_briefing(at=at)

    def place(self, quote: Decision, *, id: str, paid: Tender | Iterable[Tender]) -> Receipt:
        """The receipt of *quote* by the book that made it; see `PolicyBook.place`."""
        return self.book_of(quote).place(quote, id=id, paid=paid)

    def replay(self, receipt: Receipt) -> Replay:
        """What *receipt* would be if it was priced again by its own book; see `PolicyBook.replay`."""
        return self.book_of(receipt).replay(receipt)

    # --- after the sale ----------------------------------------------------------------------------------------------

    def rights_at(
        self, receipt: Receipt, *, history: History | None = None, at: datetime, informed: bool = True
    ) -> OpenRights:
        """Every right that is open by the book of *receipt*; see `PolicyBook.rights_at`."""
        return self.book_of(receipt).rights_at(receipt, history=history, at=at, informed=informed)

    def assess_return(
        self,
        receipt: Receipt,
        *,
        history: History | None = None,
        returning: Mapping[str, int] | Iterable[Units],
        ground: str = "change_of_mind",
        at: datetime,
        grade: str | None = None,
        channel: str | None = None,
        evidence: str | Iterable[str] = (),
        return_id: str | None = None,
        informed: bool = True,
    ) -> tuple[Assessment, ...]:
        """Whether units may come back by the book of *receipt*; see `PolicyBook.assess_return`."""
        return self.book_of(receipt).assess_return(
            receipt,
            history=history,
            returning=returning,
            ground=ground,
            at=at,
            grade=grade,
            channel=channel,
            evidence=evidence,
            return_id=return_id,
            informed=informed,
        )

    def preview_return(
        self,
        receipt: Receipt,
        *,
        history: History | None = None,
        returning: Mapping[str, int] | Iterable[Units],
        ground: str = "change_of_mind",
        at: datetime,
        grade: str | None = None,
        channel: str | None = None,
        informed: bool = True,
    ) -> SettledReturn:
        """What a return would do by the book of *receipt*; see `PolicyBook.preview_return`."""
        return self.book_of(receipt).preview_return(
            receipt,
            history=history,
            returning=returning,
            ground=ground,
            at=at,
            grade=grade,
            channel=channel,
            informed=informed,
        )

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
        """Whether units are covered by the warranties of the book of *receipt*; see `PolicyBook.assess_warranty`."""
        return self.book_of(receipt).assess_warranty(
            receipt, history=history, line=line, quantity=quantity, ground=ground, at=at, evidence=evidence
        )

    def settle(
        self, receipt: Receipt, *, history: History, at: datetime, of: str | None = None, informed: bool = True
    ) -> Settlement:
        """The money of an event of *receipt*, by its own book; see `PolicyBook.settle`."""
        return self.book_of(receipt).settle(receipt, history=history, at=at, of=of, informed=informed)

    # --- members -----------------------------------------------------------------------------------------------------

    def holds(self, history: History, *, at: datetime) -> dict[tuple[str, str], date | None]:
        """Until which day each line may still come back, by the book of its receipt; see `PolicyBook.holds`."""
        return self.book_at(at).holds(history, at=at)

    def repaid(self, history: History, *, at: datetime) -> Repaid:
        """What refunds gave to points that paid, by the book of each receipt; see `PolicyBook.repaid`."""
        return self.book_at(at).repaid(history, at=at)

    def standing(self, history: History, *, at: datetime) -> Standing:
        """The tier of the member with that *history*; see `PolicyBook.standing`."""
        return self.book_at(at).standing(history, at=at)

    def points(self, history: History, *, at: datetime) -> Ledger:
        """The points of the member with that *history*; see `PolicyBook.points`."""
        return self.book_at(at).points(history, at=at)

    def membership(
        self,
        history: History,
        *,
        at: datetime,
        member: str = "",
        friends: Mapping[str, History] | None = None,
        signals: Mapping[str, Sequence[str]] | None = None,
    ) -> Membership:
        """All that the programme tells of the customer *member*; see `PolicyBook.membership`."""
        return self.book_at(at).membership(history, at=at, member=member, friends=friends, signals=signals)

    def follower(self) -> Follower:
        """A customer before anything happened, to be told event by event; see `PolicyBook.follower`."""
        return self._books[0][1].follower()

    def earn(self, receipt: Receipt, *, history: History, at: datetime) -> PointsPreview:
        """What the purchase on *receipt* would bring; see `PolicyBook.earn`."""
        return self.book_of(receipt).earn(receipt, history=history, at=at)
