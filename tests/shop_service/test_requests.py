"""What can be asked of the shop: the way of an order, its return, the languages, and what is refused."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from aftercare import Name, Statement, eur, say
from examples.shop import MEMBER, ZONE, shop
from tests.shop_service.server import EXAMPLE, Server, cart, pay, place, price
from tests.shop_service.stored import stored

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

NOON = datetime(2026, 11, 23, 12, tzinfo=ZoneInfo(ZONE))
TEA_SET = cart("witaj", customer="ola", TEAPOT=1, CUP=4)


@pytest.fixture(scope="module")
def client(database: str) -> Iterator[httpx.Client]:
    """A client of the example's shop, on a Monday at noon."""
    with Server(database, EXAMPLE, at=NOON) as server:
        yield server.client


def words(statements: list[dict[str, str]]) -> list[str]:
    """Statements in words, without the marks around names."""
    return [each["text"].replace("\u2068", "").replace("\u2069", "").replace("\xa0", " ") for each in statements]


# --- the way of an order ---------------------------------------------------------------------------------------------


def test_the_way_of_an_order(database: str, client: httpx.Client) -> None:
    """A tea set is asked about, placed, paid and delivered; two cups come back; the points follow.

    Forty days later the points have come, and the teapot stays: why, is said in the language of the visitor.
    """
    quote = client.post("/quotes", json=TEA_SET, headers={"accept-language": "pl,en;q=0.5"}).json()
    placed = place(client, "A-1", TEA_SET)
    held = client.get("/orders/A-1").json()["state"]
    pay(client, placed).raise_for_status()
    delivered = client.put("/orders/A-1/delivery").raise_for_status().json()
    rights = client.get("/orders/A-1/rights", params={"locale": "vi"}).json()["rights"]
    cups, teapot = ({"lines": {sku: count}, "ground": "change_of_mind"} for sku, count in (("CUP", 2), ("TEAPOT", 1)))
    english, japanese = (
        client.post("/orders/A-1/returns", params={"locale": locale}, json=cups).raise_for_status().json()
        for locale in ("en", "ja")
    )
    back = [client.put("/orders/A-1/returns/R-1", json={**cups, "refund": english["refund"]}) for _ in range(2)]
    early = client.get("/customers/ola/points").json()
    with Server(database, EXAMPLE, at=NOON + timedelta(days=40)) as server:
        late = server.client.get("/customers/ola/points", params={"locale": "be"}).json()
        refused = [
            server.client.post("/orders/A-1/returns", params={"locale": locale}, json=teapot) for locale in ("en", "pl")
        ]
    told = (
        Statement("settled.refund", amount=eur(9)),
        Statement("returns.refund.by_or_back", date=date(2026, 12, 7)),
        Statement("settled.points_taken", count=8),
    )
    found = stored(database)
    history = found.customers["ola"]
    receipt = next(each for each in found.receipts if each.id == "A-1")

    assert ("29.00", "12.95", "0.00") == (quote["payable"], quote["saved"], quote["delivery"])
    assert ["Czajniczek", "Filiżanka"] == [line["product"] for line in quote["lines"]]
    assert "Przyjęliśmy kod „witaj” (promocja „Witaj”)." == words([quote["codes"]["witaj"]])[0]
    assert all("Oszczędzasz" in each for each in words(quote["reasons"]) if "Łyżeczka" not in each)
    assert ("reserved", "delivered") == (held, delivered["state"])
    assert {"return", "defect"} == {each["kind"] for each in rights}
    assert all("2026" in each or "2028" in each for each in words(rights))
    assert [say(each, locale="en") for each in told] == [each["text"] for each in english["reasons"][1:]]
    assert [say(each, locale="ja") for each in told] == [each["text"] for each in japanese["reasons"][1:]]
    assert ["refund.goods", "refund.total", "refund.to_tender"] == [each["code"] for each in english["money"]]
    assert found.texts["A-1"] == receipt.text == client.get("/orders/A-1/receipt").text
    assert [back[0].content] * 2 == [each.raise_for_status().content for each in back]
    assert (0, 21, [29, -8]) == (early["available"], early["pending"], [each["points"] for each in early["entries"]])
    assert (21, 0, MEMBER.name.in_("be")) == (late["available"], late["pending"], late["tier_name"])
    assert say(Statement("points.earned", count=29, order=Name("A-1")), locale="be") == late["entries"][0]["text"]
    assert [409, 409] == [each.status_code for each in refused]
    assert ["December 23, 2026", "23 grudnia 2026"] == [
        day for day, each in zip(("December 23, 2026", "23 grudnia 2026"), refused, strict=True) if day in each.text
    ]
    assert shop.replay(receipt).same
    assert eur(9) == shop.settle(receipt, history=history, at=history.events[-1].at).refund


