"""The verbs `returns` and `standing` of the command line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from aftercare.__main__ import main

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Run = Callable[..., str]

SHOP = """
from aftercare import *
from aftercare import loyalty, returns

MEMBER, SILVER = Tier("member", 0), Tier("silver", 1)
club = loyalty.Program(
    "club",
    ladder=loyalty.Ladder.by(loyalty.spend(last=Months(12)), {MEMBER: eur(0), SILVER: eur(30)}),
    earning=loyalty.points(1, per=eur(1), tax="included", shipping=False),
    lots=loyalty.Lots(expire=Months(24)),
    cards=[
        loyalty.PunchCard("coffee-card", buy=5, of="COFFEE"),
        loyalty.VisitCard("dessert-card", every=10, brings="a dessert"),
    ],
    awards=[loyalty.FeedbackIncentive("review", gives=loyalty.give_voucher(10))],
    wallets=[loyalty.GiftCards("gift-card", "EUR", lasts=Months(36))],
)
promise = ReturnPolicy("standard", within=Days(30), after="delivered", fee=eur("4.95"))
shop = PolicyBook("shop", zone="Europe/Warsaw", currencies=["EUR"], returns=promise, loyalty=club)
plain = PolicyBook("plain", zone="Europe/Warsaw", currencies=["EUR"], returns=promise)
points = PolicyBook("points", zone="Europe/Warsaw", currencies=["EUR"], loyalty=loyalty.Program("points"))
versions = PolicyBook("v", zone="Europe/Warsaw", currencies=["EUR"], loyalty=loyalty.ProgramVersions(club))
lasting = loyalty.FeedbackIncentive("review", gives=loyalty.give_voucher(10, lasts=None))
forever = PolicyBook(
    "forever", zone="Europe/Warsaw", currencies=["EUR"], loyalty=loyalty.Program("forever", awards=[lasting])
)
kept = loyalty.Ladder.by(loyalty.spend(last=Months(12)), {SILVER: eur(30)}, validity=loyalty.KeptToYearEnd())
year = PolicyBook("year", zone="Europe/Warsaw", currencies=["EUR"], loyalty=loyalty.Program("year", ladder=kept))
nothing = PolicyBook("nothing", zone="Europe/Warsaw", currencies=["EUR"])
products = [Product("COFFEE", name="Coffee Sidamo")]
"""

LINES = [
    {"id": "1", "product": {"sku": "COFFEE"}, "quantity": 4, "unit_price": "9.90", "tax": "23"},
    {"id": "2", "product": {"sku": "CUP", "name": "Cup"}, "unit_price": "3.00", "tax": "23"},
]
ORDER: dict[str, Any] = {
    "aftercare": 1,
    "at": "2026-03-02T12:00:00+01:00",
    "order": {"currency": "EUR", "customer": {"id": "C-1"}, "lines": LINES},
    "events": [
        {"event": "delivered", "id": "e1", "at": "2026-03-05T12:00", "units": [{"line": "1", "count": 2}]},
    ],
}
HISTORY: dict[str, Any] = {
    "aftercare": 1,
    "events": [
        {"event": "sign_up", "id": "s", "at": "2026-03-01T12:00"},
        {"event": "purchase", "id": "p", "at": "2026-03-02T12:00", "number": "A-1", "order": ORDER["order"]},
        {"event": "purchase", "id": "q", "at": "2026-03-03T12:00", "number": "A-2", "order": ORDER["order"]},
        {"event": "delivered", "id": "d", "at": "2026-03-05T12:00", "order": "A-1"},
        {"event": "adjustment", "id": "a", "at": "2026-03-06T12:00", "points": 20, "reason": "late parcel"},
        {"event": "review", "id": "r", "at": "2026-03-08T12:00", "subject": "CUP"},
        {"event": "points_reserved", "id": "b", "at": "2026-03-06T13:00", "key": "basket", "points": 5},
        {"event": "points_spent", "id": "c", "at": "2026-03-06T14:00", "key": "other", "points": 500},
    ],
}
GIFT: dict[str, Any] = {
    "aftercare": 1,
    "events": [
        {
            "event": "money_credited",
            "id": "m1",
            "at": "2026-03-01T12:00",
            "account": "GIFT-7",
            "amount": {"amount": "50.00", "currency": "EUR"},
            "reason": "gift card",
        },
        {
            "event": "money_reserved",
            "id": "m2",
            "at": "2026-03-09T12:00",
            "account": "GIFT-7",
            "amount": {"amount": "20.00", "currency": "EUR"},
            "key": "basket",
        },
        {
            "event": "money_spent",
            "id": "m3",
            "at": "2026-03-09T13:00",
            "account": "GIFT-7",
            "amount": {"amount": "90.00", "currency": "EUR"},
            "key": "other",
        },
    ],
}
MARCH = ("--at", "2026-03-10T12:00")
ALL = ("--delivered", "2026-03-05T12:00")


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str, Any], str]:
    """Writes a file and gives its path."""

    def write(name: str, content: Any) -> str:
        path = tmp_path / name
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return str(path)

    return write


@pytest.fixture
def ask(file: Callable[..., str], capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Asks a book of the file above about a document."""

    def run(verb: str, book: str, document: Any, *more: str) -> tuple[int, str, str]:
        shop = file("shop.py", SHOP)
        words = [f"{shop}:{word[1:]}" if word.startswith("@") else word for word in more]
        status = main([verb, f"{shop}:{book}", file("document.json", document), *words])
        out, err = capsys.readouterr()
        return status, out, err

    return run


