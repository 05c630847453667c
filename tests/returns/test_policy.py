from __future__ import annotations

import datetime as dt
import pickle
import zoneinfo
from typing import TYPE_CHECKING, Any

import attrs
import pytest

import aftercare
from aftercare import (
    BookError,
    Days,
    ItemCondition,
    Months,
    Name,
    PolicyBook,
    PolicyError,
    Product,
    Promotion,
    ReturnPolicy,
    Tier,
    amounts,
    by,
    canonical,
    cart,
    customer,
    dated,
    eur,
    item,
    percent,
    pln,
    policies,
    returns,
    stepped,
)
from aftercare.returns.grounds import GROUNDS, Ground, find_ground, regime_words
from aftercare.returns.terms import COERCE, GivenTerms, Terms, holding, window_of
from tests.returns.counter import STANDARD, at

if TYPE_CHECKING:
    from collections.abc import Callable

GOLD, SILVER = Tier("gold", 2), Tier("silver", 1)
IS_GOLD, IS_STAFF = customer.tier.at_least(GOLD), customer.staff
SENT = returns.ReturnWindow(Days(30), act="sent")
WRONG: Any = str
WRONG_KIND: Any = 5
ANY: Any = STANDARD
ANY_POLICY: Any = ReturnPolicy
NAMESPACE = {
    **{each: getattr(aftercare, each) for each in aftercare.__all__},
    "returns": returns,
    "datetime": dt,
    "zoneinfo": zoneinfo,
}
BUSY = (
    ReturnPolicy(
        "standard",
        within=dated(Days(30), {at(10): Months(1)}),
        after="delivered",
        title="our promise",
        grounds=["defect", Ground("stale", fault="shop", regimes="promise")],
        fee=[returns.flat(eur(2)), returns.restocking(15, at_most=eur(50))],
        credit_bonus=10,
        resolutions=["refund", "exchange"],
        channels="mail",
        evidence=["photo", "photo"],
        address="Kraków",
        send_within=Days(14),
        same_means=True,
        ceiling=eur(20),
    )
    .exceptions_by("first_of")
    .except_when(IS_GOLD, of=item.tag.is_("hot"), within=Days(60), named="gold")
    .except_when(of=item.tag.is_("cold"), fee=returns.FREE)
    .not_returnable(of=item.tag.is_("outlet"), because="final_sale")
    .not_returnable(because=Name("never", pl="nigdy"), when=returns.grade.is_("worn"))
    .reviewed("many", when=returns.quantity.at_least(5), role="manager")
    .reviewed("look")
    .asks("wipe", of=item.tag.is_("phone"))
    .tells("warehouse", task="inspect")
    .tells("finance", on=["refuse", "accept"])
    .not_below(returns.statutory("EU"))
)


@pytest.mark.parametrize(
    "policy",
    [BUSY, STANDARD, ReturnPolicy("w", within=Months(24), after="delivered", regime="warranty", grounds="defect")],
)
def test_policies_are_values(policy: ReturnPolicy) -> None:
    """A policy is equal to its code, its pickle and its fingerprint."""
    assert policy == eval(repr(policy), dict(NAMESPACE))  # noqa: S307 - the repr of a value is code
    assert policy == pickle.loads(pickle.dumps(policy))  # noqa: S301 - what was just pickled
    assert hash(policy) == hash(eval(repr(policy), dict(NAMESPACE)))  # noqa: S307 - the repr of a value is code
    assert canonical.fingerprint(policy) == canonical.fingerprint(eval(repr(policy), dict(NAMESPACE)))  # noqa: S307


def test_every_method_changes_the_policy() -> None:
    """Each method gives another policy, whose fingerprint differs, and leaves the first as it was."""
    before = canonical.fingerprint(STANDARD)
    others = [
        STANDARD.exceptions_by("longest"),
        STANDARD.except_when(IS_GOLD, within=Days(60)),
        STANDARD.not_returnable(),
        STANDARD.reviewed("look"),
        STANDARD.asks("wipe"),
        STANDARD.tells("warehouse"),
        STANDARD.not_below(returns.statutory("EU")),
    ]

    assert len(others) + 1 == len({before, *map(canonical.fingerprint, others)})
    assert before == canonical.fingerprint(STANDARD)


