from __future__ import annotations

import datetime as dt
import pickle
from typing import TYPE_CHECKING, Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import aftercare
from aftercare import (
    Adjustment,
    Days,
    History,
    HouseholdJoined,
    HouseholdLeft,
    PointsReleased,
    PointsReserved,
    PointsSpent,
    PolicyError,
    Undone,
    loyalty,
    say,
)
from aftercare.loyalty.terms import Points
from tests.loyalty.receipts import ZONE, bought, noon, receipt, returned

if TYPE_CHECKING:
    from aftercare.history import Event
    from aftercare.loyalty.household import HouseholdLedger

NAMESPACE = {**{each: getattr(aftercare, each) for each in aftercare.__all__}, "loyalty": loyalty, "datetime": dt}
HOME = loyalty.Household("home")
TERMS = Points(lots=loyalty.Lots(expire=Days(100)))


def joins(day: str = "2026-03-01", household: str = "home") -> HouseholdJoined:
    """Somebody joined at noon."""
    return HouseholdJoined(f"join-{day}-{household}", noon(day), household)


def leaves(day: str, household: str = "home") -> HouseholdLeft:
    """Somebody left at noon."""
    return HouseholdLeft(f"leave-{day}-{household}", noon(day), household)


def gift(day: str, points: int) -> Adjustment:
    """Points at noon."""
    return Adjustment(f"gift-{day}", noon(day), points, reason="gift")


def spent(day: str, points: int, key: str = "k", order: str | None = None) -> PointsSpent:
    """Points spent at noon."""
    return PointsSpent(f"spent-{day}-{key}", noon(day), key, points, order=order)


def read(
    ann: list[Event], ben: list[Event], at: str = "2026-05-01", rule: Any = HOME, terms: Points = TERMS
) -> HouseholdLedger:
    """The household of Ann and Ben, all of whose entries can be said."""
    histories = {"ann": History(ann), "ben": History(ben)}
    found = loyalty.household_ledger(rule, terms, histories, at=noon(at), zone=ZONE)
    for _, ledger in found.ledgers:
        assert ledger.balance == sum(entry.points for entry in ledger.entries)
        reasons = [entry.reason for entry in ledger.entries] + [each.reason for each in ledger.refused]
        assert all(say(reason, locale="en") for reason in reasons)
    return found


def numbers(found: HouseholdLedger) -> tuple[int, int]:
    """What Ann and Ben have available."""
    return (found.of("ann").available, found.of("ben").available)


ANN: list[Any] = [joins(), gift("2026-03-02", 100)]
BEN: list[Any] = [joins(), gift("2026-03-01", 50)]


@pytest.mark.parametrize(
    ("spend", "points", "expected"),
    [
        ("own_first", 80, (20, 50)),
        ("own_first", 120, (0, 30)),
        ("expiring_first", 80, (70, 0)),  # those of Ben are a day older
        ("expiring_first", 150, (0, 0)),
    ],
)
def test_a_household_spends_from_one_pool(spend: Any, points: int, expected: tuple[int, int]) -> None:
    """Own points first, or the soonest to expire of all, whoever earned them."""
    rule = loyalty.Household("home", spend=spend)
    found = read([*ANN, spent("2026-03-05", points)], BEN, rule=rule)
    assert numbers(found) == expected
    assert found.available == sum(expected)


def test_what_the_pool_lacks_cannot_be_spent() -> None:
    """All or nothing; the refusal tells what the whole household has. The same key twice counts once."""
    found = read([*ANN, spent("2026-03-05", 151)], BEN)
    assert numbers(found) == (100, 50)
    assert [each.reason["found"] for each in found.of("ann").refused] == [150]
    twice = read([*ANN, spent("2026-03-05", 120), spent("2026-03-06", 120), spent("2026-03-07", 9)], BEN)
    assert numbers(twice) == (0, 30)
    assert [each.reason.code for each in twice.of("ann").refused] == ["points.refused.key"]


