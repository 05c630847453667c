"""Until when the money is back, by the shop's promise and by law, while a return goes on."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare import (
    BusinessDays,
    Cancelled,
    Customer,
    Days,
    Delivered,
    History,
    Months,
    PolicyBook,
    PolicyError,
    Promotion,
    Returned,
    ReturnPolicy,
    ReturnRequested,
    ReturnSent,
    Tender,
    eur,
    policies,
    returns,
    say,
)
from aftercare.returns.refund_deadline import RefundAfter, RefundWithin
from tests.returns.counter import CAME, CUP, STANDARD, ask, at, cups, line, placed

LOCALES = ["en", "ja", "pl", "be", "vi"]
REQUESTED = ReturnRequested("q", at(5), "A-1", cups(1), "change_of_mind", return_id="R-1")
SENT = ReturnSent("s", at(10), "A-1", return_id="R-1")
BACK = Returned("r", at(25), "A-1", cups(1), return_id="R-1")


def within(span: Any, after: RefundAfter = "received") -> ReturnPolicy:
    """The shop's promise, with a time for its refunds."""
    return ReturnPolicy("standard", within=Days(30), after="delivered", refund_within=RefundWithin(span, after=after))


def due(policy: ReturnPolicy, *events: Any, **about: Any) -> list[tuple[date | None, bool]]:
    """What is known of a refund after some events of a return that was requested on 5 March."""
    answer = ask(policy, None, CAME, REQUESTED, *events, return_id="R-1", when=at(25), **about)
    return [(each.by, each.waits) for each in answer.refund_due]


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        # Requested on 5 March, sent on the 10th, back on the 25th; 14 days.
        ("received", [(None, False), (None, False), (date(2026, 4, 8), False)]),
        ("sent", [(None, False), (date(2026, 3, 24), False), (date(2026, 3, 24), False)]),
        ("withheld", [(date(2026, 3, 19), True), (date(2026, 3, 19), False), (date(2026, 3, 19), False)]),
        ("requested", [(date(2026, 3, 19), False)] * 3),
    ],
)
def test_from_when(after: RefundAfter, expected: list[tuple[date | None, bool]]) -> None:
    """What is known when a return was requested, when it was sent, and when it came."""
    policy = within(Days(14), after)
    assert expected == [due(policy)[0], due(policy, SENT)[0], due(policy, SENT, BACK)[0]]


def test_goods_that_come_after_the_last_day_are_waited_for() -> None:
    """Withheld until the goods are back, without proof that they were sent: the money is due when they come."""
    assert [(date(2026, 3, 25), False)] == due(within(Days(14), "withheld"), BACK)


@pytest.mark.parametrize("after", ["received", "sent", "withheld", "requested"])
def test_goods_that_are_kept_are_not_waited_for(after: RefundAfter) -> None:
    """Of goods that need not come back the money is due from the request."""
    kept = ReturnPolicy(
        "standard",
        within=Days(30),
        after="delivered",
        refund_within=RefundWithin(Days(14), after=after),
        resolutions=("refund", "keep_item"),
    )
    assert [(date(2026, 3, 19), False)] == due(kept)


def test_a_span_alone_counts_from_the_goods() -> None:
    """A span is one from the day on which the goods came."""
    plain = ReturnPolicy("standard", within=Days(30), after="delivered", refund_within=Days(14))
    assert within(Days(14)).terms == plain.terms
    assert "returns.RefundDue(returns.RefundWithin(Days(14)), None)" == repr(ask(plain).refund_due[0])
    assert () == ask(STANDARD).refund_due
    assert () == ask(plain, None, CAME, when=at(20, 6)).refund_due, "refused"
    exchange = ReturnPolicy("swap", within=Days(30), after="delivered", refund_within=Days(14), resolutions="exchange")
    assert () == ask(exchange).refund_due


def test_the_law_beside_the_promise() -> None:
    """Both are told while it is open which comes first, and then the first day alone."""
    policy = within(Days(5)).not_below(returns.statutory("EU"))
    poland = placed(customer=Customer("C", country="PL"))

    def told(*events: Any) -> list[tuple[date | None, bool]]:
        answer = ask(policy, poland, CAME, REQUESTED, *events, return_id="R-1", when=at(12))
        return [(each.by, each.waits) for each in answer.refund_due]

    assert [(None, False), (date(2026, 3, 19), True)] == told()
    came_late = attrs.evolve(BACK, at=at(11))
    assert [(date(2026, 3, 16), False)] == told(came_late)


def test_of_equal_promises_one_is_told() -> None:
    """A shop that says nothing pays back by the law; its promise is asked nothing more."""
    policy = STANDARD.not_below(returns.statutory("EU"))
    answer = ask(policy, placed(customer=Customer("C", country="PL")), when=at(10))
    assert [RefundWithin(Days(14), after="withheld")] == [each.within for each in answer.refund_due]


def test_what_is_no_span() -> None:
    """A time for refunds is a span."""
    with pytest.raises(PolicyError, match="`14` is no span: write `Days"):
        ReturnPolicy("standard", within=Days(30), after="delivered", refund_within=14)  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]


def test_from_nothing_known() -> None:
    """What a refund may count from is one of four words."""
    with pytest.raises(PolicyError, match=r"not due after `recieved`: .* did you mean `received`"):
        RefundWithin(Days(14), after="recieved")  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("span", [Days(1), Days(14), Days(22), Months(1), Months(2), BusinessDays(1), BusinessDays(5)])
@pytest.mark.parametrize("after", ["received", "sent"])
def test_every_wait_has_its_words(locale: str, span: Any, after: RefundAfter) -> None:
    """Every unit is said in every language, with its number."""
    (promise,) = ask(within(span, after)).refund_due
    assert str(span.n) in say(promise.said, locale=locale)