def test_frozen() -> None:
    """A policy cannot be changed in place."""
    with pytest.raises(AttributeError):
        ANY.id = "other"


def test_name() -> None:
    """Customers read the title, or the id where there is none."""
    assert (Name("our promise"), Name("standard")) == (BUSY.name, STANDARD.name)


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: ReturnPolicy(" ", within=Days(30), after="delivered"), "a return policy needs an id"),
        (lambda: ReturnPolicy("s", after="delivered"), "`s` does not say how long: give `within=`"),
        (lambda: ReturnPolicy("s", within=Days(30)), "`within=Days.30.` counts from no event: say which"),
        (lambda: ReturnPolicy("s", within=WRONG(30), after="delivered"), "`within` is `'30'`: give a span"),
        (
            lambda: ReturnPolicy("s", within=SENT, after="delivered"),
            "says what it starts with, and `after=.*` says it again",
        ),
        (lambda: ReturnPolicy("s", within=Days(3), after=WRONG("deliverd")), "did you mean `delivered`"),
        (lambda: ANY_POLICY("s", within=None, fees=eur(1)), "`fees` is no term of a return policy: .*`fee`"),
        (lambda: ReturnPolicy("s", within=None, regime=WRONG("promis")), "`promis` is not a regime of rights"),
        (lambda: ReturnPolicy("s", within=None, regime=WRONG("")), "`` is not a regime of rights"),
        (lambda: ReturnPolicy("s", within=None, grounds="defekt"), "`defekt` is not a ground: .*did you mean `defect`"),
        (
            lambda: ReturnPolicy("s", within=None, grounds="own_fault"),
            "`own_fault` is no ground for `promise`: it may give `goodwill`",
        ),
        (lambda: ReturnPolicy("s", within=None, refund=WRONG("partial")), "`refund` is not `partial`: allowed"),
        (lambda: ReturnPolicy("s", within=None, resolutions=[]), "a policy without `resolutions` gives nothing"),
        (lambda: ReturnPolicy("s", within=None, resolutions=WRONG("money")), "`resolutions` is not `money`"),
        (lambda: ReturnPolicy("s", within=None, channels=[""]), "is no list of words: give texts that are not empty"),
        (lambda: ReturnPolicy("s", within=None, channels=WRONG_KIND), "is no list of words"),
        (
            lambda: ReturnPolicy("s", within=None, grounds=WRONG_KIND),
            "`grounds` is `5`: name grounds, such as `defect`",
        ),
        (lambda: ReturnPolicy("s", within=None, same_means=WRONG("yes")), "`same_means` is yes or no, given `'yes'`"),
        (lambda: ReturnPolicy("s", within=None, at_most=0), "`at_most` is a number of units, one or more, given `0`"),
        (lambda: ReturnPolicy("s", within=None, at_most=True), "`at_most` is a number of units, one or more"),
        (lambda: ReturnPolicy("s", within=None, send_within=WRONG("14")), "`'14'` is no span: write `Days"),
        (lambda: ReturnPolicy("s", within=None, ceiling=eur(0)), "`ceiling` is .*: it is above zero in every currency"),
        (lambda: ReturnPolicy("s", within=None, ceiling=WRONG("20")), "`ceiling` is `'20'`, which is no amount"),
        (lambda: ReturnPolicy("s", within=None, once=WRONG("year")), "`once` is not `year`: allowed: `line`, `order`"),
        (lambda: ReturnPolicy("s", within=None, fee=eur(-1)), "a fee of `-1.00 EUR` is negative"),
        (
            lambda: ANY_POLICY("s", within=by(customer.tier, {GOLD: Days(60)}), after="delivered"),
            "depends on the order: write the usual value, and `except_when` for the other",
        ),
        (
            lambda: ReturnPolicy("s", within=None, fee=dated(eur(1), {at(3): stepped(cart.quantity(), {2: eur(2)})})),
            "`stepped.*` depends on the order: write the usual value",
        ),
        (
            lambda: ReturnPolicy("s", within=None, fee=dated(eur(1), {at(3): dated(eur(2), {at(4): eur(3)})})),
            "is dated twice: give all its instants at once",
        ),
    ],
)
def test_impossible(build: Callable[[], object], message: str) -> None:
    """A policy that cannot be is not built, and the error says what to write."""
    with pytest.raises(PolicyError, match=message):
        build()


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (
            lambda: ANY.except_when(item.tag.is_("hot"), within=Days(3)),
            "`item.tag.is_.'hot'.` is about goods, not about an order: write `of=item.tag.is_.'hot'.`",
        ),
        (lambda: STANDARD.except_when(of=WRONG_KIND, within=Days(3)), "`5` does not say which goods"),
        (lambda: STANDARD.except_when(WRONG("gold"), within=Days(3)), "an exception holds when a condition of the"),
        (lambda: STANDARD.except_when(IS_GOLD), "an exception of `standard` changes nothing: name a term"),
        (
            lambda: STANDARD.except_when(IS_GOLD, within=Days(3), named="a").except_when(
                IS_STAFF, fee=returns.FREE, named="a"
            ),
            "two exceptions of `standard` are named `a`: give each its own name",
        ),
        (
            lambda: STANDARD.except_when(IS_GOLD, within=Days(3), named="gold").except_when(
                IS_STAFF, within=Days(9), named="staff"
            ),
            "`gold` and `staff` of return policy `standard` give `within` different values and may .* or declare `",
        ),
        (
            lambda: STANDARD.except_when(of=item.tag.is_("hot"), fee=eur(1)).except_when(
                of=item.tag.is_("cold"), fee=eur(2)
            ),
            "exceptions `always of item.tag.is_.'hot'.` and `always of item.tag.is_.'cold'.` of return policy",
        ),
        (
            lambda: (
                STANDARD.exceptions_by("longest")
                .except_when(IS_GOLD, fee=eur(1), named="gold")
                .except_when(IS_STAFF, fee=eur(2), named="staff")
            ),
            "give `fee` different values and may hold together: make their conditions exclude each other$",
        ),
        (
            lambda: (
                STANDARD.exceptions_by("best_for_customer")
                .except_when(IS_GOLD, fee=eur(1), refund="proportional", named="gold")
                .except_when(IS_STAFF, fee=eur(2), refund="recompute_kept", named="staff")
            ),
            "exceptions `gold` and `staff` of return policy `standard` give `refund` different values",
        ),
        (
            lambda: STANDARD.exceptions_by("longest").except_when(IS_GOLD, within=SENT),
            "windows of `standard` end for `requested` and `sent`, which no date compares: give them one act",
        ),
        (
            lambda: STANDARD.except_when(IS_GOLD, within=SENT, after="shipped"),
            "says what it starts with, and `after=.*` says it again",
        ),
        (
            lambda: STANDARD.except_when(IS_GOLD, within=SENT).except_when(IS_STAFF, after="shipped"),
            "`returns.ReturnWindow.* says what it starts with, and `after=.*` says it again",
        ),
        (lambda: STANDARD.exceptions_by(WRONG("longer")), "`longer` is not a strategy for exceptions: .*`longest`"),
        (
            lambda: STANDARD.except_when(IS_GOLD, within=Days(3)).exceptions_by("longest"),
            "`standard` has exceptions already: declare `.exceptions_by.'longest'.` before them",
        ),
        (lambda: STANDARD.not_returnable(because=WRONG("final")), "`final` is no reason that goods stay: .*`Name"),
        (lambda: STANDARD.not_returnable(of=WRONG_KIND), "`5` does not say which goods: allowed: an item"),
        (lambda: STANDARD.not_returnable(WRONG("hot")), "`'hot'` is no condition of an order or return"),
        (lambda: STANDARD.tells("finance", on=WRONG("accepted")), "`accepted` is no outcome: .*`accept`"),
        (lambda: STANDARD.tells("finance", on=[]), "`..` is no outcome"),
        (
            lambda: STANDARD.not_below(WRONG("EU")),
            "`standard` is not below `'EU'`, which is no law: write `returns.stat",
        ),
        (lambda: BUSY.not_below(returns.statutory("EU")), "`standard` is not below .* already: name each law once"),
    ],
)
def test_impossible_exceptions(build: Callable[[], object], message: str) -> None:
    """Exceptions and clauses that disagree or say nothing are refused when they are written."""
    with pytest.raises(PolicyError, match=message):
        build()


