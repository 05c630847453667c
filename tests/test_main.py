"""The command line: an answer, or one clear message and the exit status 2."""

from __future__ import annotations

import json
import runpy
import subprocess
import sys
from contextlib import redirect_stdout
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import aftercare.__main__ as command
from aftercare.__main__ import main
from aftercare.messages import locales

if TYPE_CHECKING:
    from collections.abc import Callable

    Run = Callable[..., str]

ROOT = Path(__file__).parent.parent
BOOK = f"{ROOT / 'examples' / 'shop.py'}:shop"
PRODUCTS = f"{ROOT / 'examples' / 'shop.py'}:products"
SHOPIFY = str(ROOT / "examples" / "orders" / "shopify_order.json")
WOOCOMMERCE = str(ROOT / "examples" / "orders" / "woocommerce_order.json")

NATIVE: dict[str, Any] = {
    "aftercare": 1,
    "at": "2026-11-23T12:00:00+01:00",
    "order": {
        "currency": "EUR",
        "lines": [
            {
                "id": "1",
                "product": {"sku": "COFFEE-ETH", "categories": ["coffee"], "attributes": {"grams": 250}},
                "quantity": 2,
                "unit_price": "9.90",
                "tax": "23",
            },
        ],
        "shipments": [{"id": "parcel", "method": "standard", "tax": "23"}],
        "charges": [{"id": "bag", "amount": "0.25", "name": "Paper bag"}],
    },
}


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Run:
    """What a command that works prints; it prints nothing else."""

    def run(*words: str) -> str:
        status = main(["price", *words])
        out, err = capsys.readouterr()
        assert (0, "") == (status, err)
        return out

    return run


@pytest.fixture
def refused(capsys: pytest.CaptureFixture[str]) -> Run:
    """What a command that cannot work says; it prints nothing else."""

    def run(*words: str) -> str:
        status = main(["price", *words])
        out, err = capsys.readouterr()
        assert (2, "") == (status, out)
        assert err.startswith("aftercare: ")
        assert "Traceback" not in err
        return err.removeprefix("aftercare: ")

    return run


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str, str | bytes | dict[str, Any]], str]:
    """Writes a file and gives its path."""

    def write(name: str, content: str | bytes | dict[str, Any]) -> str:
        text = json.dumps(content) if isinstance(content, dict) else content
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return str(path)

    return write


def native(**order: Any) -> dict[str, Any]:
    """The native document with another order."""
    return {**NATIVE, "order": {**NATIVE["order"], **order}}


def native_line(**line: Any) -> dict[str, Any]:
    """The native document with another line."""
    return native(lines=[{**NATIVE["order"]["lines"][0], **line}])


# --- answers ---------------------------------------------------------------------------------------------------------

TOTALS = {
    # Shopify: 69.85 EUR; WooCommerce without the shop's products: 176.20 PLN; native: 19.80 - 4.95 + 4.95 + 0.25 EUR.
    "be": ("69,85 €", "176,20 PLN", "20,05 €"),
    "en": ("€69.85", "PLN176.20", "€20.05"),
    "ja": ("€69.85", "PLN176.20", "€20.05"),
    "pl": ("69,85 €", "176,20 zł", "20,05 €"),
    "vi": ("69,85 €", "176,20 PLN", "20,05 €"),
}
TOTAL = {"be": "Разам", "en": "Total", "ja": "合計", "pl": "Razem", "vi": "Tổng cộng"}


def test_totals_are_known_in_every_language() -> None:
    """A language that is added needs its totals here."""
    assert set(TOTALS) == set(TOTAL) == set(locales())


@pytest.mark.parametrize("locale", TOTALS)
def test_an_order_is_priced_in_every_language(locale: str, said: Run, file: Callable[..., str]) -> None:
    """The same order has the same total in all languages, whatever document it comes from."""
    orders = (SHOPIFY, WOOCOMMERCE, file("order.json", NATIVE))
    for order, total in zip(orders, TOTALS[locale], strict=True):
        rows = said(BOOK, order, "--locale", locale).splitlines()
        row = next(each for each in rows if each.startswith(f"{TOTAL[locale]} "))
        assert [TOTAL[locale], total] == row.split(maxsplit=len(TOTAL[locale].split()))[-2:] or row.endswith(
            f" {total}"
        )


