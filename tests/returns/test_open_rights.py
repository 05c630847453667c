"""Which rights are open for an order, until when, and which lapses next."""

from __future__ import annotations

import datetime as dt
import pickle
import zoneinfo
from datetime import date, timedelta
from typing import Any

import pytest

import aftercare
from aftercare import (
    Cancelled,
    Days,
    Delivered,
    Dispatch,
    Exchanged,
    HandedIn,
    History,
    Line,
    Months,
    Name,
    Order,
    Picked,
    PolicyError,
    Product,
    Purchase,
    Returned,
    ReturnPolicy,
    ReturnRequested,
    Statement,
    Tender,
    Units,
    WarrantyRegistered,
    eur,
    item,
    returns,
    say,
)
from aftercare.returns.after_sales import AfterSales
from aftercare.returns.cancelling import CancellationPolicy
from aftercare.returns.changing import ChangePolicy
from aftercare.returns.exchanging import ExchangePolicy
from aftercare.returns.open_rights import OpenRights, rights_at
from aftercare.returns.recycling import TakeBack
from aftercare.returns.trade_in import TradeIn
from aftercare.returns.warranty import Warranty
from tests.returns.counter import CAME, CUP, RING, SHOP, at, cups, line, placed

NAMESPACE = {**{each: getattr(aftercare, each) for each in aftercare.__all__}, "returns": returns}
NAMESPACE |= {"datetime": dt, "zoneinfo": zoneinfo}
WORD: Any = "policy"
EU = returns.statutory("EU")
STANDARD = ReturnPolicy("standard", within=Days(30), after="delivered")
MAKER = Warranty(ReturnPolicy("maker", regime="warranty", within=Months(24), after="delivered"))
SPARE = ReturnPolicy("spare parts", regime="goodwill", within=Months(6), after="delivered", resolutions="spare_part")
EVERYTHING = AfterSales(
    returns=returns.first_of(STANDARD.not_below(EU), SPARE),
    cancellation=CancellationPolicy("cancel", until="picked", within_minutes=60),
    change=ChangePolicy("change", until="picked"),
    exchange=ExchangePolicy("swap", within=Days(60), after="delivered"),
    warranties=MAKER,
    trade_in=TradeIn("upgrade", values={Months(12): {"A": 50}}),
    take_back=TakeBack("recycling"),
)


def opened(promises: AfterSales, *events: Any, receipt: Any = None, when: Any = None, **about: Any) -> OpenRights:
    """The rights that are open, on 5 March unless told."""
    return rights_at(promises, receipt or placed(), History(events), at=when or at(5), **about)


def told(found: OpenRights) -> list[tuple[str, str, date | None]]:
    """The kind, the right and the last day of each."""
    return [
        (each.kind, each.right.text, None if each.deadline is None else each.deadline.last_day) for each in found.rights
    ]


def test_the_whole_timeline() -> None:
    """After delivery there is what the shop and the law give, the first to lapse first."""
    found = opened(EVERYTHING, CAME)

    assert [
        ("return", "withdrawal under EU law", date(2026, 3, 18)),
        ("return", "standard", date(2026, 4, 3)),
        ("exchange", "swap", date(2026, 5, 3)),
        ("goodwill", "spare parts", date(2026, 9, 4)),
        ("trade_in", "upgrade", date(2027, 3, 4)),
        ("defect", "legal guarantee under EU law", date(2028, 3, 4)),
        ("warranty", "maker", date(2028, 3, 4)),
        ("take_back", "recycling", None),
    ] == [(kind, _word(name, kind), last) for kind, name, last in told(found)]
    assert all(each.units == cups(3, 1) and each.line == "1" for each in found.rights)
    assert found.rights[0] == found.next_to_lapse
    assert found.rights == found.of("1")
    assert () == found.of("2")


def _word(name: str, kind: str) -> str:
    """The names of the law's rights, which are the law file's business, by what they are."""
    own = {"standard", "swap", "spare parts", "upgrade", "maker", "recycling"}
    if name in own:
        return name
    return "legal guarantee under EU law" if kind == "defect" else "withdrawal under EU law"