def test_words() -> None:
    """The sentences, as a customer reads them."""
    first = ask(within(Days(14))).refund_due[0].said
    law = ask(within(Days(14), "withheld")).refund_due[0].said
    sure = ask(within(Days(14), "requested")).refund_due[0].said

    assert "We pay you back within 14 days of getting the goods back." == say(first, locale="en")
    assert "Zwrócimy Ci pieniądze w ciągu 14\u00a0dni od otrzymania zwracanego towaru." == say(first, locale="pl")
    assert "We pay you back by April 3, 2026 (that day included)." == say(sure, locale="en")
    assert say(law, locale="en").endswith("we pay you back as soon as one of them does.")
    assert "2026年4月3日までにご返金いたします。" == say(sure, locale="ja")


def test_a_preview_tells_it_beside_the_money() -> None:
    """A customer reads how much comes back, and until when."""
    shop = PolicyBook("shop", zone="UTC", currencies=["EUR"], returns=within(Days(14)))
    receipt = shop.place(shop.price(placed(line(CUP)).order, at=at(2)), id="A-1", paid=[Tender("card", eur(10))])
    history = History((Delivered("d", at(4), "A-1"),))
    preview = shop.preview_return(receipt, history=history, returning={"1": 1}, at=at(5))
    codes = [each.code for each in preview.statements]
    assert codes[codes.index("settled.refund") + 1] == "returns.refund.after_received.days"


def test_where_nothing_comes_back_nothing_is_due() -> None:
    """Goods that were free come back for nothing, of which no day is told."""
    free = Promotion("free", then=policies.percent_off(100))
    shop = PolicyBook("shop", zone="UTC", currencies=["EUR"], promotions=[free], returns=within(Days(14)))
    receipt = shop.place(shop.price(placed(line(CUP)).order, at=at(2)), id="A-1", paid=[Tender("card", eur(0))])
    preview = shop.preview_return(receipt, history=History((CAME,)), returning={"1": 1}, at=at(5))
    assert "returns.refund.after_received.days" not in [each.code for each in preview.statements]


def settled(policy: ReturnPolicy, *events: Any) -> Any:
    """What the last event gives back for a cup at ten euros that was bought on 2 March and came on the 4th."""
    shop = PolicyBook("shop", zone="UTC", currencies=["EUR"], returns=policy)
    receipt = shop.place(shop.price(placed(line(CUP)).order, at=at(2)), id="A-1", paid=[Tender("card", eur(10))])
    return shop.settle(receipt, history=History((CAME, *events)), at=at(30))


@pytest.mark.parametrize(
    ("after", "expected"),
    [("received", at(25)), ("sent", at(10)), ("withheld", at(5)), ("requested", at(5))],
)
def test_a_settlement_tells_the_last_day(after: RefundAfter, expected: datetime) -> None:
    """Once the goods are back, the last day is known, and said beside the money; not where nothing was promised."""
    told = settled(within(Days(40), after), REQUESTED, SENT, BACK)
    assert (expected + timedelta(days=40)).date() == told.refund_by
    assert "returns.refund.by" in [each.code for each in told.statements]
    assert settled(STANDARD, REQUESTED, SENT, BACK).refund_by is None


def test_goods_that_nobody_asked_about() -> None:
    """A return over the counter is its own request."""
    counter = Returned("r", at(9), "A-1", cups(1))
    assert date(2026, 3, 23) == settled(within(Days(14), "requested"), counter).refund_by


def test_what_was_called_off_is_paid_back_by_a_day() -> None:
    """Withdrawn before the goods were sent, the price is due 14 days after; where no law is, nothing is promised."""
    cancelled = Cancelled("c", at(3), "A-1", cups(1))
    policy = returns.CancellationPolicy("cancel", until="shipped")
    found = []
    for each in (policy.not_below(returns.statutory("EU")), policy):
        promised = returns.AfterSales(returns=within(Days(14)), cancellation=each)
        shop = PolicyBook("shop", zone="UTC", currencies=["EUR"], returns=promised)
        receipt = shop.place(shop.price(placed(line(CUP)).order, at=at(2)), id="A-1", paid=[Tender("card", eur(10))])
        found.append(shop.settle(receipt, history=History((cancelled,)), at=at(3)))
    assert [(eur(10), date(2026, 3, 17)), (eur(10), None)] == [(each.refund, each.refund_by) for each in found]


spans = st.builds(Days, st.integers(0, 60)) | st.builds(Months, st.integers(0, 3)) | st.builds(BusinessDays, st.just(4))
moments = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 1), timezones=st.just(UTC))
afters = st.sampled_from(["received", "sent", "withheld", "requested"])


@given(spans, afters, afters, st.lists(moments, min_size=3, max_size=3), st.integers(0, 2))
def test_a_better_start_is_never_later(
    span: Any, one: RefundAfter, other: RefundAfter, acts: list[datetime], known: int
) -> None:
    """Whatever was done by now, a start that stands later gives no later last day, and what is known stays so."""
    order = ["received", "sent", "withheld", "requested"]
    worse, good = sorted((one, other), key=order.index)
    requested, *rest = sorted(acts)
    done: dict[Any, datetime] = dict(zip(("requested", "sent", "received"), (requested, *rest), strict=True))
    last = [RefundWithin(span, after=after).due(done, requested, "UTC").by for after in (worse, good)]
    assert last[0] is not None
    assert last[1] is not None
    assert last[1] <= last[0]
    # With only some of it done, what is sure does not change any more.
    fewer = dict(list(done.items())[: known + 1])
    early = RefundWithin(span, after=good).due(fewer, requested, "UTC")
    assert early.waits or early.by in {None, last[1]}
