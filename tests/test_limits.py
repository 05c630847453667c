from __future__ import annotations

import datetime as dt
import pickle
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from aftercare import Name, OrderError, Statement, eur, limits
from aftercare.errors import CalendarError, MoneyError
from aftercare.limits import Counts, Delta, Posting, Reservation, Tally, Use, commit, release, reserve
from aftercare.limits.tallies import first_day, next_day

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LATER = NOW + timedelta(minutes=15)
FLASH = Use(Tally("flash"), 1, most=2, title="Flash sale")


def held(counts: Counts, key: str, *uses: Use, at: datetime = NOW) -> Posting:
    """A reservation of a quarter of an hour."""
    return reserve(counts, uses or (FLASH,), key=key, until=at + timedelta(minutes=15), at=at)


# --- values ----------------------------------------------------------------------------------------------------------

VALUES = [
    Tally("flash", of="EUR", customer="C-7", code=" Ab ", every="week", start=date(2026, 11, 16)),
    FLASH,
    Reservation("A-1", (FLASH,), until=LATER, committed=True),
    Counts({Tally("flash"): 3}, reservations=[Reservation("A-1", [FLASH], until=LATER)]),
    held(Counts(), "A-1"),
]


@pytest.mark.parametrize("value", VALUES)
def test_a_value_is_its_own_code_and_pickles(value: Any) -> None:
    """Run, the text of a value is the value again; so is its pickle."""
    names = {"limits": limits, "datetime": dt, "Name": Name, "Statement": Statement}

    assert value == eval(repr(value), names)  # noqa: S307
    assert value == pickle.loads(pickle.dumps(value))  # noqa: S301
    assert hash(value) == hash(pickle.loads(pickle.dumps(value)))  # noqa: S301


def test_counts_do_not_depend_on_the_order_in_which_rows_come() -> None:
    """Tallies and reservations are sorted, and a zero is as good as nothing."""
    one, other = Tally("a"), Tally("b", customer="C-7")
    first, second = Reservation("A-1", [FLASH], until=LATER), Reservation("A-2", until=LATER)

    assert Counts({one: 1, other: 2}, reservations=[first, second]) == Counts(
        [(other, 2), (Tally("c"), 0), (one, 1)], reservations=[second, first]
    )


@pytest.mark.parametrize(
    ("build", "kind", "message"),
    [
        (lambda: Tally("a", of="EURO"), MoneyError, "EURO"),
        (
            lambda: Tally("a", every="hour", start=date(2026, 1, 1)),
            OrderError,
            "`hour` is not a period: allowed: `day`",
        ),
        (lambda: Tally("a", every="month", start=date(2026, 1, 2)), OrderError, "does not start a period `month`"),
        (lambda: Tally("a", every="month"), OrderError, "needs `start=`"),
        (lambda: Tally("a", start=date(2026, 1, 1)), OrderError, "does not start a period `None`"),
        (lambda: Use(Tally("a"), -1, most=1, title="A"), OrderError, "0 or more, given `-1`"),
        (lambda: Use(Tally("a"), 1, most=True, title="A"), OrderError, "0 or more, given `True`"),
        (lambda: Tally(5), OrderError, "the promotion of a tally needs some text, given `5`: write `'5'`"),
        (lambda: Tally("a", customer=5), OrderError, "the customer of a tally needs some text, given `5`: write `'5'`"),
        (lambda: Tally("a", code=5), OrderError, "the code of a tally needs some text, given `5`: write `'5'`"),
        (lambda: Reservation(" ", until=LATER), OrderError, "the key of a reservation needs some text, given `' '`"),
        (lambda: Reservation(17, until=LATER), OrderError, "the key of a reservation needs some text, given `17`"),
        (lambda: commit(Counts(), key=17, at=LATER), OrderError, "the key of a reservation needs some text"),
        (lambda: release(Counts(), key=17), OrderError, "the key of a reservation needs some text, given `17`"),
        (
            lambda: Reservation("A-1", [FLASH, attrs.evolve(FLASH, amount=2, since=NOW.date())], until=LATER),
            OrderError,
            "two amounts",
        ),
        (lambda: Reservation("A-1", until=datetime(2026, 1, 1)), CalendarError, "needs a zone"),
        (lambda: Counts([(Tally("a"), 1), (Tally("a"), 2)]), OrderError, "given twice"),
        (lambda: Counts({Tally("a"): -1}), OrderError, "0 or more, given `-1`"),
        (
            lambda: Counts(reservations=[Reservation("A", until=LATER), Reservation("A", [FLASH], until=LATER)]),
            OrderError,
            "one key",
        ),
        (lambda: held(Counts(), "A-1", at=NOW.replace(tzinfo=None)), CalendarError, "needs a zone"),
        (lambda: reserve(Counts(), [], key="A-1", until=NOW, at=NOW), OrderError, "is over at"),
        (lambda: commit(Counts(), key="A-1", at=NOW), OrderError, "nothing is reserved under key `A-1`"),
    ],
    ids=range(22),
)
def test_what_cannot_be_is_refused(build: Any, kind: type[Exception], message: str) -> None:
    """The error says what was given and what to do."""
    with pytest.raises(kind, match=message):
        build()