def test_a_guest_buys_and_returns(client: httpx.Client) -> None:
    """Without a customer there is no history, and the order can come back all the same."""
    pay(client, place(client, "guest", cart(CUP=2))).raise_for_status()
    client.put("/orders/guest/delivery").raise_for_status()
    back = {"lines": {"CUP": 1}, "refund": "4.50"}

    assert "4.50" == client.put("/orders/guest/returns/R-1", json=back).raise_for_status().json()["refund"]


def test_a_suggestion_says_what_to_add(client: httpx.Client) -> None:
    """With coffee a biscuit costs nothing; it is said in the language of the visitor."""
    answer = client.post("/suggestions", json=cart(COFFEE_ETH=1), params={"locale": "pl"}).raise_for_status()

    assert ["nearest.same"] == [each["code"] for each in answer.json()["suggestions"]]
    assert "„Ciastko” (1,20 €)" in words(answer.json()["suggestions"])[0]


# --- what is refused -------------------------------------------------------------------------------------------------


def test_the_price_that_was_shown_is_the_price(client: httpx.Client) -> None:
    """An order at any other price is refused, with the price of now; nothing is remembered of it."""
    what = cart(CUP=1)
    wrong = client.put("/orders/shown", json={**what, "payable": "1.00"})
    right = client.put("/orders/shown", json={**what, "payable": wrong.json()["quote"]["payable"]})

    assert (409, "9.45") == (wrong.status_code, wrong.json()["quote"]["payable"])
    assert (200, "9.45") == (right.status_code, right.json()["payable"])


def test_a_name_is_for_one_request(client: httpx.Client) -> None:
    """The same name with another body is refused, and the first order stays."""
    first = place(client, "name", cart(CUP=1))
    what = cart(CUP=2)
    other = client.put("/orders/name", json={**what, "payable": price(client, what)})

    assert (409, ["`PUT /orders/name` was sent with another body: choose another name for something else"]) == (
        other.status_code,
        [each["message"] for each in other.json()["problems"]],
    )
    assert first.content == client.get("/orders/name").content


def test_what_is_given_up_is_free_at_once(client: httpx.Client) -> None:
    """A welcome is for once: one order holds it, is given up, and another has it."""
    what = cart("welcome", customer="eva")
    held = [place(client, name, what) for name in ("first", "second")]
    gone = [client.delete("/orders/first").raise_for_status() for _ in range(2)]
    third = place(client, "third", what)
    too_late = pay(client, held[0])
    pay(client, held[1]).raise_for_status()
    sold = client.delete("/orders/second")

    assert [True, False, True] == ["welcome" in each.json()["promotions"] for each in (*held, third)]
    assert gone[0].content == gone[1].content
    assert ("given up", 409) == (gone[0].json()["state"], too_late.status_code)
    assert (409, "order `second` is paid: have it delivered, and return it") == (
        sold.status_code,
        sold.json()["problems"][0]["message"],
    )


