"""Warranties: for how long, registered or not, to whom, and what replaced goods have."""

from __future__ import annotations

import datetime as dt
import pickle
import zoneinfo
from datetime import date
from typing import Any

import pytest

import aftercare
from aftercare import (
    Cancelled,
    Customer,
    Days,
    Delivered,
    HandedIn,
    History,
    Months,
    Name,
    OrderError,
    OwnerChanged,
    PolicyError,
    RemedyDone,
    RemedyRequested,
    Returned,
    ReturnPolicy,
    Statement,
    Tier,
    Units,
    WarrantyRegistered,
    cart,
    customer,
    returns,
    say,
)
from aftercare.returns.counting import deadline
from aftercare.returns.timeline import Stop
from aftercare.returns.warranty import Warranty, assess_warranty
from aftercare.returns.windows import ReturnWindow
from tests.returns.counter import CAME, CUP, RING, at, codes, cups, line, placed
from tests.returns.deliveries import facts, noon

NAMESPACE = {**{each: getattr(aftercare, each) for each in aftercare.__all__}, "returns": returns}
NAMESPACE |= {"datetime": dt, "zoneinfo": zoneinfo}
GOLD = Tier("gold", 2)
WORD: Any = str
NUMBER: Any = 30


def promise(id: str, months: int, **terms: Any) -> ReturnPolicy:
    """A warranty of so many months from delivery on."""
    return ReturnPolicy(id, regime="warranty", within=Months(months), after="delivered", **terms)


MAKER = Warranty(promise("maker", 24, resolutions=("repair", "replacement")))
PLUS = Warranty(promise("maker", 24), registered=promise("maker-plus", 60), register_within=Days(30))
REGISTERED_ONLY = Warranty(promise("maker", 24), register_within=Days(30))


def registered(day: int, month: int = 3, units: Any = (), warranty: str = "maker") -> WarrantyRegistered:
    """Cups were registered on a day of 2026."""
    return WarrantyRegistered(f"w{month}.{day}", at(day, month), "A-1", units, warranty=warranty)


def sold(number: int = 1, units: Any = ()) -> OwnerChanged:
    """Cups went to another owner."""
    return OwnerChanged(f"o{number}", at(10 + number), "A-1", units, owner=f"C-{number}")


def claim(warranty: Warranty, *events: Any, receipt: Any = None, when: Any = None, **about: Any) -> Any:
    """What becomes of a claim about a cup that came on 4 March 2026, a year after that unless told."""
    given = {"line": "1", "at": when or at(4).replace(year=2027), **about}
    return assess_warranty(warranty, receipt or placed(), History((CAME, *events)), **given)


@pytest.mark.parametrize(("year", "day", "outcome"), [(2026, 5, "accept"), (2028, 4, "accept"), (2028, 5, "refuse")])
def test_how_long(year: int, day: int, outcome: str) -> None:
    """A warranty of two years ends after the same day two years later."""
    found = claim(MAKER, when=at(day).replace(year=year))

    assert (outcome, date(2028, 3, 4), Name("maker")) == (found.outcome, found.deadline.last_day, found.right)
    assert ("repair", "replacement") == found.assessment.terms.resolutions
    assert (outcome == "refuse") == bool(found.reasons)


@pytest.mark.parametrize(
    ("ground", "outcome"), [("defect", "accept"), ("not_as_described", "accept"), ("change_of_mind", "refuse")]
)
def test_for_what(ground: str, outcome: str) -> None:
    """A warranty is for goods that are not as they should be."""
    assert outcome == claim(MAKER, ground=ground).outcome


def test_longer_for_some() -> None:
    """A tier or a care plan in the order makes a warranty longer; the longest counts."""
    longer = (
        promise("maker", 24)
        .exceptions_by("longest")
        .except_when(customer.tier.at_least(GOLD), within=Months(36), named="gold")
        .except_when(cart.has("RING"), within=Months(48), named="care plan")
    )
    gold = Customer("C-1", tier=GOLD)
    for receipt, ends, right in (
        (placed(), date(2028, 3, 4), "maker"),
        (placed(customer=gold), date(2029, 3, 4), "gold"),
        (placed(line(CUP), line(RING, id="2"), customer=gold), date(2030, 3, 4), "care plan"),
    ):
        found = claim(Warranty(longer), receipt=receipt)
        assert (ends, Name(right)) == (found.deadline.last_day, found.right)


@pytest.mark.parametrize(
    ("events", "ends"),
    [
        ((), date(2028, 3, 4)),
        ((registered(3, 4),), date(2031, 3, 4)),
        ((registered(4, 4),), date(2028, 3, 4)),
        ((registered(5, warranty="other"),), date(2028, 3, 4)),
    ],
    ids=str,
)
def test_better_when_registered(events: Any, ends: date) -> None:
    """Goods that are registered within 30 days have five years, all others two."""
    found = claim(PLUS, *events)

    assert ("accept", ends, ()) == (found.outcome, found.deadline.last_day, found.reasons)