def test_points_are_pooled_only_among_members() -> None:
    """Before joining, after leaving, and for who may not spend, there are the own points alone."""
    assert read([*ANN, spent("2026-03-05", 120)], [gift("2026-03-01", 50)]).of("ann").available == 100
    assert read([*ANN, spent("2026-03-05", 120)], [joins(household="other"), gift("2026-03-01", 50)]).available == 100
    only_ben = loyalty.Household("home", spenders=["ben"])
    assert numbers(read([*ANN, spent("2026-03-05", 120)], BEN, rule=only_ben)) == (100, 50)
    assert numbers(read(ANN, [*BEN, spent("2026-03-05", 120)], rule=only_ben)) == (30, 0)
    gone = read(
        [*ANN, joins("2026-03-03"), spent("2026-03-05", 120)], [*BEN, leaves("2026-03-04"), leaves("2026-03-06")]
    )
    assert (numbers(gone), gone.members) == ((100, 50), ("ann",))
    assert read([*ANN, leaves("2026-03-04", "other")], BEN).members == ("ann", "ben")


def test_points_of_the_pool_may_be_set_aside() -> None:
    """Reserved on both sides, then spent, released, or free again when the time is over."""
    hold = PointsReserved("r", noon("2026-03-05"), "k", 120, until=noon("2026-03-08"))
    assert numbers(read([*ANN, hold], BEN, at="2026-03-06")) == (0, 30)
    assert read([*ANN, hold], BEN, at="2026-03-06").of("ben").reserved == 20
    assert numbers(read([*ANN, hold], BEN, at="2026-03-09")) == (100, 50)
    assert numbers(read([*ANN, hold, spent("2026-03-06", 110)], BEN)) == (0, 40)
    assert numbers(read([*ANN, hold, PointsReleased("f", noon("2026-03-06"), "k")], BEN)) == (100, 50)


def test_a_spending_that_is_undone_comes_back_to_both() -> None:
    """Every point goes to whoever it came from."""
    taken = spent("2026-03-05", 120)
    assert numbers(read([*ANN, taken, Undone("u", noon("2026-03-06"), taken.id)], BEN)) == (100, 50)
    unknown = read([*ANN, Undone("u", noon("2026-03-06"), "nothing")], BEN)
    assert [each.reason.code for each in unknown.of("ann").refused] == ["points.refused.nothing_to_undo"]
    assert not unknown.of("ben").refused


def test_points_that_paid_for_a_return_go_back_to_both() -> None:
    """In proportion, to the lots of each; a return that was called off never was."""
    order = bought(receipt("A", (6, 2), points="1.20", at=noon("2026-03-05")))
    paid, back = spent("2026-03-05", 120, order="A"), returned("A", noon("2026-03-07"), {"1": 1})
    assert numbers(read([*ANN, order, paid, back], BEN)) == (50, 40)
    other_way = returned("Z", noon("2026-03-07"), {"1": 1})
    assert numbers(read([*ANN, order, paid, other_way], BEN)) == (0, 30)
    assert numbers(read([*ANN, order, paid, back, Undone("u", noon("2026-03-08"), back.id)], BEN)) == (0, 30)
    strict = Points(lots=TERMS.lots, claw_back=loyalty.ClawBack(courtesy=Days(0)))
    assert numbers(read([*ANN, order, paid, back], BEN, terms=strict)) == (50, 40)


@pytest.mark.parametrize(
    ("on_leaving", "leaver", "expected"),
    [
        ("own", "ann", (100, 50)),
        ("share", "ann", (75, 75)),
        ("share", "ben", (75, 75)),
        ("stays", "ann", (0, 150)),
        ("stays", "ben", (150, 0)),
    ],
)
def test_whoever_leaves_is_settled(on_leaving: Any, leaver: str, expected: tuple[int, int]) -> None:
    """With the own points, an equal share, or nothing; points keep their last days on the way."""
    rule = loyalty.Household("home", on_leaving=on_leaving)
    ann = [*ANN, leaves("2026-03-04")] if leaver == "ann" else ANN
    ben = [*BEN, leaves("2026-03-04")] if leaver == "ben" else BEN
    found = read(ann, ben, rule=rule)
    assert numbers(found) == expected
    days = {day for _, ledger in found.ledgers for day, _ in ledger.expiring}
    assert days <= {dt.date(2026, 6, 9), dt.date(2026, 6, 10)}


