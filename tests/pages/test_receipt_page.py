"""The receipt for people: every part stands in its row, in every language, and amounts stand one below the other."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from unicodedata import east_asian_width, normalize

import pytest

from aftercare import (
    Charge,
    Line,
    Money,
    Name,
    Order,
    PolicyBook,
    Product,
    Promotion,
    Shipment,
    UnitPrice,
    cart,
    customer,
    eur,
    jpy,
    policies,
)
from aftercare.messages import locales
from aftercare.pages import receipt_text
from aftercare.pages.receipt_page import WIDTH

if TYPE_CHECKING:
    from aftercare import Decision
    from aftercare.policies.stacking import Entry

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
CUP = Product("CUP", name=Name("Cup", be="Кубак", ja="カップ", pl="Filiżanka", vi="Cốc"))
CUPS = Line("1", CUP, 2, unit_price=eur(3), tax=23)
SALE = Promotion(
    "sale",
    title=Name("Sale", be="Распродаж", ja="セール", pl="Wyprzedaż", vi="Khuyến mãi"),
    then=policies.percent_off(10),
)
TENTH = eur("0.60")


def priced(*promotions: Entry, lines: list[Line] | None = None, currency: str = "EUR", **order: Any) -> Decision:
    """Two cups at 3.00, or other lines, under *promotions*."""
    book = PolicyBook("shop", zone="UTC", currencies=[currency], promotions=promotions)
    return book.price(Order([CUPS] if lines is None else lines, currency=currency, **order), at=NOON)


def rows(decision: Decision, locale: str = "en", *, refusals: bool = False) -> list[str]:
    """The rows of the receipt, spaces made one."""
    return [" ".join(row.split()) for row in receipt_text(decision, locale=locale, refusals=refusals).splitlines()]


def columns(text: str) -> int:
    """How wide a fixed-width font sets *text*."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in normalize("NFC", text))


# --- the whole -------------------------------------------------------------------------------------------------------


def test_a_receipt() -> None:
    """Goods with what was taken off them, gifts, deliveries, charges, the total with its tax, and the reasons."""
    spoon = policies.gift("SPOON", value=eur(2), name="Spoon")
    decision = priced(
        SALE,
        Promotion("spoon", title="A spoon", then=(spoon, policies.bonus_points(50))),
        Promotion("ship", title="Delivery for less", then=policies.shipping_amount_off(eur(1))),
        Promotion("staff", title="Staff rate", when=customer.staff, then=policies.percent_off(20)),
        shipments=[Shipment("s", "standard", eur("4.95"), tax=23)],
        charges=[Charge("bag", eur("0.20"), name="Paper bag"), Charge("fee", eur("-0.10"))],
        codes=["SALE"],
    )

    # 6.00 - 0.60 + 4.95 - 1.00 + 0.20 - 0.10 = 9.45, of which 9.35 bear tax: 9.35 x 23 / 123 = 1.748.
    assert """\
Receipt

2 × €3.00  Cup                                                     €6.00
  Sale                                                            -€0.60
1 × €2.00  Spoon                                                    Gift
Delivery  standard                                                 €4.95
  Delivery for less                                               -€1.00
Paper bag                                                          €0.20
Fees                                                              -€0.10

Total                                                              €9.45
  Including tax (23%)                                              €1.75
You save €1.60

Your gift with “A spoon”: 1 × “Spoon”.
With “A spoon” you earn 50 extra points.
“Sale” is applied: you save €0.60.
“Delivery for less” is applied: you save €1.00.

We do not know the code “SALE”. Please check the spelling.

Offers that did not apply
  “Staff rate” does not apply. Please sign in.""" == receipt_text(decision, locale="en", refusals=True)


SAID = {
    "be": ["Чэк", "", "2 × 3,00 € Кубак 6,00 €", "Распродаж -0,60 €", "", "Разам 5,40 €"],
    "en": ["Receipt", "", "2 × €3.00 Cup €6.00", "Sale -€0.60", "", "Total €5.40"],
    "ja": ["レシート", "", "2点 × €3.00 カップ €6.00", "セール -€0.60", "", "合計 €5.40"],
    "pl": ["Paragon", "", "2 × 3,00 € Filiżanka 6,00 €", "Wyprzedaż -0,60 €", "", "Razem 5,40 €"],
    "vi": ["Hóa đơn", "", "2 × 3,00 € Cốc 6,00 €", "Khuyến mãi -0,60 €", "", "Tổng cộng 5,40 €"],
}


@pytest.mark.parametrize("locale", locales())
def test_a_receipt_in_every_language(locale: str) -> None:
    """Names, amounts and words are those of the language."""
    assert SAID[locale] == rows(priced(SALE), locale)[:6]


