"""Exchanges: for which goods, for what difference, which goods go first, and what becomes of the time to return."""

from __future__ import annotations

import datetime as dt
import pickle
import zoneinfo
from datetime import date
from typing import Any

import pytest

import aftercare
from aftercare import (
    CurrencyMismatch,
    Days,
    Delivered,
    Exchanged,
    History,
    Line,
    Name,
    OrderError,
    PolicyError,
    Product,
    Promotion,
    Returned,
    Statement,
    eur,
    item,
    pln,
    policies,
    returns,
    say,
)
from aftercare.returns.effects import ExpectParcel, SendGoods
from aftercare.returns.exchanging import ExchangePolicy, assess_exchange
from aftercare.returns.variants import Exchangeable, exchangeable
from tests.returns.counter import CAME, at, codes, cups, line, placed

NAMESPACE = {**{each: getattr(aftercare, each) for each in aftercare.__all__}, "returns": returns}
NAMESPACE |= {"datetime": dt, "zoneinfo": zoneinfo}
WORD: Any = str


def shirt(size: str | None, colour: str | None = "blue", style: str | None = "S-1") -> Product:
    """A shirt of a style, in a colour and a size."""
    told = {"size": size, "colour": colour, "style": style}
    attributes = {key: given for key, given in told.items() if given is not None}
    return Product(f"SHIRT-{size}-{colour}", attributes=attributes, name=f"{colour} shirt {size}", tags=["clothes"])


SHIRTS = placed(line(shirt("M"), 3), line(shirt("S"), id="2"))
SAME_STYLE = exchangeable(same_product="style", same_options="colour")
SWAP = ExchangePolicy("swap", within=Days(30), after="delivered", goods=SAME_STYLE)


def swap(policy: ExchangePolicy = SWAP, *events: Any, receipt: Any = SHIRTS, **about: Any) -> Any:
    """What becomes of the wish to have a larger shirt, on 20 March unless told."""
    asked = {"line": "1", "wanted": shirt("L"), "price": eur(10), "stock": 5, "at": at(20), **about}
    return assess_exchange(policy, receipt, History(events or (CAME,)), **asked)


@pytest.mark.parametrize(
    ("goods", "wanted", "stock", "outcome", "reasons"),
    [
        (SAME_STYLE, shirt("L"), 1, "accept", []),
        (SAME_STYLE, shirt("L"), 0, "refuse", ["exchange.out_of_stock"]),
        (SAME_STYLE, shirt("L"), None, "needs_review", ["exchange.stock_unknown"]),
        (SAME_STYLE, shirt("L", "red"), 1, "refuse", ["exchange.other_option"]),
        (SAME_STYLE, shirt("L", None), 1, "needs_review", ["exchange.option_unknown"]),
        (SAME_STYLE, shirt("L", style="S-2"), 1, "refuse", ["exchange.other_product"]),
        (SAME_STYLE, shirt("L", style=None), 1, "refuse", ["exchange.other_product"]),
        (
            SAME_STYLE,
            shirt("L", "red", "S-2"),
            0,
            "refuse",
            ["exchange.other_product", "exchange.other_option", "exchange.out_of_stock"],
        ),
        (exchangeable(in_stock=False), shirt("M"), None, "accept", []),
        (exchangeable(in_stock=False), shirt("L"), None, "refuse", ["exchange.other_product"]),
        (exchangeable(same_product=False), Product("MUG"), 1, "accept", []),
        (exchangeable(same_product="no-such"), shirt("M"), 1, "refuse", ["exchange.other_product"]),
    ],
)
def test_for_which_goods(goods: Exchangeable, wanted: Product, stock: int | None, outcome: str, reasons: Any) -> None:
    """Goods are exchanged for others of the same product, with the same options, that are there."""
    found = swap(ExchangePolicy("swap", within=None, goods=goods), wanted=wanted, stock=stock)

    assert (outcome, reasons) == (found.outcome, codes(found.reasons))


def test_words_of_a_refusal() -> None:
    """A refusal names what was found and what is needed."""
    mug = swap(wanted=Product("MUG", attributes={"colour": "red"}))

    assert (
        "We are sorry, this cannot be exchanged. Only for goods of the same kind: “blue shirt M” (you want “MUG”). "
        "Only with the same “colour”: “blue” (you want “red”)."
    ) == say(mug.said, locale="en", sink="plain")