def test_products_complete_the_order(said: Run) -> None:
    """The shop knows that it is tea that is bought: of three teas one is free."""
    assert "Three teas for two" not in said(BOOK, WOOCOMMERCE)
    assert "Three teas for two" in said(BOOK, WOOCOMMERCE, "--products", PRODUCTS)
    assert "Herbata Assam" in said(BOOK, WOOCOMMERCE, "--products", PRODUCTS, "--locale", "pl")


def test_refusals_are_told_on_request(said: Run) -> None:
    """Each promotion that did not apply has a sentence under a title."""
    plain, full = said(BOOK, SHOPIFY), said(BOOK, SHOPIFY, "--why-not")

    assert full.startswith(plain)
    assert "Offers that did not apply\n" in full
    assert "“Machine week” starts in 21 days, on November 30, 2026." in full


def test_near_misses_are_told(said: Run, file: Callable[..., str]) -> None:
    """The third tea is free: a sentence for people, and for machines the change and what it saves."""
    line = {"id": "1", "product": {"sku": "T", "categories": ["tea"], "attributes": {"grams": 1}}, "quantity": 2}
    order = {**NATIVE["order"], "lines": [{**line, "unit_price": "9.90"}]}
    teas = file("teas.json", {**NATIVE, "order": order})
    told = "Add 1 more “T” item (€9.90): with “Three teas for two” you pay no more in the end."
    (near,) = json.loads(said(BOOK, teas, "--json"))["nearest"]

    assert said(BOOK, teas).endswith(f"\nAlmost there\n  {told}\n")
    assert told == near["text"]
    assert ("three-teas-for-two", "9.90 EUR", "0.00 EUR") == (near["promotion"], near["gain"], near["net"])
    assert ["step.units"] == [each["code"] for each in near["changes"]]


def test_the_instant_is_the_one_given(said: Run) -> None:
    """An instant without an offset is one in the book's zone; Machine week begins there, not in Greenwich."""
    assert "starts today at 12:00 AM" not in said(BOOK, SHOPIFY, "--why-not", "--at", "2026-11-29T23:30")
    assert "“Machine week” starts tomorrow" in said(BOOK, SHOPIFY, "--why-not", "--at", "2026-11-29T23:30")
    assert "“Machine week” starts" not in said(BOOK, SHOPIFY, "--why-not", "--at", "2026-11-29T23:30+00:00")


def test_an_order_without_an_instant_is_priced_now(said: Run, file: Callable[..., str]) -> None:
    """The command line alone reads the clock."""
    answer = json.loads(said(BOOK, file("order.json", {"aftercare": 1, "order": NATIVE["order"]}), "--json"))

    assert answer["at"] > "2026"
    assert "20.05 EUR" == answer["payable"]


def test_the_answer_as_data(said: Run) -> None:
    """Amounts are text with their currency; every promotion has its state, its reasons and their words."""
    answer = json.loads(said(BOOK, SHOPIFY, "--json", "--locale", "pl"), parse_float=pytest.fail)
    promotions = {each["id"]: each for each in answer["promotions"]}
    cup = next(each for each in answer["lines"] if each["sku"] == "CUP")

    assert "2026-11-09T16:10:00+01:00" == answer["at"]
    assert ("69.85 EUR", "17.10 EUR", "56.79 EUR") == (answer["payable"], answer["saved"], answer["net"])
    assert {"rate": "23%", "net": "56.79 EUR", "tax": "13.06 EUR", "gross": "69.85 EUR"} in answer["tax"]
    assert "18.00 EUR" == cup["price"]
    assert 4 == sum(units["count"] for units in cup["units"])
    assert [("standard", "4.95 EUR", "0.00 EUR")] == [
        (each["method"], each["charge"], each["paid"]) for each in answer["shipments"]
    ]
    assert ["SPOON"] == [gift["sku"] for gift in answer["gifts"]]
    assert 29 == len(promotions)
    assert "applied" == promotions["biscuit"]["state"]
    assert [
        {
            "code": "promotion.applied",
            "params": {
                "amount": "1.20 EUR",
                "promotion": promotions["biscuit"]["why"][0]["params"]["promotion"],
            },
            "text": "Uwzględniliśmy promocję „Ciastko od nas”. Oszczędzasz 1,20 €.",
        }
    ] == promotions["biscuit"]["why"]
    assert "not_yet" == promotions["machine-week"]["state"]
    assert ("shopify", True, "86.95 EUR") == (
        answer["payload"]["origin"],
        answer["payload"]["adds_up"],
        answer["payload"]["stated"]["total_price"],
    )