@pytest.mark.parametrize(
    ("goods", "condition"),
    [
        ("CUP", item.sku.is_("CUP")),
        (Product("CUP"), item.sku.is_("CUP")),
        (Product("CUP", name=Name("cup", pl="kubek")), item.sku.is_("CUP").named("cup", pl="kubek")),
    ],
    ids=["SKU", "product", "named product"],
)
@pytest.mark.parametrize(
    "build",
    [
        lambda of: STANDARD.except_when(of=of, within=Days(3)),
        lambda of: STANDARD.not_returnable(of=of),
        lambda of: STANDARD.reviewed("rare", of=of),
        lambda of: STANDARD.asks("wipe it", of=of),
        lambda of: STANDARD.tells("warehouse", of=of),
        lambda of: returns.CancellationPolicy("c").not_cancellable(of=of, because="final_sale"),
        lambda of: returns.ExchangePolicy("e", within=None, of=of),
        lambda of: returns.TradeIn("t", values={Months(12): {"A": 50}}, of=of),
        lambda of: returns.TakeBack("r", of=of),
    ],
    ids=["exception", "bar", "review", "ask", "notice", "cancellation", "exchange", "trade-in", "take-back"],
)
def test_goods_by_a_sku_or_a_product(
    build: Callable[[object], object], goods: str | Product, condition: ItemCondition
) -> None:
    """Wherever goods are asked for, a SKU or a product does as well as a condition."""
    assert build(goods) == build(condition)