@pytest.fixture
def said(ask: Callable[..., tuple[int, str, str]]) -> Run:
    """What a command that works prints."""

    def run(*words: Any) -> str:
        status, out, err = ask(*words)
        assert (0, "") == (status, err)
        return out

    return run


@pytest.fixture
def refused(ask: Callable[..., tuple[int, str, str]]) -> Run:
    """What a command that cannot work says; it prints nothing else."""

    def run(*words: Any) -> str:
        status, out, err = ask(*words)
        assert (2, "") == (status, out)
        assert err.startswith("aftercare: ")
        return err.removeprefix("aftercare: ")

    return run


# --- returns ---------------------------------------------------------------------------------------------------------


def test_open_rights_are_told(said: Run) -> None:
    """Line by line with their deadlines, and the first to end; units that did not arrive wait."""
    assert (
        "Order order\n"
        "\n"
        "Coffee Sidamo (line 1)\n"
        "  Return (“standard”): Possible until April 4, 2026 (that day included).\n"
        "  Return (“standard”): The goods have not been delivered yet.\n"
        "\n"
        "Cup (line 2)\n"
        "  Return (“standard”): The goods have not been delivered yet.\n"
        "\n"
        "The first to end: Coffee Sidamo (line 1)\n"
        "  Return (“standard”): Possible until April 4, 2026 (that day included).\n"
    ) == said("returns", "shop", ORDER, "--products", "@products", *MARCH)


def test_nothing_is_open_any_more(said: Run) -> None:
    """And it says so."""
    told = said("returns", "shop", ORDER, "--delivered", "2026-03-05T12:00", "--at", "2026-05-10T12:00")

    assert "Order order\nThere are no open rights for this order now.\n" == told


def test_open_rights_as_data(said: Run) -> None:
    """Every right with its units and its deadline."""
    answer = json.loads(said("returns", "plain", ORDER, *MARCH, "--json"), parse_float=pytest.fail)

    assert ["at", "book", "order", "placed_at", "paid", "events", "rights", "next_to_lapse", "payload"] == list(answer)
    assert ("42.60 EUR", "2026-03-10T12:00:00+01:00") == (answer["paid"], answer["at"])
    assert ["Purchase", "Delivered"] == [each["event"] for each in answer["events"]]
    assert [("1", 2, "2026-04-05T00:00:00+02:00"), ("1", 2, None), ("2", 1, None)] == [
        (each["line"], each["units"][0]["count"], each["deadline"]["ends_at"]) for each in answer["rights"]
    ]
    assert answer["rights"][0] == answer["next_to_lapse"]
    assert "delivered" == answer["rights"][1]["deadline"]["waiting_for"]
    assert "rights.return" == answer["next_to_lapse"]["code"]