@pytest.mark.parametrize("locale", locales())
def test_amounts_stand_one_below_the_other(locale: str) -> None:
    """Every row with an amount ends in the same column, however wide its letters are."""
    decision = priced(SALE, shipments=[Shipment("s", "standard", eur(5))], charges=[Charge("fee", eur(1))])
    first, second, *_ = receipt_text(decision, locale=locale).split("\n\n")[1:]
    ends = {columns(row) for row in [*first.splitlines(), *second.splitlines()[:2]]}

    assert {WIDTH} == ends


def test_a_locale_may_have_a_territory() -> None:
    """Numbers are those of the territory, words those of the language; an encoding is no part of it."""
    assert rows(priced(SALE), "pl") == rows(priced(SALE), "pl-PL.UTF-8")
    assert "2 × €3.00 Cup €6.00" in rows(priced(SALE), "en_GB")


def test_a_language_without_words_is_refused() -> None:
    """No other language stands in for it."""
    with pytest.raises(LookupError, match="there are no words for the locale `tlh`"):
        receipt_text(priced(), locale="tlh")


# --- lines -----------------------------------------------------------------------------------------------------------


def test_an_empty_order() -> None:
    """Nothing costs nothing, and there is nothing to explain."""
    assert ["Receipt", "", "", "Total €0.00"] == rows(priced(lines=[]))


def test_what_is_taken_off_a_line_is_one_row_a_promotion() -> None:
    """Units that differ by a cent are not told apart: 0.05 off three cups is one row."""
    five = Promotion("five", title="Five cents", then=policies.amount_off(eur("0.05")))
    decision = priced(five, lines=[Line("1", CUP, 3, unit_price=eur(3))])

    assert ["3 × €3.00 Cup €9.00", "Five cents -€0.05"] == rows(decision)[2:4]


def test_a_price_finer_than_money_is_told_for_the_line() -> None:
    """Forty screws at 0.0125 are 0.50: units of one and of two cents have no common price."""
    screws = Line("1", Product("SCREW"), 40, unit_price=UnitPrice("0.0125", "EUR"))

    assert "40 × SCREW €0.50" == rows(priced(lines=[screws]))[2]
    assert "40点 SCREW €0.50" == rows(priced(lines=[screws]), "ja")[2]


def test_amounts_in_yen() -> None:
    """A currency without minor units has none on the receipt; prose names the currency, columns show its sign."""
    decision = priced(SALE, lines=[Line("1", CUP, 2, unit_price=jpy(300))], currency="JPY")

    assert "2点 × ¥300 カップ ¥600" == normalize("NFKC", rows(decision, "ja")[2])
    assert "「セール」が適用され、60円お得になりました。" in rows(decision, "ja")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Cup\nTotal €0.00", "2 × €3.00 Cup Total €0.00 €6.00"),
        ("\x1b[31mred\x1b[0m", "2 × €3.00 [31mred [0m €6.00"),
        ("\u202eabc", "2 × €3.00 abc €6.00"),
    ],
)
def test_a_name_cannot_write_rows_of_its_own(name: str, shown: str) -> None:
    """Line breaks, escape sequences and marks of direction in a name do nothing."""
    assert shown in rows(priced(lines=[Line("1", Product("CUP", name=name), 2, unit_price=eur(3))]))


def test_letters_upon_letters_take_no_column() -> None:
    """Vietnamese may be written with marks apart from their letters."""
    apart = Product("COC", name=normalize("NFD", "Cốc sứ"))
    rows_ = receipt_text(priced(lines=[Line("1", apart, unit_price=eur(3))]), locale="vi").splitlines()

    assert WIDTH == columns(rows_[2])


@pytest.mark.parametrize("name", ["A cup with a handle, a saucer and a spoon " * 3, "カップとソーサー" * 12, "x" * 200])
def test_a_long_name_takes_several_rows(name: str) -> None:
    """No row is too wide, nothing is lost, and the amount stands in the last one."""
    decision = priced(lines=[Line("1", Product("CUP", name=name), 2, unit_price=eur(3))])
    above, *more = receipt_text(decision, locale="en").split("\n\n")[1].splitlines()

    assert more
    assert max(columns(row) for row in (above, *more)) == WIDTH == columns(more[-1])
    assert all(row.startswith("    ") for row in more)
    assert f"2×€3.00{name}€6.00".replace(" ", "") == "".join("".join((above, *more)).split())


# --- delivery, gifts, taxes ------------------------------------------------------------------------------------------


def test_every_delivery_has_its_method() -> None:
    """Two parcels are two rows; one that costs nothing says so."""
    decision = priced(shipments=[Shipment("a", "express", eur(9)), Shipment("b", "pickup", eur(0))])

    assert ["Delivery express €9.00", "Free delivery pickup €0.00"] == rows(decision)[3:5]