@pytest.mark.parametrize(
    "policy",
    [
        STANDARD.except_when(IS_GOLD, within=Days(60)).except_when(~IS_GOLD, within=Days(9)),
        STANDARD.except_when(of=item.sku.is_("A"), fee=eur(1)).except_when(of=item.sku.is_("B"), fee=eur(2)),
        STANDARD.except_when(IS_GOLD, within=Days(60)).except_when(IS_STAFF, within=Days(60), fee=returns.FREE),
        STANDARD.except_when(IS_GOLD, within=SENT).except_when(~IS_GOLD, after="shipped"),
        STANDARD.exceptions_by("longest").except_when(IS_GOLD, within=Days(9)).except_when(IS_STAFF, within=Days(60)),
        STANDARD.exceptions_by("best_for_customer").except_when(IS_GOLD, fee=eur(1)).except_when(IS_STAFF, fee=eur(2)),
        STANDARD.exceptions_by("first_of")
        .except_when(IS_GOLD, refund="proportional")
        .except_when(IS_STAFF, refund="recompute_kept"),
    ],
)
def test_exceptions_that_never_disagree(policy: ReturnPolicy) -> None:
    """Exceptions that exclude each other, agree, or have a strategy stand side by side."""
    assert 2 == len(policy.exceptions)


def test_returns_are_unknown_to_promotions() -> None:
    """A promotion that asks about a return is refused when the book is built."""
    sale = Promotion("sale", when=returns.ground.is_("defect"), then=policies.percent_off(10))

    with pytest.raises(BookError, match=r"`sale` asks for .*, which is known only of a return: ask about"):
        PolicyBook("shop", zone="UTC", currencies=["EUR"], promotions=[sale])


def test_terms_have_one_list() -> None:
    """The keywords, the stored terms and the settled ones are the same words."""
    keywords = set(GivenTerms.__annotations__)
    settled = {field.name for field in attrs.fields(Terms)}

    assert keywords == set(COERCE)
    assert settled - {"window"} == keywords - {"within", "after"}