def test_time_goes_by() -> None:
    """Rights lapse one after another, and nothing but recycling is left in the end."""
    kinds = [
        [each.kind for each in opened(EVERYTHING, CAME, when=at(day, month).replace(year=year)).rights]
        for year, month, day in ((2026, 3, 20), (2026, 4, 4), (2027, 3, 5), (2036, 1, 1))
    ]

    assert [
        ["return", "exchange", "goodwill", "trade_in", "defect", "warranty", "take_back"],
        ["exchange", "goodwill", "trade_in", "defect", "warranty", "take_back"],
        ["defect", "warranty", "take_back"],
        ["take_back"],
    ] == kinds
    assert opened(EVERYTHING, CAME, when=at(1, 1).replace(year=2036)).next_to_lapse is None


def test_before_dispatch() -> None:
    """An hour after the order it can still be cancelled and changed; what waits for delivery has no day yet."""
    found = opened(EVERYTHING, when=at(2) + timedelta(minutes=30))
    cancel, change = found.of("1")[0], next(each for each in found.rights if each.kind == "change")

    assert ("cancellation", Name("cancel")) == (cancel.kind, cancel.right)
    assert cancel == found.next_to_lapse
    assert at(2) + timedelta(minutes=60) == cancel.ends_at
    assert Statement("rights.until_moment", moment=at(2) + timedelta(minutes=60)) == cancel.until
    assert Statement("before_dispatch.until.picked") == change.until
    waiting = next(each for each in found.rights if each.right == Name("standard"))
    assert Statement("returns.waiting.delivered") == waiting.until
    assert "trade_in" not in [each.kind for each in found.rights]


def test_cancelling_by_law() -> None:
    """What the shop no longer promises the law may give until dispatch."""
    promises = AfterSales(
        cancellation=CancellationPolicy("cancel", until="picked", within_minutes=60).not_below(EU),
        change=ChangePolicy("change", until="picked", late="needs_review"),
    )
    found = opened(promises, Picked("p", at(3), "A-1"))

    assert [("cancellation", "accept"), ("change", "needs_review")] == [(r.kind, r.outcome) for r in found.rights]
    assert (Statement("before_dispatch.until.shipped"), None) == (found.rights[0].until, found.rights[0].deadline)
    assert () == opened(promises, Dispatch("d", at(3), "A-1")).rights
    part = opened(promises, Dispatch("d", at(3), "A-1", cups(2, 1)))
    assert [cups(1, 3)] == [each.units for each in part.rights]


def test_units_apart() -> None:
    """Units that came in two parcels have two deadlines; those that agree are told together."""
    events = (Delivered("d1", at(3), "A-1", cups(1, 2)), Delivered("d2", at(4), "A-1", cups(2)))
    found = opened(AfterSales(returns=STANDARD, take_back=TakeBack("recycling")), *events)

    assert [(date(2026, 4, 2), cups(1, 2)), (date(2026, 4, 3), (*cups(1, 1), *cups(1, 3)))] == [
        (each.deadline.last_day, each.units) for each in found.rights if each.deadline is not None
    ]


def test_what_is_gone_has_no_rights() -> None:
    """Units that came back, were cancelled or handed in have none."""
    promises = AfterSales(returns=STANDARD, warranties=MAKER, take_back=TakeBack("r"), trade_in=EVERYTHING.trade_in)
    both = placed(line(CUP, 3), line(RING, id="2"))
    events = (
        Delivered("d", at(3), "A-1", cups(3)),
        Cancelled("x", at(3), "A-1", (Units("2", 1),)),
        Returned("r", at(4), "A-1", cups(1, 1)),
        HandedIn("h", at(4), "A-1", cups(1, 2)),
    )

    assert {cups(1, 3)} == {each.units for each in opened(promises, *events, receipt=both).rights}
    assert () == opened(promises, *events, receipt=both).of("2")