@pytest.mark.parametrize("on_leaving", ["own", "share", "stays"])
def test_the_last_one_takes_everything(on_leaving: Any) -> None:
    """Nobody is left to settle with."""
    rule = loyalty.Household("home", on_leaving=on_leaving)
    assert read([*ANN, leaves("2026-03-04")], [], rule=rule).of("ann").available == 100


ORDERS, SETTLEMENTS = ("own_first", "expiring_first"), ("own", "share", "stays")
moves = st.lists(
    st.tuples(st.sampled_from("gsjlr"), st.booleans(), st.integers(0, 40), st.integers(1, 30)), max_size=20
)


@settings(max_examples=60)
@given(
    moves, st.sampled_from(["own_first", "expiring_first"]), st.sampled_from(["own", "share", "stays"]), st.randoms()
)
def test_nothing_is_made_or_lost_in_a_household(steps: list[Any], spend: Any, on_leaving: Any, random: Any) -> None:
    """What was given is there, was spent or lapsed; the recording order does not matter."""
    events: dict[bool, list[Event]] = {True: [], False: []}
    for place, (step, ann, day, points) in enumerate(steps):
        at, name = noon("2026-03-01") + dt.timedelta(days=day), f"{place:02}"
        match step:
            case "g":
                events[ann].append(Adjustment(name, at, points, reason="x"))
            case "s":
                events[ann].append(PointsSpent(name, at, name, points))
            case "r":
                events[ann].append(PointsReserved(name, at, name, points, until=at + dt.timedelta(days=3)))
            case "j":
                events[ann].append(HouseholdJoined(name, at, "home"))
            case _:
                events[ann].append(HouseholdLeft(name, at, "home"))
    rule = loyalty.Household("home", spend=spend, on_leaving=on_leaving)
    terms = Points(lots=loyalty.Lots(expire=Days(20)))
    found = read(events[True], events[False], rule=rule, terms=terms)
    moved = sum(
        entry.points
        for _, ledger in found.ledgers
        for entry in ledger.entries
        if entry.reason.code in {"points.transferred", "points.received"}
    )
    assert moved == 0
    assert all(ledger.available >= 0 and not ledger.deficit for _, ledger in found.ledgers)
    for each in events.values():
        random.shuffle(each)
    assert read(events[True] * 2, events[False], rule=rule, terms=terms) == found


@pytest.mark.parametrize(
    ("made", "problem"),
    [
        (lambda: loyalty.Household(""), "it has an id"),
        (lambda: loyalty.Household("h", spend=cast("Any", "own_firs")), "did you mean `own_first`?"),
        (lambda: loyalty.Household("h", on_leaving=cast("Any", "stay")), "did you mean `stays`?"),
        (lambda: loyalty.Household("h", spenders=[]), "nobody spends the points of `h`"),
    ],
)
def test_an_impossible_household_cannot_be_built(made: Any, problem: str) -> None:
    """A household that could not keep its promise is refused with advice."""
    with pytest.raises(PolicyError) as caught:
        made()
    assert problem in str(caught.value)


@pytest.mark.parametrize("value", [HOME, loyalty.Household("h", spenders=["b", "a"], on_leaving="share")])
def test_a_household_is_a_value(value: Any) -> None:
    """It can be pickled, hashed, and built again from its `repr`."""
    again = pickle.loads(pickle.dumps(value))  # noqa: S301 - our own bytes
    assert (again, hash(again)) == (value, hash(value))
    assert eval(repr(value), dict(NAMESPACE)) == value  # noqa: S307 - the repr of a value is code


def test_a_stranger_has_no_ledger() -> None:
    """Asking for somebody who never was in the household is an error."""
    with pytest.raises(KeyError):
        read([], []).of("eve")