def test_holding() -> None:
    """A dated term changes at its instants, inclusive."""
    value = dated("keep", {at(10): "claw_back", at(20): "other"})

    assert ["keep", "claw_back", "claw_back", "other"] == [
        holding(value, when) for when in (at(9), at(10), at(19), at(20))
    ]
    assert "keep" == holding("keep", at(9))


@pytest.mark.parametrize(
    ("given", "window"),
    [
        ({}, SENT),
        ({"within": Days(60)}, returns.ReturnWindow(Days(60), act="sent")),
        ({"after": returns.Start("shipped")}, returns.ReturnWindow(Days(30), after="shipped", act="sent")),
        ({"within": None}, returns.ReturnWindow(None)),
        ({"within": returns.ReturnWindow(Days(5))}, returns.ReturnWindow(Days(5))),
    ],
)
def test_window_of_an_exception(given: Any, window: returns.ReturnWindow) -> None:
    """An exception changes of the usual window only what it names."""
    assert window == window_of(given, SENT)


def test_window_after_an_unlimited_one() -> None:
    """A span in the place of no limit needs its event."""
    unlimited = ReturnPolicy("ever", within=None)

    assert 1 == len(unlimited.except_when(IS_GOLD, within=Days(9), after="delivered").exceptions)
    with pytest.raises(PolicyError, match="counts from no event"):
        unlimited.except_when(IS_GOLD, within=Days(9))


def test_terms_are_stored_in_one_way() -> None:
    """However terms are written, equal ones are equal."""
    one = ReturnPolicy("s", within=Days(3), after="delivered", channels=["mail"], credit_bonus=10, ceiling=eur(5))
    other = ReturnPolicy(
        "s", ceiling=amounts(eur(5)), credit_bonus=percent(10), channels="mail", after="delivered", within=Days(3)
    )

    open_ended = ReturnPolicy("s", within=None, ceiling=None, once=None, at_most=None)

    assert one == other
    assert (("within", None), ("at_most", None), ("once", None), ("ceiling", None)) == open_ended.terms
    assert (
        amounts(eur(5), pln(20))
        == dict(ReturnPolicy("s", within=None, ceiling=amounts(eur(5), pln(20))).terms)["ceiling"]
    )


# --- grounds ---------------------------------------------------------------------------------------------------------


def test_every_ground_gives_some_right() -> None:
    """Every ground has its own id and may give rights, in the usual order of regimes."""
    assert len(GROUNDS) == len({ground.id for ground in GROUNDS})
    assert all(ground.regimes == regime_words(reversed(ground.regimes)) for ground in GROUNDS)
    assert all(ground == find_ground(ground.id) for ground in GROUNDS)


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: Ground(" ", fault="shop", regimes="promise"), "a ground needs an id, such as `change_of_mind`"),
        (lambda: Ground("stale", fault=WRONG("us"), regimes="promise"), "`us` is at no fault for `stale`: allowed"),
        (lambda: Ground("stale", fault="shop", regimes=()), "`..` is not a regime of rights"),
    ],
)
def test_impossible_grounds(build: Callable[[], object], message: str) -> None:
    """A ground names who is at fault and what rights it may give."""
    with pytest.raises(PolicyError, match=message):
        build()


def test_ground_with_a_title() -> None:
    """A ground of the shop's own may have a title, and its code builds it."""
    stale = Ground("stale", fault="shop", regimes="promise", title="no longer fresh")

    assert stale == eval(repr(stale), dict(NAMESPACE))  # noqa: S307 - the repr of a value is code
    assert Name("no longer fresh") == stale.title


def test_a_translated_name_is_the_same_name() -> None:
    """Two exceptions of one name are refused, in whatever further languages one of them is named."""
    first = STANDARD.except_when(IS_GOLD, within=Days(3), named="a")

    with pytest.raises(PolicyError, match="two exceptions of `standard` are named `a`: give each its own name"):
        first.except_when(IS_STAFF, fee=returns.FREE, named=Name("a", pl="b"))
    assert 2 == len(first.except_when(IS_STAFF, fee=returns.FREE, named=Name("b", pl="a")).exceptions)