def test_every_reason_and_code_is_data(said: Run) -> None:
    """A promotion that gives two things says both; an entered code has its answer."""
    answer = json.loads(said(BOOK, WOOCOMMERCE, "--json", "--products", PRODUCTS))
    points = next(each for each in answer["promotions"] if each["id"] == "double-points-for-tea")

    assert ["promotion.points_times", "promotion.bonus_points"] == [why["code"] for why in points["why"]]
    assert "code.not_eligible" == answer["codes"]["WITAJ"]["code"]
    assert ["points_times", "bonus_points"] == [reward["kind"] for reward in answer["rewards"]]


def test_charges_are_told(said: Run, file: Callable[..., str]) -> None:
    """A charge stands on the receipt and in the data, by its name there and its id here."""
    order = file("order.json", NATIVE)

    assert any(row.split() == ["Paper", "bag", "€0.25"] for row in said(BOOK, order).splitlines())
    assert [{"id": "bag", "amount": "0.25 EUR", "tax": "0.00 EUR"}] == json.loads(said(BOOK, order, "--json"))[
        "charges"
    ]


def test_the_order_may_come_from_input(said: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Input is read as UTF-8 whatever the terminal speaks, with a byte order mark or without."""
    payload = native_line(product={"sku": "X", "name": "Żółta herbata", "attributes": {"grams": 1}})
    for mark in (b"", b"\xef\xbb\xbf"):
        text = json.dumps(payload, ensure_ascii=False).encode()
        monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(mark + text), encoding="ascii"))
        assert "Żółta herbata" in said(BOOK, "-")


def test_the_payload_is_reported_apart(file: Callable[..., str], capsys: pytest.CaptureFixture[str]) -> None:
    """What the platform's own totals and discounts say goes to standard error: it is not for the customer."""
    payload = json.loads(Path(WOOCOMMERCE).read_text(encoding="utf-8"))
    payload["total"] = "170.20"
    payload["customer_id"] = 0
    payload["coupon_lines"][0]["discount"] = "10.00"

    assert 0 == main(["price", BOOK, file("order.json", payload)])
    out, err = capsys.readouterr()

    assert "170.20" not in out
    assert "aftercare: total: the payload states 170.20 PLN, its parts come to 180.20 PLN\n" in err
    assert "aftercare: WITAJ: the payload's own discount of 10.00 PLN is left out" in err
    assert "aftercare: note: customer_id: a guest: the order has no customer\n" in err
    assert all(row.startswith("aftercare: ") for row in err.splitlines())


def test_a_terminal_without_some_letters_gets_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """What it cannot show is shown by number."""
    terminal = BytesIO()
    monkeypatch.setattr(sys, "stdout", TextIOWrapper(terminal, encoding="ascii", write_through=True))

    assert 0 == main(["price", BOOK, SHOPIFY])
    assert b"\\u20ac69.85" in terminal.getvalue()


def test_output_may_be_any_stream() -> None:
    """A stream of text without an encoding is written as it is."""
    with redirect_stdout(StringIO()) as out:
        status = main(["price", BOOK, SHOPIFY])

    assert 0 == status
    assert "€69.85" in out.getvalue()


def test_the_module_runs() -> None:
    """`python -m aftercare` is the command, and its exit status that of `main`."""
    good = [sys.executable, "-m", "aftercare", "price", BOOK, SHOPIFY]
    done = subprocess.run(good, capture_output=True, check=False)
    failed = subprocess.run([*good, "--at", "noon"], capture_output=True, check=False)

    assert (0, b"") == (done.returncode, done.stderr)
    assert "Second coffee half price" in done.stdout.decode()
    assert (2, b"") == (failed.returncode, failed.stdout)
    assert failed.stderr.startswith(b"aftercare: `noon` is not an instant")


def test_the_file_runs(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Run as a script, it reads its own words and exits with the status."""
    monkeypatch.setattr(sys, "argv", ["aftercare", "price", BOOK, SHOPIFY])

    with pytest.raises(SystemExit) as exit_:
        runpy.run_path(command.__file__, run_name="__main__")

    assert 0 == exit_.value.code
    assert "€69.85" in capsys.readouterr().out


# --- orders that cannot be read --------------------------------------------------------------------------------------


def test_a_missing_order(refused: Run, tmp_path: Path) -> None:
    """A file that is not there, or is none, is named."""
    missing = str(tmp_path / "order.json")

    assert f"`{missing}` cannot be read: No such file or directory\n" == refused(BOOK, missing)
    assert f"`{tmp_path}` cannot be read: Is a directory\n" == refused(BOOK, str(tmp_path))


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b'{"name": "\xff"}', "$: not UTF-8 from byte 10 on: save it as UTF-8"),
        ('{"aftercare": 1,', "$: not JSON: Expecting property name enclosed in double quotes in line 1, column 17"),
        ("", "$: not JSON"),
        ('{"invoice": 1}', "$: allowed: an order of this library"),
        ("[]", "$: "),
        ({"aftercare": 2}, "aftercare: is not a version"),
        (native_line(unit_price=9.90), "order.lines[0].unit_price: "),
        (native_line(unit_price=9), "order.lines[0].unit_price: "),
        (native_line(tax=23), "order.lines[0].tax: "),
        (native_line(prise="9.90"), "order.lines[0].prise: "),
        (native(currency="EURO"), "order.currency: "),
    ],
)
def test_an_order_that_cannot_be_read(content: Any, problem: str, refused: Run, file: Callable[..., str]) -> None:
    """The problem has its place in the document."""
    title, *problems = refused(BOOK, file("order.json", content)).splitlines()

    assert "read" in title or "known" in title
    assert problems[0].startswith(f"  {problem}"), problems


def test_all_problems_are_told_at_once(refused: Run, file: Callable[..., str]) -> None:
    """One run is enough to see everything that is wrong with an order."""
    lines = [
        {"id": "1", "product": {"sku": ""}, "unit_price": "9.90"},
        {"id": "2", "product": {"sku": "CUP"}, "unit_price": 4.5, "quantity": -1},
    ]
    problems = refused(BOOK, file("order.json", native(lines=lines, channel=3))).splitlines()[1:]

    assert {
        "order.lines[0].product.sku",
        "order.lines[1].unit_price",
        "order.lines[1].quantity",
        "order.channel",
    } == {problem.strip().partition(":")[0] for problem in problems}


def test_a_currency_that_the_book_does_not_sell_in(refused: Run, file: Callable[..., str]) -> None:
    """The book says what it sells in."""
    error = refused(BOOK, file("order.json", native(currency="USD")))

    assert "the order is in `USD`, this book sells in `EUR, PLN`" in error


def test_a_delivery_that_nothing_charges(refused: Run, file: Callable[..., str]) -> None:
    """The shipment and its method are named."""
    order = native(shipments=[{"id": "parcel", "method": "drone"}])

    assert "shipment `parcel` by `drone` has no charge" in refused(BOOK, file("order.json", order))


@pytest.mark.parametrize(
    ("at", "problem"),
    [
        ("noon", "`noon` is not an instant"),
        ("2026-11-22", "`2026-11-22` is a day, not an instant"),
    ],
)
def test_an_instant_that_is_none(at: str, problem: str, refused: Run) -> None:
    """A word, and a day without a time."""
    assert problem in refused(BOOK, SHOPIFY, "--at", at)


def test_a_language_without_words(refused: Run) -> None:
    """The languages that there are words for are listed; it is looked at before anything is run."""
    error = refused("missing.py:shop", SHOPIFY, "--locale", "tlh")

    assert "there are no words for the locale `tlh`: allowed: `be`, `en`, `ja`, `pl`, `vi`\n" == error


# --- books that cannot be had ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("named", ["shop.py", ":shop", "shop.py:", ""])
def test_a_book_that_is_not_named(named: str, refused: Run) -> None:
    """A book is named by its file and its name there."""
    assert f"`{named}` names no object of a file: write `file.py:name`\n" == refused(named, SHOPIFY)


def test_a_book_whose_file_is_missing(refused: Run) -> None:
    """The file is named."""
    assert "`nowhere.py` is not a file: " in refused("nowhere.py:shop", SHOPIFY)


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("shopp", "allowed: `shop`; did you mean `shop`?"),
        ("products", "allowed: `shop`"),
    ],
)
def test_a_name_that_is_no_book(name: str, hint: str, refused: Run) -> None:
    """A name that the file does not have, and one of something else: the books of the file are listed."""
    path = BOOK.removesuffix(":shop")

    assert f"`{name}` of `{path}` is not a policy book: {hint}\n" == refused(f"{path}:{name}", SHOPIFY)


def test_a_file_without_books(refused: Run, file: Callable[..., str]) -> None:
    """There is nothing to choose from, and it says so."""
    path = file("empty.py", "")

    assert f"`shop` of `{path}` is not a policy book: the file has none\n" == refused(f"{path}:shop", SHOPIFY)


@pytest.mark.parametrize("content", ["shop = 3", "shop = ['CUP']"])
def test_products_that_are_none(content: str, refused: Run, file: Callable[..., str]) -> None:
    """A number and a list of words are no products."""
    path = file("goods.py", content)

    assert f"`shop` of `{path}` is not a list of products: the file has none\n" == refused(
        BOOK, SHOPIFY, "--products", f"{path}:shop"
    )


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("first = 1\nsecond = first / 0", ", line 2: ZeroDivisionError: division by zero"),
        ("shops = {}\nshop = shops['tea']", ", line 2: KeyError: 'tea'"),
        ("shop =", ": SyntaxError: invalid syntax"),
        ("import sys\nsys.exit('closed')", ", line 2: SystemExit: closed"),
        ("from aftercare import eur\n\n\nprice = eur(1.5)", ", line 4: "),
    ],
)
def test_a_file_that_raises(content: str, problem: str, refused: Run, file: Callable[..., str]) -> None:
    """Whatever the file raises is told with its place in the file."""
    path = file("shop.py", content)

    assert refused(f"{path}:shop", SHOPIFY).startswith(f"`{path}`{problem}")


def test_a_book_with_problems(refused: Run, file: Callable[..., str]) -> None:
    """Every problem of the book is told with its path in the book."""
    path = file(
        "shop.py",
        "from aftercare import *\n"
        "from aftercare import policies\n"
        "sale = Promotion('sale', then=policies.amount_off(eur(5)))\n"
        "shop = PolicyBook('shop', zone='Europe/Atlantis', currencies=['PLN'], promotions=[sale, sale])\n",
    )
    title, *problems = refused(f"{path}:shop", SHOPIFY).splitlines()

    assert f"`{path}`, line 4: book `shop` cannot keep what it promises" == title
    assert ["zone", "promotions[1]", "promotions[0]", "promotions[1]"] == [
        problem.strip().partition(":")[0] for problem in problems
    ]


@pytest.mark.parametrize("words", [[], ["price"], ["price", BOOK], ["return", BOOK, SHOPIFY], ["price", "--loud"]])
def test_words_that_are_no_command(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """How the command is used is told on standard error."""
    with pytest.raises(SystemExit) as exit_:
        main(words)

    assert 2 == exit_.value.code
    assert "usage: python -m aftercare" in capsys.readouterr().err


def test_help(capsys: pytest.CaptureFixture[str]) -> None:
    """The help names every language."""
    with pytest.raises(SystemExit) as exit_:
        main(["price", "--help"])

    assert 0 == exit_.value.code
    assert "be, en, ja, pl, vi" in capsys.readouterr().out