@pytest.mark.parametrize(
    ("terms", "price", "expected"),
    [
        ({}, 10, (0, 0)),
        ({}, 12, (4, 0)),
        ({}, 7, (0, 6)),
        ({"difference": "waive"}, 12, (0, 0)),
        ({"difference": "waive"}, 7, (0, 0)),
        ({"difference": "even_only"}, 10, (0, 0)),
    ],
)
def test_difference(terms: Any, price: int, expected: tuple[int, int]) -> None:
    """Two shirts at 10 for others: the difference is paid, given back, or waived."""
    found = swap(
        ExchangePolicy("swap", within=Days(30), after="delivered", **terms),
        wanted=shirt("M"),
        price=eur(price),
        quantity=2,
    )

    assert ("accept", *map(eur, expected)) == (found.outcome, found.difference.pay, found.difference.back)


def test_even_only() -> None:
    """An even exchange of goods of another price is refused, with both prices."""
    found = swap(ExchangePolicy("swap", within=None, difference="even_only"), wanted=shirt("M"), price=eur(12))

    assert (Statement("exchange.not_even", found=eur(12), needed=eur(10)),) == found.reasons


@pytest.mark.parametrize(("credit", "pay"), [("paid", "5.00"), ("list_price", "2.00")])
def test_what_old_goods_count_for(credit: Any, pay: str) -> None:
    """Goods bought at 30 percent off count for what was paid, or for their price before."""
    sale = aftercare.PolicyBook(
        "sale", zone="Europe/Warsaw", currencies=["EUR"], promotions=[Promotion("p", then=policies.percent_off(30))]
    )
    quote = sale.price(aftercare.Order([Line("1", shirt("M"), 1, unit_price=eur(10))], currency="EUR"), at=at(2))
    receipt = sale.place(quote, id="A-1", paid=[aftercare.Tender("card", quote.payable)])
    policy = ExchangePolicy("swap", within=None, credit=credit)

    found = swap(policy, receipt=receipt, wanted=shirt("M"), price=eur(12))
    assert pay == str(found.difference.pay.decimal)
    told = swap(policy, receipt=receipt, wanted=shirt("M"), price=eur(12), paid=eur(11))
    assert eur(1) == told.difference.pay


def test_said() -> None:
    """Money and time are sentences, and so are the steps."""
    dear, cheap, even = (swap(price=eur(price)) for price in (12, 9, 10))

    assert "Please pay the difference of €2.00." == say(dear.money_said, locale="en", sink="plain")
    assert "You get back the difference of €1.00." == say(cheap.money_said, locale="en", sink="plain")
    assert "There is nothing to pay and nothing to get back." == say(even.money_said, locale="en", sink="plain")
    assert ["exchange.step.pay", "exchange.step.return"] == codes(dear.steps)
    assert ["exchange.step.return"] == codes(even.steps)
    for window, words in (("restart", "starts anew"), ("keep", "goes on"), ("none", "cannot be returned")):
        found = swap(ExchangePolicy("swap", within=None, goods=SAME_STYLE, window=window))  # type: ignore[arg-type]
        assert words in say(found.window_said, locale="en", sink="plain")


def test_instant() -> None:
    """An instant exchange sends the new goods first, and says by when the old ones are to be back."""
    policy = ExchangePolicy("swap", within=None, goods=SAME_STYLE, instant=True, back_within=Days(14))
    found = swap(policy)

    assert (Statement("exchange.step.return_by", date=date(2026, 4, 3)),) == found.steps
    assert (ExpectParcel(cups(1, 3), date(2026, 4, 3)), SendGoods("SHIRT-L-blue", 1, now=True)) == found.effects
    assert (ExpectParcel(cups(1, 3)), SendGoods("SHIRT-L-blue", 1)) == swap().effects


def test_in_time() -> None:
    """An exchange has to be asked for within its own window."""
    assert "accept" == swap(at=at(3, month=4)).outcome
    late = swap(at=at(4, month=4))
    assert ("refuse", ["returns.deadline.over"]) == (late.outcome, codes(late.reasons))
    assert date(2026, 4, 3) == late.deadline.last_day


def test_of_which_goods() -> None:
    """Goods that the promise is not for are not exchanged."""
    policy = ExchangePolicy("swap", within=None, of=item.tag.is_("shoes"), goods=SAME_STYLE)

    assert ["exchange.not_offered"] == codes(swap(policy).reasons)
    assert "accept" == swap(ExchangePolicy("swap", within=None, of=item.tag.is_("clothes"), goods=SAME_STYLE)).outcome


def test_units() -> None:
    """Units in time go first, the highest of them; what came back is not there to exchange."""
    early, late = (
        Delivered(f"d{day}", at(day), "A-1", cups(count, first)) for day, count, first in ((3, 1, 3), (20, 2, 1))
    )
    policy = ExchangePolicy("swap", within=Days(10), after="delivered", goods=SAME_STYLE)

    assert cups(1, 2) == swap(policy, early, late).units
    assert ("refuse", cups(3, 1)) == (
        swap(policy, early, late, quantity=3).outcome,
        swap(policy, early, late, quantity=3).units,
    )
    back = Returned("r", at(10), "A-1", cups(2))
    few = swap(SWAP, CAME, back, quantity=2)
    assert ("refuse", (Statement("returns.too_many", asked=2, left=1),)) == (few.outcome, few.reasons)
    none = swap(SWAP, CAME, Returned("r", at(10), "A-1", cups(3)))
    assert ("refuse", (Statement("returns.none_left"),), ()) == (none.outcome, none.reasons, none.units)
    assert none.deadline is None
    assert none.difference == returns.ExchangeDifference(eur(0), eur(0))