def test_registered_units_apart() -> None:
    """A warranty that is better for registered units is told for each of the two kinds."""
    plus = ReturnPolicy("maker-plus", regime="warranty", within=Months(60), after="delivered")
    promises = AfterSales(warranties=Warranty(MAKER.promise, registered=plus, register_within=Days(30)))
    event = WarrantyRegistered("w", at(4), "A-1", cups(1, 2), warranty="maker")
    found = opened(promises, CAME, event)

    assert [("maker", (*cups(1, 1), *cups(1, 3))), ("maker-plus", cups(1, 2))] == [
        (each.right.text, each.units) for each in found.rights
    ]
    never = AfterSales(warranties=Warranty(MAKER.promise, transfer="never"))
    assert () == opened(never, CAME, aftercare.OwnerChanged("o", at(4), "A-1", owner="C-2")).rights


def test_goods_without_promises() -> None:
    """What is not offered for some goods is not open for them."""
    rings = item.tag.is_("engraved")
    promises = AfterSales(
        exchange=ExchangePolicy("swap", within=None, of=rings),
        trade_in=[TradeIn("upgrade", values={Months(12): {"A": 50}}, of=rings)],
        take_back=TakeBack("recycling", of=rings, one_for_one=True),
    )
    found = opened(promises, CAME, receipt=placed(line(CUP), line(RING, id="2")))

    assert {"2"} == {each.line for each in found.rights}
    assert ["trade_in", "exchange", "take_back"] == [each.kind for each in found.rights]
    assert Statement("returns.deadline.unlimited") == found.rights[1].until
    assert Statement("take_back.for_new_only") == found.rights[2].until


def test_refused_in_time() -> None:
    """What is refused for another reason than time is not open."""
    found = opened(AfterSales(returns=STANDARD.not_returnable(because="final_sale").not_below(EU)), CAME)

    assert ["withdrawal", "conformity"] == [each.regime for each in found.rights]


def test_as_many_as_may_come_back() -> None:
    """Where two of three cups may come back the right is open for two; the law has no such bound."""
    two = ReturnPolicy("two", within=Days(30), after="delivered", at_most=2)

    def units(policy: ReturnPolicy, *events: Any) -> list[Any]:
        return [
            each.units for each in opened(AfterSales(returns=policy), CAME, *events).rights if each.kind == "return"
        ]

    assert [cups(2, 2)] == units(two)
    assert [cups(1, 2)] == units(two, Returned("r", at(5), "A-1", cups(1)))
    assert [] == units(two, Returned("r", at(5), "A-1", cups(2)))
    assert [cups(3, 1), cups(2, 2)] == units(two.not_below(EU))


def test_reviewed() -> None:
    """A right that somebody decides about is open, and says so."""
    found = opened(AfterSales(returns=STANDARD.reviewed("always")), CAME)

    assert ["needs_review"] == [each.outcome for each in found.rights]


def test_a_deadline_that_may_be_later() -> None:
    """A last day that may move to a working day is told as the least."""
    window = returns.ReturnWindow(Days(30), roll=returns.Roll())
    found = opened(AfterSales(returns=ReturnPolicy("standard", within=window)), CAME)

    assert [Statement("rights.until_at_least", date=date(2026, 4, 3))] == [each.until for each in found.rights]


# --- goods that came in exchange --------------------------------------------------------------------------------------

OLD = placed()


def new_order() -> Any:
    """The receipt of the order of the new goods, placed on 20 March."""
    quote = SHOP.price(Order([Line("1", Product("MUG"), 1, unit_price=eur(10))], currency="EUR"), at=at(20))
    return SHOP.place(quote, id="A-2", paid=[Tender("card", quote.payable)])


ASKED = ReturnRequested("q", at(10), "A-1", cups(1, 3), "change_of_mind", return_id="R-1")
SWAPPED = Exchanged("x", at(20), "A-1", return_id="R-1", new_order="A-2")
NEW_CAME = Delivered("n", at(23), "A-2")