def test_no_right_lapses_next_as_data(said: Run) -> None:
    """Nothing ends where nothing arrived."""
    answer = json.loads(said("returns", "plain", {**ORDER, "events": []}, *MARCH, "--json"))

    assert answer["next_to_lapse"] is None


def test_a_line_comes_back(said: Run) -> None:
    """The answer, until when, what to do, what comes back and what it costs in points and tier."""
    asked = ("returns", "shop", ORDER, "--line", "1", "--quantity", "2", *MARCH, *ALL)

    assert (
        "You can return this.\n"
        "You can ask for a return until April 4, 2026 (that day included).\n"
        "\n"
        "What to do next\n"
        "  Please send the goods back.\n"
        "\n"
        "What you get back\n"
        "  For the goods, you get back €19.80.\n"
        "  As a return fee, we keep €4.95 of €19.80.\n"
        "  In all, you get back €14.85.\n"
        "  €14.85 goes back to: card.\n"
        "\n"
        "What else the return changes\n"
        "  With this return, 20 points leave your balance.\n"
        "  With this return, you lose the silver tier.\n"
    ) == said(*asked)
    assert "What else" not in said("returns", "plain", *asked[2:])


def test_a_line_that_comes_back_as_data(said: Run) -> None:
    """The answer for the line, and the preview of its settlement; one unit is asked about unless it is said."""
    answer = json.loads(said("returns", "shop", ORDER, "--line", "1", *MARCH, *ALL, "--json"), parse_float=pytest.fail)
    two = json.loads(said("returns", "shop", ORDER, "--line", "1", "--quantity", "2", *MARCH, *ALL, "--json"))
    (found,), preview = answer["answers"], answer["preview"]

    assert ("accept", "change_of_mind", ["promise"]) == (found["outcome"], found["ground"], found["regimes"])
    assert ("2026-04-04", "returns.accepted") == (found["deadline"]["last_day"], found["code"])
    assert [{"line": "1", "count": 1, "first": 4}] == found["units"]
    assert ("4.95 EUR", "9.90 EUR") == (preview["refund"], preview["goods"])
    assert [{"kind": "flat", "amount": "4.95 EUR"}] == preview["fees"]
    assert [{"kind": "card", "amount": "4.95 EUR"}] == preview["tenders"]
    assert (10, None) == (preview["points_taken"], preview["tier_lost"])
    assert (20, "silver") == (two["preview"]["points_taken"], two["preview"]["tier_lost"])
    assert "settled.points_taken" == preview["statements"][-1]["code"]


def test_a_line_that_is_refused(said: Run) -> None:
    """It is too late: why, and nothing of money."""
    late = ("--line", "1", "--delivered", "2026-03-03T12:00", "--at", "2026-05-10T12:00")
    told = said("returns", "shop", ORDER, *late)
    answer = json.loads(said("returns", "shop", ORDER, *late, "--json"))

    assert "April 2, 2026" in told
    assert "What you get back" not in told
    assert ("refuse", None) == (answer["answers"][0]["outcome"], answer["preview"])
    assert "returns.refused" == answer["answers"][0]["code"]
    assert [] == answer["answers"][0]["steps"]
    assert answer["answers"][0]["reasons"]


def test_a_ground_is_asked_about(said: Run) -> None:
    """The ground stands in the answer."""
    answer = json.loads(said("returns", "shop", ORDER, "--line", "1", "--ground", "wrong_item", *MARCH, "--json"))

    assert "wrong_item" == answer["answers"][0]["ground"]