@pytest.mark.parametrize(
    ("every", "first", "following"),
    [
        ("day", date(2026, 11, 22), date(2026, 11, 23)),
        ("week", date(2026, 11, 16), date(2026, 11, 23)),
        ("month", date(2026, 11, 1), date(2026, 12, 1)),
        ("year", date(2026, 1, 1), date(2027, 1, 1)),
    ],
)
def test_periods(every: Any, first: date, following: date) -> None:
    """A week starts on Monday, a month and a year on their first day."""
    assert first == first_day(every, date(2026, 11, 22))
    assert following == next_day(every, first)


# --- reserve, commit, release ----------------------------------------------------------------------------------------


def repeated(hour: int, minute: int, *, fold: int = 0) -> datetime:
    """An instant of the night in which the clocks of Warsaw show two o'clock twice."""
    return datetime(2026, 10, 25, hour, minute, tzinfo=ZoneInfo("Europe/Warsaw"), fold=fold)


def test_a_hold_lasts_by_instants_and_not_by_what_clocks_show() -> None:
    """In the hour that is shown twice, a hold until the second half past two holds at the first twenty to three."""
    only = attrs.evolve(FLASH, most=1)
    until = repeated(2, 30, fold=1)
    first = reserve(Counts(), [only], key="A-1", until=until, at=repeated(2, 15))
    second = reserve(first.counts, [only], key="A-2", until=repeated(2, 55), at=repeated(2, 40))

    assert first.accepted
    assert not second.accepted
    assert first.counts.used(only.tally, at=repeated(2, 29, fold=1)) == 1
    assert first.counts.used(only.tally, at=until) == 0
    assert first.counts.reservations[0].holds(repeated(2, 40))


def test_a_hold_may_end_when_clocks_show_less_than_at_its_start() -> None:
    """Ten minutes from five to three lead to five past two where clocks are put back at three."""
    start, until = repeated(2, 55), repeated(2, 5, fold=1)

    assert reserve(Counts(), [FLASH], key="A-1", until=until, at=start).accepted


def test_a_reservation_keeps_its_uses_from_others() -> None:
    """The third of two is refused with what is left, what is needed and what is missing."""
    first = held(Counts(), "A-1")
    second = held(first.counts, "A-2")
    third = held(second.counts, "A-3")

    assert (Delta("hold", "A-1", FLASH.tally, 1, until=LATER, limits=((None, 2),)),) == first.deltas
    assert (True, True, False) == (first.accepted, second.accepted, third.accepted)
    assert third == Posting(
        second.counts,
        refused=Statement(
            "promotion.exhausted",
            promotion=Name("Flash sale"),
            reasons=(Statement("limit.uses", found=0, needed=1, missing=1, most=2),),
        ),
    )


def test_all_or_nothing() -> None:
    """Where one promotion has nothing left, nothing is held of the others; every shortage is told."""
    other = Use(Tally("gift", of="EUR", customer="C-7"), 500, most=600, title="Gift")
    last = Use(Tally("last", code="X"), 1, most=0, title="Last")
    counts = Counts({other.tally: 200})

    posting = held(counts, "A-1", FLASH, other, last)

    assert counts == posting.counts
    assert () == posting.deltas
    money = {"found": eur(4), "missing": eur(1), "needed": eur(5), "most": eur(6)}
    uses = {"found": 0, "missing": 1, "needed": 1, "most": 0}
    reasons = {
        "Gift": Statement("limit.budget_of_customer", **money),
        "Last": Statement("limit.uses_of_code", **uses),
    }
    said = (
        Statement("promotion.exhausted", promotion=Name(name), reasons=(reason,)) for name, reason in reasons.items()
    )
    assert Statement("conditions.all", parts=tuple(said)) == posting.refused


