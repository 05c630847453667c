"""A stored receipt priced again: the same, or every difference named."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import attrs
import pytest
from hypothesis import example, given

from aftercare import Line, Order, OrderError, PolicyBook, Product, Promotion, eur, policies, say
from aftercare.limits import Counts
from tests.stored import SOME_BOOK, any_placed, placed, receipt
from tests.strategies_limits import limited_cases
from tests.strategies_policies import cases

if TYPE_CHECKING:
    from aftercare import History


@given(cases())
def test_what_was_placed_comes_to_the_same(case: tuple[PolicyBook, Order, History | None]) -> None:
    """Priced again with the facts that it stores, a receipt is what it was."""
    book, *_ = case
    replay = book.replay(any_placed(case))

    assert () == replay.differences
    assert replay.same


def took_units_alone() -> tuple[PolicyBook, Order, History | None, Counts | None]:
    """A pattern with a budget that took units, and nothing off."""
    pair = policies.every(2, of="A").percent_off(10)
    sale = Promotion("sale", then=pair, limits=policies.budget(eur(1), partial="cut"))
    book = PolicyBook("shop", zone="UTC", currencies=["EUR"], promotions=[sale])
    return book, Order([Line("1", Product("A"), 2, unit_price=eur("0.01"))], currency="EUR"), None, Counts()


@given(limited_cases())
@example(took_units_alone())
def test_limits_let_through_what_they_did(case: tuple[PolicyBook, Order, History | None, Counts | None]) -> None:
    """What others used since then changes nothing, nor does what a budget had left."""
    book, *_ = case

    assert book.replay(any_placed(case)).same


FIRST, *OTHERS = receipt().units
PARCEL = receipt().shipments[0]
GIFT, REWARD, SET = receipt().gifts[0], receipt().rewards[0], receipt().occurrences[0]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        (
            {"units": (attrs.evolve(FIRST, price=eur("3.10")), *OTHERS)},
            ["Line “1”, units 1 to 1: the receipt has a price of €3.10 each, priced again it is €3.00."],
        ),
        (
            {"units": (attrs.evolve(FIRST, paid=eur(1), tax=eur("0.50")), *OTHERS)},
            [
                "Line “1”, units 1 to 1: the receipt has €1.00 paid for each, priced again it is €1.35.",
                "Line “1”, units 1 to 1: the receipt has €0.50 of tax for each, worked out again it is €0.25.",
            ],
        ),
        (
            {"units": (attrs.evolve(FIRST, parts=FIRST.parts[:1]), *OTHERS)},
            ["Line “1”, units 1 to 1: on the receipt “sale” takes €0.00 off each, priced again it takes €0.15."],
        ),
        (
            {"shipments": (attrs.evolve(PARCEL, charge=eur(5), paid=eur(5), tax=eur(1)),)},
            [
                "Delivery “parcel”: the receipt has a charge of €5.00, priced again it is €4.95.",
                "Delivery “parcel”: the receipt has €5.00 paid, priced again it is €4.95.",
                "Delivery “parcel”: the receipt has €1.00 of tax, worked out again it is €0.93.",
            ],
        ),
        (
            {"shipments": (attrs.evolve(PARCEL, parts=FIRST.parts[:1]),)},
            ["Delivery “parcel”: on the receipt “pair” takes off €1.50, priced again it takes off €0.00."],
        ),
        (
            {"charge_taxes": (("bag", eur("0.04")),)},
            ["Charge “bag”: the receipt has €0.04 of tax, worked out again it is €0.00."],
        ),
        (
            {"gifts": (attrs.evolve(GIFT, quantity=2),)},
            ["What “extras” gives beside the price is not the same when it is priced again."],
        ),
        (
            {"rewards": (attrs.evolve(REWARD, value=Decimal(3)), *receipt().rewards[1:])},
            ["What “extras” gives beside the price is not the same when it is priced again."],
        ),
        (
            {"occurrences": ()},
            ["The units that “pair” puts together are not the same when they are priced again."],
        ),
        ({"no_points": ()}, ["Whether goods with “sale” earn points is not the same by the book."]),
        (
            {"promises": receipt().promises[1:]},
            ["What the receipt says of “standard” is not what the book promises."],
        ),
        (
            {"promotions": (*receipt().promotions, ("gone", eur(1)))},
            ["In all, “gone” takes off €1.00 on the receipt, and €0.00 when it is priced again."],
        ),
        ({"tax": eur(9)}, ["The receipt has €9.00 of tax in all, worked out again it is €2.86."]),
    ],
    ids=str,
)
def test_every_difference_is_named(fields: dict[str, Any], said: list[str]) -> None:
    """Units, parts, taxes, and what stands beside the price: each that was altered is told, and nothing else."""
    replay = SOME_BOOK.replay(attrs.evolve(receipt(), **fields))

    assert said == [say(each, locale="en", sink="plain") for each in replay.differences]
    assert not replay.same
    assert all(say(each, locale=locale) for each in replay.differences for locale in ("be", "ja", "pl", "vi"))


def test_a_total_that_differs_is_named_last() -> None:
    """The tenders add up to what was stored, and what was stored is not what the order comes to."""
    paid = receipt().paid[0]
    wrong = attrs.evolve(receipt(), payable=eur(20), paid=(attrs.evolve(paid, amount=eur(20)),))

    assert ["The receipt has €20.00 to pay in all, priced again it is €21.80."] == [
        say(each, locale="en", sink="plain") for each in SOME_BOOK.replay(wrong).differences
    ]


def test_runs_are_compared_unit_by_unit() -> None:
    """Units that were stored together, and differ now, are named apart."""
    book = PolicyBook(
        "shop", zone="UTC", currencies=["EUR"], promotions=[Promotion("x", then=policies.amount_off(eur(1)))]
    )
    stored = placed(book, receipt().order.__class__(receipt().order.lines[:1], currency="EUR"))
    joined = (attrs.evolve(stored.units[0], count=3),)
    differences = book.replay(attrs.evolve(stored, units=joined)).differences

    assert [(2, 3)] == list(dict.fromkeys((each["first"], each["last"]) for each in differences))


def test_another_book_replays_nothing() -> None:
    """Only the book that priced a receipt can say what it comes to."""
    with pytest.raises(OrderError, match=r"`A-1` is of book `.*`, this is `.*`: ask the book that priced it"):
        PolicyBook("shop", zone="UTC", currencies=["EUR"]).replay(receipt())


def test_units_that_were_stored_apart_are_compared_too() -> None:
    """Two runs that the book would write as one come to the same."""
    book = PolicyBook("shop", zone="UTC", currencies=["EUR"])
    stored = placed(book, Order(receipt().order.lines[1:2], currency="EUR"))
    three = placed(book, Order([attrs.evolve(stored.order.lines[0], quantity=3, tax=0)], currency="EUR"))
    (run,) = three.units
    apart = (attrs.evolve(run, count=1), attrs.evolve(run, first=2, count=2))

    assert book.replay(attrs.evolve(three, units=apart)).same