@pytest.mark.parametrize(
    ("book", "document", "words", "problem"),
    [
        ("shop", ORDER, ["--line", "3"], "`3` is no line of the order: allowed: `1`, `2`"),
        ("shop", ORDER, ["--quantity", "2"], "`--quantity` and `--ground` are about a line"),
        ("shop", ORDER, ["--ground", "defect"], "`--quantity` and `--ground` are about a line"),
        ("shop", ORDER, ["--line", "1", "--quantity", "0"], "an event is about at least one unit"),
        ("shop", ORDER, ["--line", "1", "--ground", "rain"], "`rain` "),
        ("shop", ORDER, ["--delivered", "soon"], "`soon` is not an instant"),
        ("shop", {**ORDER, "at": None}, [], "the order does not tell when it was placed: give the document its `at`"),
        ("shop", {**ORDER, "events": [{}]}, [], "the order document cannot be read"),
        ("nothing", ORDER, [], "book `nothing` promises nothing after the sale"),
        ("shop", ORDER, ["--locale", "tlh"], "there are no words for the locale `tlh`"),
    ],
)
def test_a_return_that_cannot_be_answered(
    book: str, document: Any, words: list[str], problem: str, refused: Run
) -> None:
    """One clear message."""
    assert refused("returns", book, document, *MARCH, *words).startswith(problem)


# --- standing --------------------------------------------------------------------------------------------------------


def test_a_standing_is_told(said: Run) -> None:
    """Tier and why, what lies ahead, points and when they end, how they came about, cards."""
    assert (
        "Tier\n"
        "  You reached the silver tier on March 2, 2026. You spent €42.60 (needed: €30.00).\n"
        "  Your silver tier becomes final when what you bought can no longer be returned.\n"
        "\n"
        "What lies ahead\n"
        "  On March 3, 2027, you will move to the member tier unless, by the end of March 2, 2027, you do this: "
        "Spend €30.00 more (so far €0.00 of €30.00).\n"
        "\n"
        "Points\n"
        "  Points to spend: 15.\n"
        "  Of these, good until March 6, 2028 (that day included): 15.\n"
        "  Points that can be spent from April 5, 2026: 42.\n"
        "  Points that wait for a delivery or a decision: 32.\n"
        "  Points set aside: 5.\n"
        "\n"
        "How the points came about\n"
        "  You earned 42 points with order “A-1”.\n"
        "  You earned 32 points with order “A-2”.\n"
        "  You received 20 points: “late parcel”.\n"
        "\n"
        "What does not count\n"
        "  There are too few points: 485 more points are needed (you have 15, you need 500).\n"
        "\n"
        "Stamp cards\n"
        "  Buy 3 more and the next one is free (you have 2 of 5 stamps).\n"
        "  10 more visits bring this: “a dessert” (you have 0 of 10 stamps).\n"
        "\n"
        "Vouchers and gifts\n"
        "  Your voucher “review” can be used through April 7, 2026.\n"
    ) == said("standing", "shop", HISTORY, *MARCH)


def test_money_that_the_shop_keeps_is_told(said: Run) -> None:
    """Each account with how long it is good, and what was refused, in words and as data."""
    told = said("standing", "shop", GIFT, *MARCH)
    assert "What does not count\n  There is too little money: €60.00 more is needed" in told
    assert told.endswith(
        "Money on your account\n"
        "  “GIFT-7”: you can spend €30.00.\n"
        "  Of this, €30.00 is valid through March 1, 2029.\n"
        "  €20.00 is set aside for an order.\n"
    )
    (wallet,) = json.loads(said("standing", "shop", GIFT, *MARCH, "--json"))["wallets"]
    assert ("GIFT-7", "30.00 EUR", "20.00 EUR", "0.00 EUR", "0.00 EUR") == tuple(
        wallet[key] for key in ("account", "available", "reserved", "pending", "owed")
    )
    assert [{"last_day": "2029-03-01", "amount": "30.00 EUR"}] == wallet["expiring"]
    assert "“GIFT-7”: you can spend €30.00." == wallet["statements"][0]["text"]
    assert [("m1", "50.00 EUR", "credit.given")] == [
        (each["event"], each["amount"], each["code"]) for each in wallet["entries"]
    ]
    assert [("m3", "credit.refused.balance")] == [(each["event"], each["code"]) for each in wallet["refused"]]