@pytest.mark.parametrize(
    ("window", "events", "expected"),
    [
        ("restart", (ASKED, SWAPPED), [date(2026, 4, 22)]),
        ("keep", (ASKED, SWAPPED), [date(2026, 4, 3)]),
        ("keep", (Returned("q", at(10), "A-1", cups(1), return_id="R-1"), SWAPPED), [date(2026, 4, 3)]),
        ("keep", (SWAPPED,), [date(2026, 4, 22)]),
        ("keep", (), [date(2026, 4, 22)]),
        ("none", (ASKED, SWAPPED), []),
        ("none", (), [date(2026, 4, 22)]),
    ],
    ids=str,
)
def test_time_after_an_exchange(window: Any, events: Any, expected: Any) -> None:
    """For goods that came in exchange the time to return starts anew, or goes on, or there is none."""
    promises = AfterSales(
        returns=STANDARD, exchange=ExchangePolicy("swap", within=Days(1), after="delivered", window=window)
    )
    past = (Purchase("p1", at(2), OLD), Purchase("p2", at(20), new_order()), CAME, NEW_CAME, *events)
    found = opened(promises, *past, receipt=new_order(), when=at(29))

    assert expected == [each.deadline.last_day for each in found.rights if each.deadline is not None]


def test_time_after_an_exchange_of_unknown_goods() -> None:
    """Where the purchase of the old goods is not known, the new goods have their own time; what is over is over."""
    promises = AfterSales(
        returns=STANDARD, exchange=ExchangePolicy("swap", within=Days(1), after="delivered", window="keep")
    )
    unknown = opened(promises, CAME, NEW_CAME, ASKED, SWAPPED, receipt=new_order(), when=at(29))
    assert [Name("standard")] == [each.right for each in unknown.rights]
    past = (Purchase("p1", at(2), OLD), CAME, NEW_CAME, ASKED, SWAPPED)
    assert () == opened(promises, *past, receipt=new_order(), when=at(4, 4)).rights


def test_the_law_is_not_exchanged_away() -> None:
    """What the law gives for the new goods does not depend on the exchange."""
    promises = AfterSales(
        returns=STANDARD.not_below(EU),
        exchange=ExchangePolicy("swap", within=Days(1), after="delivered", window="none"),
    )
    past = (Purchase("p1", at(2), OLD), CAME, NEW_CAME, ASKED, SWAPPED)
    found = opened(promises, *past, receipt=new_order(), when=at(29))

    assert ["withdrawal", "conformity"] == [each.regime for each in found.rights]


# --- words and values -------------------------------------------------------------------------------------------------


def test_said() -> None:
    """Every open right is a sentence."""
    found = opened(EVERYTHING, CAME)
    words = [say(each.said, locale="en", sink="plain") for each in found.rights]

    assert "Return (“standard”): Possible until April 3, 2026 (that day included)." in words
    assert "Warranty (“maker”): Possible until March 4, 2028 (that day included)." in words
    assert "Take-back (“recycling”): There is no time limit." in words


@pytest.mark.parametrize(
    "value",
    [AfterSales(), EVERYTHING, opened(EVERYTHING, CAME), opened(EVERYTHING, when=at(2))],
    ids=["nothing", "everything", "delivered", "ordered"],
)
def test_values(value: Any) -> None:
    """What is promised and what is open are equal to their code and their pickle."""
    assert value == eval(repr(value), dict(NAMESPACE))  # noqa: S307 - the repr of a value is code
    assert value == pickle.loads(pickle.dumps(value))  # noqa: S301 - what was just pickled
    assert hash(value) == hash(pickle.loads(pickle.dumps(value)))  # noqa: S301 - what was just pickled


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"returns": [STANDARD, STANDARD]}, "is not what stands under `returns`: give a `ReturnPolicy`"),
        ({"returns": STANDARD, "exchange": ExchangePolicy("standard", within=None)}, "have the id `standard`"),
        ({"cancellation": STANDARD}, "is not what stands under `cancellation`: give a `CancellationPolicy`"),
        ({"warranties": [MAKER.promise]}, "is not what stands under `warranties`: give a `Warranty`"),
        ({"trade_in": TradeIn("t", values={Days(1): {"A": 1}}), "take_back": WORD}, "stands under `take_back`"),
    ],
    ids=["twice", "elsewhere", "return", "policy", "text"],
)
def test_promises_that_do_not_go_together(given: Any, problem: str) -> None:
    """A promise in the wrong place and two with one id are refused when they are written."""
    with pytest.raises(PolicyError, match=problem):
        AfterSales(**given)