def test_the_better_promise_counts() -> None:
    """For registered goods, the promise for them stands in for the other only where it is better."""
    shorter = Warranty(promise("maker", 24), registered=promise("less", 12), register_within=Days(30))
    never = Warranty(
        promise("maker", 24), registered=ReturnPolicy("ever", regime="warranty", within=None), register_within=Days(30)
    )

    assert Name("maker") == claim(shorter, registered(5)).right
    assert Name("ever") == claim(never, registered(5)).right


@pytest.mark.parametrize(
    ("events", "when", "outcome", "said"),
    [
        ((registered(5),), None, "accept", []),
        ((), None, "refuse", ["warranty.not_registered"]),
        ((registered(4, 4),), None, "refuse", ["warranty.registered_late"]),
        ((), at(20), "accept", ["warranty.step.register"]),
        ((registered(5),), at(20), "accept", []),
    ],
    ids=str,
)
def test_registered_only(events: Any, when: Any, outcome: str, said: list[str]) -> None:
    """A warranty for registered goods is refused without, and while there is time says by when to register."""
    found = claim(REGISTERED_ONLY, *events, when=when)
    own = [each for each in (*found.reasons, *found.todo) if each.code.startswith("warranty.")]

    assert (outcome, said) == (found.outcome, codes(own))
    assert all(dict(each.params).get("date", date(2026, 4, 3)) == date(2026, 4, 3) for each in own)


def test_not_delivered_yet() -> None:
    """Before delivery nobody has to register anything."""
    found = assess_warranty(REGISTERED_ONLY, placed(), line="1", at=at(3))

    assert ("accept", []) == (found.outcome, [code for code in codes(found.todo) if code.startswith("warranty.")])


@pytest.mark.parametrize(
    ("transfer", "times", "outcome", "said"),
    [
        ("any", 0, "accept", []),
        ("any", 3, "accept", ["warranty.step.prove_owner"]),
        ("once", 1, "accept", ["warranty.step.prove_owner"]),
        ("once", 2, "refuse", ["warranty.transferred_before"]),
        ("never", 0, "accept", []),
        ("never", 1, "refuse", ["warranty.not_transferable"]),
    ],
)
def test_other_owners(transfer: Any, times: int, outcome: str, said: list[str]) -> None:
    """A warranty goes to other owners as often as it says, and they show that the goods are theirs."""
    found = claim(Warranty(promise("maker", 24), transfer=transfer), *map(sold, range(1, times + 1)))
    own = [each for each in (*found.reasons, *found.todo) if each.code.startswith("warranty.")]

    assert (outcome, said) == (found.outcome, codes(own))


def test_units_are_told_apart() -> None:
    """Of three cups one is registered, one sold on: each has what it has, the best answer first."""
    warranty = Warranty(promise("maker", 24), register_within=Days(30), transfer="never")
    events = (registered(5, units=cups(2, 1)), sold(units=cups(1, 2)), sold(2, units=(Units("2", 1),)))
    receipt = placed(line(CUP, 3), line(RING, id="2"))

    assert cups(1, 1) == claim(warranty, *events, receipt=receipt).units
    two = claim(warranty, *events, receipt=receipt, quantity=2)
    assert ("refuse", ["warranty.not_registered"]) == (two.outcome, codes(two.reasons))
    assert (Units("1", 1, first=1), Units("1", 1, first=3)) == two.units
    counted = claim(Warranty(promise("maker", 24), transfer="never"), sold(units=cups(1)), quantity=2)
    assert ("accept", cups(2, 2)) == (counted.outcome, counted.units)


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ((Returned("r", at(9), "A-1", cups(2)),), Statement("returns.too_many", asked=2, left=1)),
        ((HandedIn("h", at(9), "A-1", cups(3)),), Statement("returns.none_left")),
    ],
)
def test_what_is_not_there(events: Any, expected: Statement) -> None:
    """What came back or was handed in has no warranty."""
    found = claim(MAKER, *events, quantity=2)

    assert ("refuse", (expected,)) == (found.outcome, found.reasons)


def test_lost_units_have_none() -> None:
    """Units that never came have no warranty."""
    gone = (Delivered("d", at(4), "A-1", cups(1)), Cancelled("x", at(5), "A-1"))

    assert cups(1, 1) == assess_warranty(MAKER, placed(), History(gone), line="1", at=at(20)).units


RESTARTS = ReturnWindow(Months(24), restarts_for_replacement=True, stops_for_repair=True)