def test_the_same_key_with_the_same_uses_changes_nothing() -> None:
    """A retry is a retry: also after the commitment, and when it asks for less time."""
    first = held(Counts(), "A-1")
    done = commit(first.counts, key="A-1", at=NOW)

    assert Posting(first.counts) == held(first.counts, "A-1")
    assert Posting(first.counts) == reserve(
        first.counts, [FLASH], key="A-1", until=LATER - timedelta(minutes=5), at=NOW
    )
    assert Posting(done.counts) == commit(done.counts, key="A-1", at=LATER + timedelta(days=1))
    assert Posting(done.counts) == held(done.counts, "A-1", at=LATER + timedelta(days=1))


def test_a_later_end_prolongs_a_hold() -> None:
    """Who still pays keeps the last ones, in one step and without asking for room: nobody else can come in between."""
    full = held(held(Counts(), "A-1").counts, "A-2").counts
    soon, end = NOW + timedelta(minutes=14), LATER + timedelta(minutes=14)
    longer = held(full, "A-1", at=soon)

    assert longer.accepted
    assert (Delta("hold", "A-1", FLASH.tally, 1, until=end, limits=((None, 2),)),) == longer.deltas
    assert Reservation("A-1", [FLASH], until=end) == longer.counts.reservation("A-1")
    assert Posting(longer.counts) == held(longer.counts, "A-1", at=soon)
    assert (1, 0) == (longer.counts.left(FLASH, at=LATER), full.left(FLASH, at=soon))


def test_the_same_key_with_other_uses_is_an_error() -> None:
    """A key belongs to one order."""
    counts = held(Counts(), "A-1").counts

    with pytest.raises(OrderError, match="`A-1` has reserved other uses"):
        held(counts, "A-1", attrs.evolve(FLASH, amount=2))


def test_a_lapsed_reservation_no_longer_counts() -> None:
    """At its end, others may take what it held; it can be reserved anew while there is room."""
    counts = held(held(Counts(), "A-1").counts, "A-2").counts

    assert 0 == counts.left(FLASH, at=LATER - timedelta(microseconds=1))
    assert 2 == counts.left(FLASH, at=LATER)
    renewed = held(counts, "A-1", at=LATER)
    assert "hold" == renewed.deltas[0].action
    assert 1 == renewed.counts.left(FLASH, at=LATER)


def test_a_commitment_counts_for_good() -> None:
    """What is committed never lapses, and a hold in time is counted without asking again."""
    done = commit(held(Counts(), "A-1").counts, key="A-1", at=NOW)

    assert (Delta("count", "A-1", FLASH.tally, 1),) == done.deltas
    assert 1 == done.counts.left(FLASH, at=NOW + timedelta(days=400))


def test_a_late_commitment_needs_room() -> None:
    """After the end it is counted where there is still room, and refused where others took it."""
    counts = held(Counts({FLASH.tally: 1}), "A-1").counts
    taken = commit(held(counts, "A-2", at=LATER).counts, key="A-2", at=LATER).counts

    late = commit(counts, key="A-1", at=LATER)
    too_late = commit(taken, key="A-1", at=LATER)

    assert (Delta("count", "A-1", FLASH.tally, 1, limits=((None, 2),)),) == late.deltas
    assert {FLASH.tally: 2} == dict(late.counts.tallies)
    assert "promotion.exhausted" == getattr(too_late.refused, "code", None)
    assert taken == too_late.counts


def test_a_release_gives_back_what_is_not_committed() -> None:
    """An unknown key is nothing to give back; a commitment is refused."""
    counts = held(Counts(), "A-1").counts
    done = commit(counts, key="A-1", at=NOW).counts

    assert Posting(Counts(), (Delta("drop", "A-1", FLASH.tally, 1),)) == release(counts, key="A-1")
    assert Posting(counts) == release(counts, key="A-2")
    assert Posting(done, refused=Statement("limit.committed")) == release(done, key="A-1")


def test_two_baskets_under_one_key_take_what_both_take() -> None:
    """What they use of one limit is added up, and the lower of two limits holds."""
    twice = held(Counts(), "A-1", FLASH, FLASH)
    lower = attrs.evolve(FLASH, most=1)

    assert twice.counts == held(Counts(), "A-1", attrs.evolve(FLASH, amount=2)).counts
    assert 2 == commit(twice.counts, key="A-1", at=NOW).counts.used(FLASH.tally, at=NOW)
    assert not held(Counts({FLASH.tally: 1}), "A-1", FLASH, FLASH).accepted
    assert not held(Counts(), "A-1", FLASH, lower).accepted