def test_event() -> None:
    """An exchange that was accepted is recorded with the new order; no other is."""
    assert Exchanged("x", at(20), "A-1", return_id="R-1", new_order="A-2") == swap().event(
        id="x", return_id="R-1", new_order="A-2"
    )
    with pytest.raises(OrderError, match="the outcome is `needs_review`: nothing is done"):
        swap(stock=None).event(id="x", return_id="R-1", new_order="A-2")


@pytest.mark.parametrize(
    ("about", "error", "problem"),
    [
        ({"line": "7"}, OrderError, "receipt `A-1` has no line `7`"),
        ({"quantity": 4}, OrderError, "`4` units of line `1` cannot be meant"),
        ({"price": eur(-1)}, OrderError, "`new` is `-1.00 EUR`: amounts of an exchange are not negative"),
        ({"price": pln(1)}, CurrencyMismatch, "PLN"),
    ],
    ids=str,
)
def test_questions_that_cannot_be(about: Any, error: Any, problem: str) -> None:
    """A question about what is not there, or in another currency, says so."""
    with pytest.raises(error, match=problem):
        swap(**about)


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"id": ""}, "a promise needs an id, given `''`"),
        ({"within": 30}, "`within` of `swap` is a span, given `30`"),
        ({"within": Days(30)}, "counts from no event: say which"),
        ({"difference": "even"}, "the `difference` of `swap` is not `even`: .*`even_only`"),
        ({"credit": "list"}, "the `credit` of `swap` is not `list`"),
        ({"window": "again"}, "the `window` of `swap` is not `again`"),
        ({"goods": "shoes"}, "`goods` of `swap` is `'shoes'`: write `returns.exchangeable"),
        ({"of": 42}, "`42` does not say which goods: allowed: an item condition, a `Product` or a SKU"),
        ({"instant": 1}, "`instant` of `swap` is yes or no, given `1`"),
        ({"instant": True}, "`swap` is to say by when old goods come back if, and only if, new ones go first"),
        ({"back_within": Days(1)}, "`swap` is to say by when old goods come back if, and only if"),
        ({"instant": True, "back_within": 14}, "`back_within` of `swap` is a span, given `14`"),
    ],
    ids=str,
)
def test_promises_that_cannot_be_kept(given: dict[str, Any], problem: str) -> None:
    """A promise that cannot be kept is refused when it is written."""
    with pytest.raises(PolicyError, match=problem):
        ExchangePolicy(given.pop("id", "swap"), **{"within": None, **given})


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"same_product": True}, "`same_product` is `True`: name the attribute"),
        ({"same_product": " "}, "`same_product` is `' '`: name the attribute"),
        ({"same_options": [" "]}, "is no list of options"),
        ({"in_stock": 1}, "`in_stock` is yes or no, given `1`"),
    ],
    ids=str,
)
def test_goods_that_cannot_be(given: Any, problem: str) -> None:
    """For which goods others are exchanged is checked when it is written."""
    with pytest.raises(PolicyError, match=problem):
        exchangeable(**given)


@pytest.mark.parametrize(
    "value",
    [
        SWAP,
        SAME_STYLE,
        exchangeable(same_product=False, in_stock=False),
        ExchangePolicy(
            "swap",
            title="Umtausch",
            within=returns.ReturnWindow(Days(3)),
            of=item.tag.is_("clothes"),
            difference="waive",
            credit="list_price",
            instant=True,
            back_within=Days(5),
            window="keep",
        ),
        swap(),
        swap(stock=None, price=eur(12)),
    ],
    ids=repr,
)
def test_values(value: Any) -> None:
    """Promises and answers are equal to their code and their pickle."""
    assert value == eval(repr(value), dict(NAMESPACE))  # noqa: S307 - the repr of a value is code
    assert value == pickle.loads(pickle.dumps(value))  # noqa: S301 - what was just pickled
    assert hash(value) == hash(pickle.loads(pickle.dumps(value)))  # noqa: S301 - what was just pickled


def test_names() -> None:
    """Customers read the title, or the id where there is none."""
    assert (Name("Umtausch"), Name("swap")) == (ExchangePolicy("x", title="Umtausch", within=None).name, SWAP.name)