@pytest.mark.parametrize(
    ("stops", "ends"),
    [
        ((), date(2028, 3, 4)),
        ((Stop(noon("2026-05-01"), noon("2026-05-10"), remedy="replacement"),), date(2028, 5, 10)),
        ((Stop(noon("2026-05-01"), noon("2026-05-10"), remedy="repair"),), date(2028, 3, 14)),
        ((Stop(noon("2026-05-01"), None, remedy="replacement"),), date(2040, 1, 1)),
        (
            (
                Stop(noon("2026-04-01"), noon("2026-04-10"), remedy="repair"),
                Stop(noon("2026-05-01"), noon("2026-05-10"), remedy="replacement"),
                Stop(noon("2026-06-01"), noon("2026-06-10"), remedy="repair"),
            ),
            date(2028, 5, 20),
        ),
    ],
    ids=str,
)
def test_replaced_goods_start_anew(stops: tuple[Stop, ...], ends: date) -> None:
    """With new goods for the old the time starts anew, and earlier repairs no longer count."""
    found = deadline(RESTARTS, facts("2026-03-04", stops=stops), at=noon("2026-12-01"), zone="Europe/Warsaw")

    assert found.last_day is not None
    assert found.last_day == ends or (ends.year == 2040 and found.at_least)
    replaced = any(stop.remedy == "replacement" and stop.end for stop in stops)
    assert replaced == ("returns.start.replaced" in codes(found.trace))


def test_replaced_goods_in_blocks() -> None:
    """A window of 24-hour blocks starts anew, too."""
    window = ReturnWindow(Days(2), counting="blocks", restarts_for_replacement=True)
    stop = Stop(noon("2026-05-01"), noon("2026-05-10"), remedy="replacement")
    found = deadline(window, facts("2026-03-04", stops=(stop,)), at=noon("2026-12-01"), zone="Europe/Warsaw")

    assert (noon("2026-05-12"), "returns.start.replaced_at") == (found.instant, found.trace[0].code)


def test_replaced_under_a_warranty() -> None:
    """A claim for replaced goods finds the time that started anew."""
    warranty = Warranty(ReturnPolicy("maker", regime="warranty", within=RESTARTS))
    events = (
        RemedyRequested("m1", at(1, 5), "A-1", cups(1, 3), remedy="replacement", remedy_id="M"),
        RemedyDone("m2", at(10, 5), "A-1", remedy_id="M"),
    )

    assert date(2028, 5, 10) == claim(warranty, *events).deadline.last_day


def test_said() -> None:
    """Answers are sentences."""
    late = claim(MAKER, when=at(5).replace(year=2028))

    assert "The warranty covers this." == say(claim(MAKER).said, locale="en", sink="plain")
    assert "We are sorry, the warranty does not cover this. The last day for this was March 4, 2028." == say(
        late.said, locale="en", sink="plain"
    )
    assert "accept" == late.overridden(by="anna", reason="a good customer").outcome


def test_more_than_was_bought() -> None:
    """A claim for more units than were bought is an error."""
    with pytest.raises(OrderError, match="`4` units of line `1` cannot be meant"):
        claim(MAKER, quantity=4)


@pytest.mark.parametrize(
    ("build", "problem"),
    [
        (lambda: Warranty(ReturnPolicy("p", within=None)), "is no warranty: give a `ReturnPolicy` with `regime="),
        (
            lambda: Warranty(promise("m", 24).not_below(returns.statutory("EU"))),
            "`m` is a warranty with a law below it: what the law gives holds beside any warranty",
        ),
        (lambda: Warranty(promise("m", 24), registered=promise("n", 36)), "`m` is better when it is registered: say"),
        (
            lambda: Warranty(promise("m", 24), registered=ReturnPolicy("p", within=None), register_within=Days(3)),
            "is no warranty",
        ),
        (lambda: Warranty(promise("m", 24), register_within=NUMBER), "`register_within` of `m` is a span, given `30`"),
        (lambda: Warranty(promise("m", 24), transfer=WORD("twice")), "the transfer of `m` is not `twice`: allowed"),
    ],
)
def test_warranties_that_cannot_be(build: Any, problem: str) -> None:
    """A warranty that cannot be kept is refused when it is written."""
    with pytest.raises(PolicyError, match=problem):
        build()


@pytest.mark.parametrize("value", [MAKER, PLUS, claim(PLUS, registered(5)), claim(MAKER, when=at(3, 4))], ids=repr)
def test_values(value: Any) -> None:
    """Warranties and answers are equal to their code and their pickle."""
    assert value == eval(repr(value), dict(NAMESPACE))  # noqa: S307 - the repr of a value is code
    assert value == pickle.loads(pickle.dumps(value))  # noqa: S301 - what was just pickled
    assert hash(value) == hash(pickle.loads(pickle.dumps(value)))  # noqa: S301 - what was just pickled