# --- the last days ---------------------------------------------------------------------------------------------------


def of_week(day: int, amount: int = 1, most: int = 3) -> Use:
    """A use on a day of November, of a limit for seven days."""
    start = date(2026, 11, day)
    tally = Tally("flash", every="day", start=start)
    return Use(tally, amount, most=most, since=start - timedelta(days=6), title="Flash sale")


def test_the_last_days_are_counted_together() -> None:
    """A limit for seven days counts today and the six days before."""
    counts = Counts({of_week(day).tally: 1 for day in (15, 16, 20)})

    assert 1 == counts.left(of_week(22), at=NOW)
    assert 0 == counts.left(of_week(21), at=NOW)


def test_an_order_priced_yesterday_cannot_slip_below_todays_uses() -> None:
    """Later days count too, since some seven days may contain both."""
    counts = Counts({of_week(23).tally: 3})

    assert 0 == counts.left(of_week(22), at=NOW)


def test_the_days_of_one_order_are_counted_together() -> None:
    """Two baskets of two days take two of the seven days that have both."""
    day_before, day = of_week(21, most=1), of_week(22, most=1)
    refused = held(Counts(), "A-1", day_before, day).refused

    assert refused is not None
    assert (
        Statement("limit.uses", found=1, needed=2, missing=1, most=1) == dict(refused.params)["reasons"][0]  # type: ignore[index]
    )
    assert held(Counts(), "A-1", of_week(21, most=2), of_week(22, most=2)).accepted
    assert held(Counts(), "A-1", of_week(10, most=1), attrs.evolve(FLASH, amount=2)).accepted


@pytest.mark.parametrize(
    ("use", "expected"),
    [
        (FLASH, None),
        (Use(Tally("a", every="month", start=date(2026, 11, 1)), 1, most=1, title="A"), date(2026, 12, 1)),
        (Use(Tally("a", every="month", start=date(2026, 11, 1)), 2, most=1, title="A"), None),
        (of_week(22, most=3), date(2026, 11, 22)),
        (of_week(22, most=2), date(2026, 11, 23)),
        (of_week(22, most=1), date(2026, 11, 27)),
        (of_week(22, amount=2, most=2), date(2026, 11, 27)),
    ],
)
def test_the_day_from_which_there_is_room(use: Use, expected: date | None) -> None:
    """A period ends, or uses grow too old; where the limit itself is too low, no day helps."""
    counts = Counts({of_week(16).tally: 1, of_week(20).tally: 1})

    assert expected == counts.free_again(use, at=NOW)


# --- laws ------------------------------------------------------------------------------------------------------------

DAYS = [date(2026, 11, day) for day in (1, 2, 3, 8, 9)]
LIMITS = [
    Use(Tally("all"), 1, most=3, title="All"),
    Use(Tally("all", customer="C-7"), 1, most=1, title="All"),
    Use(Tally("money", of="EUR"), 400, most=1000, title="Money"),
    Use(Tally("money", of="EUR"), 150, most=1000, title="Money"),
    *(Use(Tally("week", every="day", start=d), 1, most=2, since=d - timedelta(days=6), title="Week") for d in DAYS),
]