def test_a_standing_as_data(said: Run) -> None:
    """The tier by its id, points as numbers, each entry with its words."""
    answer = json.loads(said("standing", "shop", HISTORY, *MARCH, "--json"), parse_float=pytest.fail)
    standing, points = answer["standing"], answer["points"]

    assert ["at", "book", "events", "standing", "points", "cards", "vouchers", "wallets"] == list(answer)
    assert (8, "silver", "member") == (answer["events"], standing["tier"], standing["confirmed"])
    assert ("2026-03-02", False, None) == (standing["since"], standing["grace"] is not None, standing["next"])
    assert "standing.reached" == standing["why"][0]["code"]
    assert (15, 74, 5, 0) == (points["available"], points["pending"], points["reserved"], points["deficit"])
    assert ["2028-03-06"] == [each["last_day"] for each in points["expiring"]]
    assert [("2026-04-05T00:00:00+02:00", 42)] == [(each["at"], each["points"]) for each in points["arriving"]]
    assert ["c"] == [each["event"] for each in points["refused"]]
    assert ["coffee-card", "dessert-card"] == [each["card"] for each in answer["cards"]]
    assert [("review:CUP", "valid", "2026-04-07", None)] == [
        (each["key"], each["state"], each["last_day"], each["used_on"]) for each in answer["vouchers"]
    ]
    forever = json.loads(said("standing", "forever", HISTORY, *MARCH, "--json"))["vouchers"]
    assert [None] == [each["last_day"] for each in forever]


def test_a_forecast_is_told(said: Run) -> None:
    """The tier ends when the purchase leaves the year, unless as much is spent again."""
    late = ("--at", "2026-12-10T12:00")
    told = said("standing", "versions", HISTORY, *late)
    forecast = json.loads(said("standing", "versions", HISTORY, *late, "--json"))["standing"]["forecast"]

    assert "\nWhat lies ahead\n" in told
    assert ("fell", "member") == (forecast["move"], forecast["tier"])
    assert forecast["text"] in told


def test_the_last_day_of_a_tier_is_told(said: Run) -> None:
    """Where the ladder gives it a term; below the ladder there is no tier."""
    early = json.loads(said("standing", "year", HISTORY, "--at", "2026-03-01T13:00", "--json"))["standing"]

    assert "  You have the silver tier until December 31, 202" in said("standing", "year", HISTORY, *MARCH)
    assert (None, "silver") == (early["tier"], early["next"])


def test_what_is_missing_for_a_tier(said: Run) -> None:
    """A new member has the base tier and a distance to the next; what was before joining does not count."""
    events = [
        {"event": "visit", "id": "v", "at": "2026-02-01T12:00"},
        {"event": "sign_up", "id": "s", "at": "2026-03-01T12:00"},
    ]
    told = said("standing", "shop", {"aftercare": 1, "events": events}, *MARCH)
    answer = json.loads(said("standing", "shop", {"aftercare": 1, "events": events}, *MARCH, "--json"))

    assert "  To reach the silver tier: Spend €30.00 more (so far €0.00 of €30.00).\n" in told
    assert "\nWhat does not count\n" in told
    assert ("member", "silver") == (answer["standing"]["tier"], answer["standing"]["next"])
    assert "standing.next" == answer["standing"]["distance"]["code"]


def test_a_programme_without_tiers(said: Run) -> None:
    """Only points are told."""
    told = said("standing", "points", {"aftercare": 1, "events": []}, *MARCH)

    assert "Points\n  Points to spend: 0.\n" == told
    assert json.loads(said("standing", "points", {"aftercare": 1, "events": []}, "--json"))["standing"] is None


@pytest.mark.parametrize(
    ("book", "document", "words", "problem"),
    [
        ("plain", HISTORY, [], "book `plain` has no programme for members"),
        ("shop", {"aftercare": 1, "events": [{"event": "visti"}]}, [], "the history cannot be read\n  events[0].event"),
        ("shop", "{", [], "the document cannot be read"),
        ("shop", HISTORY, ["--at", "noon"], "`noon` is not an instant"),
    ],
)
def test_a_standing_that_cannot_be_told(book: str, document: Any, words: list[str], problem: str, refused: Run) -> None:
    """One clear message."""
    assert refused("standing", book, document, *words).startswith(problem)