def test_units_come_back_once(client: httpx.Client) -> None:
    """The refund is the one that was shown, and what has come back does not come again."""
    placed = place(client, "once", cart(CUP=2))
    one, both = {"lines": {"CUP": 1}}, {"lines": {"CUP": 2}}
    unpaid = client.post("/orders/once/returns", json=one)
    pay(client, placed).raise_for_status()
    client.put("/orders/once/delivery").raise_for_status()
    other = client.put("/orders/once/returns/R-1", json={**one, "refund": "9.00"})
    back = client.put("/orders/once/returns/R-1", json={**one, "refund": "4.50"})
    twice = client.put("/orders/once/returns/R-2", json={**both, "refund": "9.00"})

    assert (409, "order `once` is not paid yet") == (unpaid.status_code, unpaid.json()["problems"][0]["message"])
    assert (409, "4.50") == (other.status_code, other.json()["preview"]["refund"])
    assert (200, "4.50") == (back.status_code, back.json()["refund"])
    assert (422, True) == (twice.status_code, "1 of it" in twice.json()["problems"][0]["message"])


def test_an_unknown_order_is_not_found(client: httpx.Client) -> None:
    """It is said which."""
    assert [404] * 3 == [
        client.get("/orders/nobody").status_code,
        client.get("/orders/nobody/receipt").status_code,
        client.put("/orders/nobody/payment", json={"amount": "1.00"}).status_code,
    ]


@pytest.mark.parametrize(
    ("body", "paths"),
    [
        ("{", ["$"]),
        ("[]", ["$"]),
        ('{"lines": {"CUP": 1}, "lines": {"CUP": 2}}', ["$"]),
        ("{}", ["currency", "lines"]),
        (
            '{"currency": "USD", "lines": {"CUPP": 1, "CUP": 0, "TIN": "2"}}',
            ["currency", "lines.CUPP", "lines.CUP", "lines.TIN"],
        ),
        ('{"currency": "EUR", "lines": {"CUP": 1}, "unit_price": "0.01"}', ["unit_price"]),
        ('{"currency": "EUR", "lines": {"CUP": 1}, "codes": ["\\u0000", ""]}', ["codes[0]", "codes[1]"]),
        ('{"currency": "EUR", "lines": {"CUP": 1}, "customer": "\\ud800"}', ["customer"]),
        ('{"currency": "PLN", "lines": {"MACHINE": 1}, "delivery": "locker"}', [""]),
    ],
)
def test_a_body_that_cannot_be_read(client: httpx.Client, body: str, paths: list[str]) -> None:
    """Everything that is wrong is said at once, each with its path."""
    answer = client.post("/quotes", content=body)

    assert (422, paths) == (answer.status_code, [each["path"] for each in answer.json()["problems"]])


def test_other_bodies_are_read_as_closely(client: httpx.Client) -> None:
    """Amounts are text, a line gives back no more than was bought, grounds are known, and a name is a word."""
    place(client, "unpaid", cart(CUP=1))
    pay(client, place(client, "paid", cart(CUP=1))).raise_for_status()
    answers = [
        client.put("/orders/unpaid/payment", content='{"amount": 9.45}'),
        client.put("/orders/paid/returns/R-1", json={"lines": {"CUP": 2}, "ground": "boredom", "refund": "4.50"}),
        client.put("/orders/a%20b/payment", json={}),
    ]

    assert [(422, ["amount"]), (422, ["lines.CUP", "ground"]), (422, ["path.id"])] == [
        (each.status_code, [problem["path"] for problem in each.json()["problems"]]) for each in answers
    ]


def test_money_that_is_not_what_is_due_is_refused(client: httpx.Client) -> None:
    """Who pays another amount has not paid."""
    place(client, "less", cart(CUP=1))
    answer = client.put("/orders/less/payment", json={"amount": "9.00"})

    assert (409, "`9.00 EUR` was paid for order `less`, payable is `9.45 EUR`") == (
        answer.status_code,
        answer.json()["problems"][0]["message"],
    )


def test_a_body_without_end_is_not_read(client: httpx.Client) -> None:
    """What is longer than any cart is refused before it is looked at."""
    assert 413 == client.post("/quotes", content=b" " * 200_000).status_code