class Shops(RuleBasedStateMachine):
    """Several servers book by one ledger; each may crash after any step, and then its reservation lapses."""

    def __init__(self) -> None:
        super().__init__()
        self.counts = Counts()
        self.now = NOW
        # The naive book: what each key holds and until when, and what was ever counted.
        self.holds: dict[str, tuple[tuple[Use, ...], datetime]] = {}
        self.done: dict[str, tuple[Use, ...]] = {}

    def total(self, use: Use, keys: Any) -> int:
        """What some orders use of a limit."""
        found = 0
        for key in keys:
            mine = self.done.get(key) or self.holds[key][0]
            found += sum({each.tally: each.amount for each in mine if self.same(use, each)}.values())
        return found

    @staticmethod
    def same(use: Use, other: Use) -> bool:
        """Whether *other* counts in the limit of *use*."""
        if use.since is None:
            return use.tally == other.tally
        return use.tally.promotion == other.tally.promotion and use.since <= (other.tally.start or date.min)

    def fits(self, key: str, uses: tuple[Use, ...]) -> bool:
        """Whether there is room for all *uses*."""
        others = [*self.done, *(each for each, (_, until) in self.holds.items() if until > self.now and each != key)]
        return all(self.total(use, others) + use.amount <= use.most for use in uses)

    @rule(
        key=st.sampled_from("abcdef"),
        uses=st.one_of(
            st.just(LIMITS[1:2]),  # one use in all: the likeliest to be fought over
            st.just(LIMITS[1:2]),
            st.lists(
                st.sampled_from(LIMITS),
                min_size=1,
                max_size=2,
                unique_by=lambda use: (use.tally.promotion, use.tally.customer),
            ),
        ),
        minutes=st.integers(1, 20),
    )
    def reserving(self, key: str, uses: list[Use], minutes: int) -> None:
        """An order holds its uses, if there is room."""
        wanted = tuple(uses)
        until = self.now + timedelta(minutes=minutes)
        known = self.done.get(key) or (self.holds[key][0] if key in self.holds else None)
        if known is not None and known != wanted:
            with pytest.raises(OrderError):
                reserve(self.counts, wanted, key=key, until=until, at=self.now)
            return
        posting = reserve(self.counts, wanted, key=key, until=until, at=self.now)
        if key in self.done or (key in self.holds and self.holds[key][1] >= until):
            assert Posting(self.counts) == posting
            return
        live = key in self.holds and self.holds[key][1] > self.now
        assert (live or self.fits(key, wanted)) is posting.accepted
        if posting.accepted:
            self.holds[key] = (wanted, until)
        self.counts = posting.counts

    @precondition(lambda self: self.holds)
    @rule(data=st.data())
    def committing(self, data: st.DataObject) -> None:
        """An order is placed, in time or late."""
        key = data.draw(st.sampled_from(sorted(self.holds)))
        uses, until = self.holds[key]
        posting = commit(self.counts, key=key, at=self.now)
        assert (until > self.now or self.fits(key, uses)) is posting.accepted
        if posting.accepted:
            del self.holds[key]
            self.done[key] = uses
        self.counts = posting.counts

    @rule(key=st.sampled_from("abcdef"))
    def releasing(self, key: str) -> None:
        """An order is given up."""
        posting = release(self.counts, key=key)
        assert (key not in self.done) is posting.accepted
        self.holds.pop(key, None)
        self.counts = posting.counts

    @rule(minutes=st.integers(1, 30))
    def waiting(self, minutes: int) -> None:
        """Time passes; what crashed lapses."""
        self.now += timedelta(minutes=minutes)

    @invariant()
    def never_too_much(self) -> None:
        """Whatever was counted or is held stays within every limit, in every seven days too."""
        live = [*self.done, *(key for key, (_, until) in self.holds.items() if until > self.now)]
        for use in LIMITS:
            if use.since is None:
                assert self.total(use, live) <= use.most
        for first in DAYS:
            week = [
                each
                for key in live
                for each in self.done.get(key) or self.holds[key][0]
                if each.since is not None and first <= (each.tally.start or first) < first + timedelta(days=7)
            ]
            assert len(week) <= 2

    @invariant()
    def tallies_are_what_was_counted(self) -> None:
        """The tallies are the sum of all commitments, no more and no less."""
        for use in LIMITS:
            counted = sum({each.tally: each.amount for each in uses}.get(use.tally, 0) for uses in self.done.values())
            assert counted == dict(self.counts.tallies).get(use.tally, 0)


Shops.TestCase.settings = settings(max_examples=200, stateful_step_count=40)
TestNeverOverRedeemed = Shops.TestCase


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from(LIMITS)), max_size=8))
def test_the_deltas_are_the_change(steps: list[tuple[str, Use]]) -> None:
    """A host that only writes the rows has the same numbers as the counts."""
    counts = Counts()
    tallies: dict[Tally, int] = {}
    holds: dict[tuple[str, Tally], int] = {}
    for key, use in steps:
        if (known := counts.reservation(key)) is None:
            posting = held(counts, key, use)
        elif known.committed:
            posting = release(counts, key=key)
        elif len(holds) % 2:
            posting = commit(counts, key=key, at=NOW)
        else:
            posting = release(counts, key=key)
        for delta in posting.deltas:
            match delta.action:
                case "hold":
                    holds[key, delta.tally] = delta.amount
                case "count":
                    tallies[delta.tally] = tallies.get(delta.tally, 0) + holds.pop((key, delta.tally))
                case "drop":
                    del holds[key, delta.tally]
        counts = posting.counts
    assert tallies == dict(counts.tallies)
    assert holds == {
        (each.key, tally): amount
        for each in counts.reservations
        if not each.committed
        for tally, amount in each.amounts.items()
    }