def test_delivery_that_a_promotion_pays() -> None:
    """The charge and what was taken off it both stand there."""
    free = Promotion("free", title="Ships free", then=policies.free_shipping())
    decision = priced(free, shipments=[Shipment("a", "standard", eur(5))])

    assert ["Delivery standard €5.00", "Ships free -€5.00"] == rows(decision)[3:5]


def test_tax_is_added_to_net_prices() -> None:
    """Net goods, then the tax of each rate, then the total; a rate without tax has no row."""
    lines = [
        CUPS,
        Line("2", Product("BOOK"), unit_price=eur(10), tax=5),
        Line("3", Product("STAMP"), unit_price=eur(1)),
    ]
    decision = priced(lines=lines, prices="net")

    # 6.00 x 23 % = 1.38, 10.00 x 5 % = 0.50
    assert [
        "Total without tax €17.00",
        "Plus tax (5%) €0.50",
        "Plus tax (23%) €1.38",
        "Total €18.88",
    ] == rows(decision)[6:]


def test_tax_is_told_where_it_is_included() -> None:
    """The tax of each rate stands below the total."""
    lines = [CUPS, Line("2", Product("BOOK"), unit_price=eur(10), tax=5)]

    # 6.00 x 23 / 123 = 1.121; 10.00 x 5 / 105 = 0.476
    assert ["Total €16.00", "Including tax (5%) €0.48", "Including tax (23%) €1.12"] == rows(priced(lines=lines))[5:]


# --- reasons ---------------------------------------------------------------------------------------------------------


def test_what_a_floor_swallowed_is_told() -> None:
    """A minimum price keeps a part of the discount, and the customer reads how much."""
    dear = Product("CUP", name="Cup", minimum_price=eur("2.80"))
    decision = priced(SALE, lines=[Line("1", dear, 2, unit_price=eur(3))])

    assert "“Sale” is applied: you save €0.40." in rows(decision)
    assert any("€0.20 of the “Sale” discount could not be given" in row for row in rows(decision))


def test_a_sentence_is_said_once() -> None:
    """Two promotions of one name and one gift are not told twice."""
    spoons = [Promotion(id_, title="A spoon", then=policies.gift("SPOON", value=eur(1))) for id_ in ("a", "b")]

    assert 1 == rows(priced(*spoons)).count("Your gift with “A spoon”: 1 × “SPOON”.")


def test_a_code_that_was_not_used_is_told_once() -> None:
    """What is said of the code is not said of its promotion again."""
    welcome = Promotion("welcome", title="Welcome", codes="HI", when=cart.amount().at_least(eur(10)), then=SALE.then)
    told = rows(priced(welcome, codes=["HI"]), refusals=True)

    assert 1 == sum("Welcome" in row for row in told)
    assert "Offers that did not apply" not in told
    assert "Offers that did not apply" in rows(priced(welcome), refusals=True)


def test_refusals_are_told_on_request() -> None:
    """By default only what was given is explained; a title stands above the rest, if there is any."""
    never = Promotion("staff", title="Staff rate", when=customer.staff, then=policies.percent_off(20))

    assert not any("Staff rate" in row for row in rows(priced(SALE, never)))
    assert any("Staff rate" in row for row in rows(priced(SALE, never), refusals=True))
    assert "Offers that did not apply" not in rows(priced(SALE), refusals=True)


def test_what_is_saved_is_told_where_something_is() -> None:
    """Without a discount there is no such row."""
    assert "You save €0.60" in rows(priced(SALE))
    assert TENTH == priced(SALE).saved
    assert not any("save" in row for row in rows(priced()))


def test_the_smallest_amount() -> None:
    """A cent is a cent."""
    assert "1 × €0.01 X €0.01" in rows(priced(lines=[Line("1", Product("X"), unit_price=Money("0.01", "EUR"))]))


def test_near_misses_are_told_on_request() -> None:
    """The three best stand in a section of their own; without any there is no section."""
    offers = [
        Promotion(id_, title=id_, codes=[id_], advertised=True, then=policies.amount_off(eur(n)))
        for n, id_ in enumerate(("One", "Two", "Three", "Four"), 1)
    ]
    near = receipt_text(priced(*offers), locale="en", nearest=True).partition("Almost there\n")[2]

    assert (
        """\
  Enter the code “Four”: with “Four” you pay €4.00 less in the end.
  Enter the code “Three”: with “Three” you pay €3.00 less in the end.
  Enter the code “Two”: with “Two” you pay €2.00 less in the end."""
        == near
    )
    assert "Almost there" not in receipt_text(priced(*offers), locale="en")
    assert "Almost there" not in receipt_text(priced(SALE), locale="en", nearest=True)
