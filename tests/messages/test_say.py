from __future__ import annotations

import os
import pickle
import subprocess
import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from babel import Locale

from aftercare.messages import say
from aftercare.messages.codes import CODES
from aftercare.money import Money, Percent, eur, jpy, vnd
from aftercare.returns.tenders import CREDIT
from aftercare.statement import Name, Statement
from tests.messages.samples import LOCALES

SUMMER, OUTLET = Name("Summer"), Name("Outlet")
FIRST, LAST = "\u2068", "\u2069"


def blocked(promotion: str) -> Statement:
    """A statement with a name."""
    return Statement("promotion.blocked", promotion=Name(promotion), winner=OUTLET)


def too_little(found: int, needed: int) -> Statement:
    """A statement whose words go with a number."""
    return Statement("cart.quantity.too_little", found=found, needed=needed, missing=needed - found)


def test_names_are_isolated_in_text() -> None:
    """In running text a name stands between isolates, so that its direction does not touch the sentence."""
    assert say(blocked("קיץ"), locale="en") == (f"“{FIRST}קיץ{LAST}” cannot be combined with “{FIRST}Outlet{LAST}”.")


def test_names_are_escaped_in_html() -> None:
    """In HTML a name is text, whatever it looks like."""
    said = say(blocked("<script>'&'</script>"), locale="en", sink="html")

    assert said == (
        "“<bdi>&lt;script&gt;&#x27;&amp;&#x27;&lt;/script&gt;</bdi>” cannot be combined with “<bdi>Outlet</bdi>”."
    )


def test_html_is_known_to_template_engines() -> None:
    """What is said for HTML tells template engines that it is HTML already; other sinks give plain `str`."""
    html = say(blocked("Summer"), locale="pl", sink="html")

    assert html.__html__() == html  # type: ignore[attr-defined]
    assert type(html.__html__()) is str  # type: ignore[attr-defined]
    assert pickle.loads(pickle.dumps(html)) == html  # noqa: S301
    assert type(say(blocked("Summer"), locale="pl")) is str


def test_everything_but_the_markup_of_names_is_escaped() -> None:
    """Words of the catalog, territories and other values are escaped in HTML too."""
    country = Statement("customer.country.excluded", countries=(Name("BA"),))

    said = say(country, locale="en", sink="html", overrides={"en": {"customer.country.excluded": "<b>{countries}</b>"}})

    assert said == "&lt;b&gt;Bosnia &amp; Herzegovina&lt;/b&gt;"


@pytest.mark.parametrize("sink", ["text", "html", "plain"])
def test_direction_controls_and_line_breaks_are_taken_out_of_names(sink: str) -> None:
    """A name cannot turn round the text after it or start a new line, in any sink."""
    said = say(blocked("Sum\u202emer\u2066\u200f\r\n2026-01-01 ERROR"), locale="en", sink=sink)  # type: ignore[arg-type]

    assert "Summer 2026-01-01 ERROR" in said
    assert not set(said) & set("\u202e\u2066\u200f\r\n")


def test_plain_text_has_nothing_invisible() -> None:
    """For logs and SMS every space is a plain one and there is no character without width."""
    said = say(
        Statement("promotion.applied", promotion=Name("Lato\u00ad\u200b"), amount=Money("1234.50", "PLN")),
        locale="pl",
        sink="plain",
    )

    assert said == "Uwzględniliśmy promocję „Lato”. Oszczędzasz 1 234,50 zł."


def test_no_break_spaces_stay_in_text() -> None:
    """In running text a number is not torn from its noun."""
    assert say(too_little(3, 5), locale="pl") == "Dodaj jeszcze 2\u00a0produkty (obecnie: 3, potrzeba: 5)."


@pytest.mark.parametrize(
    ("locale", "name", "said"),
    [
        ("en", "The “best” sale", "The ‘best’ sale"),
        ("pl", "Rabat „Zima”", "Rabat «Zima»"),
        ("be", "Зніжка «Зіма»", "Зніжка „Зіма“"),
        ("ja", "「冬」セール", "『冬』セール"),
        ("vi", "Ưu đãi “Tết”", "Ưu đãi ‘Tết’"),
        ("en", "15” screens", "15” screens"),
    ],
)
def test_quotation_marks_inside_a_name_are_inner_marks(locale: str, name: str, said: str) -> None:
    """Marks that a name brings become those that a language uses inside others; a lone mark stays."""
    assert said in say(blocked(name), locale=locale, sink="plain")


def test_a_name_is_said_in_the_language() -> None:
    """A name with translations is the one of the locale wanted, region before language."""
    name = Name("colour week", en_US="color week", pl="tydzień koloru")
    code = Statement("promotion.code_needed", promotion=name)

    assert "“colour week”" in say(code, locale="en_GB", sink="plain")
    assert "“color week”" in say(code, locale="en-US", sink="plain")
    assert "„tydzień koloru”" in say(code, locale="pl_PL", sink="plain")


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        ("en", "Available only in these countries: Poland and Japan (your country: Vietnam)."),
        ("ja", "対象の国・地域はポーランド、日本です（お客様の国・地域：ベトナム）。"),
        ("pl", "Dostępne tylko w wybranych krajach: Polska i Japonia (Twój kraj: Wietnam)."),
        ("be", "Даступна толькі ў некаторых краінах: Польшча і Японія (Ваша краіна: В’етнам)."),
        ("vi", "Chỉ áp dụng tại các quốc gia: Ba Lan và Nhật Bản (quốc gia của quý khách: Việt Nam)."),
    ],
)
def test_countries_are_said_in_the_language(locale: str, said: str) -> None:
    """A country is a code in the statement and a name in the sentence."""
    needed = Statement("customer.country.needed", countries=(Name("PL"), Name("jp")), found=(Name("VN"),))

    assert say(needed, locale=locale, sink="plain") == said


def test_an_unknown_country_or_currency_is_its_code() -> None:
    """A code that CLDR has no name for is said as it is."""
    country = Statement("customer.country.excluded", countries=(Name("Q9"),))
    currency = Statement("promotion.other_currency", promotion=SUMMER, currency=Name("XBT"))

    assert say(country, locale="en") == "Not available in this country: Q9."
    assert "(XBT)" in say(currency, locale="en")


TENDERS = {
    "en": (
        "€9.00 goes back to: gift card.",
        "Only for orders paid by points or “chit” (yours: card and store credit).",
    ),
    "ja": (
        "9.00ユーロをご返金いたします（ご返金先：ギフトカード）。",
        "お支払い方法がポイントまたは「chit」のご注文に限ります（お客様のお支払い方法：カード、ストアクレジット）。",
    ),
    "pl": (
        "Zwracamy 9,00 € (forma zwrotu: karta podarunkowa).",
        (
            "Tylko dla zamówień, w których sposób płatności to punkty lub „chit” "
            "(Twój sposób płatności: karta płatnicza i środki na zakupy w naszym sklepie)."
        ),
    ),
    "be": (
        "Вернем 9,00 € (куды: падарункавая картка).",
        ("Толькі калі спосаб аплаты заказу — балы ці «chit» (Ваш спосаб аплаты: банкаўская картка і рахунак у краме)."),
    ),
    "vi": (
        "Chúng tôi hoàn 9,00 € qua: thẻ quà tặng.",
        (
            "Chỉ áp dụng cho đơn hàng thanh toán bằng điểm hoặc “chit” "
            "(phương thức thanh toán của quý khách: thẻ thanh toán và số dư mua hàng)."
        ),
    ),
}


@pytest.mark.parametrize(("locale", "said"), TENDERS.items())
def test_tenders_are_said_in_the_language(locale: str, said: tuple[str, str]) -> None:
    """The kinds of tender that the library names are words, those of the shop's own stand as they are written."""
    back = Statement("refund.to_tender", amount=eur(9), tender=Name("gift_card"))
    only = Statement(
        "returns.tender.needed",
        needed=(Name("points"), Name("chit")),
        found=(Name("card"), Name("store_credit")),
    )

    assert said == (say(back, locale=locale, sink="plain"), say(only, locale=locale, sink="plain"))


def test_a_shop_has_its_own_word_for_a_tender() -> None:
    """The word for a kind of tender can be overridden, and an order that nothing paid for names none."""
    back = Statement("refund.to_tender", amount=eur(9), tender=Name("card"))
    own = {"en": {"tender.card": "your bank card"}}

    assert say(back, locale="en", sink="plain", overrides=own) == "€9.00 goes back to: your bank card."
    assert say(Statement("returns.tender.excluded", found=()), locale="ja", sink="plain")


@pytest.mark.parametrize("kind", sorted(CREDIT))
def test_every_kind_that_the_library_knows_has_a_word(kind: str) -> None:
    """What the library counts as the shop's own credit has a word in the catalogs."""
    assert f"tender.{kind}" in CODES


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        ("en", "Only for this customer group: “A”, “B”, or “C”."),
        ("en_GB", "Only for this customer group: “A”, “B” or “C”."),
        ("ja", "お客様グループ「A」、「B」、または「C」の方に限ります。"),
        ("pl", "Tylko dla grupy klientów „A”, „B” lub „C”."),
        ("be", "Толькі для групы кліентаў «A», «B» ці «C»."),
        ("vi", "Chỉ áp dụng cho nhóm khách hàng “A”, “B” hoặc “C”."),
    ],
)
def test_names_are_listed_in_the_manner_of_the_language(locale: str, said: str) -> None:
    """Names of which one is needed are joined by the language's *or*, each in its marks."""
    needed = Statement("customer.group.needed", needed=(Name("A"), Name("B"), Name("C")), found=())

    assert say(needed, locale=locale, sink="plain") == said


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        ("en", "Only for Silver or Gold members (your tier: Basic)."),
        ("ja", "対象はSilver会員またはGold会員のお客様です（現在のランク：Basic）。"),
        ("pl", "Potrzebny jest status Silver lub Gold (Twój status: Basic)."),
        ("be", "Патрэбны статус «Silver» ці «Gold» (Ваш статус: «Basic»)."),
        ("vi", "Chỉ áp dụng cho thành viên hạng Silver hoặc Gold (hạng hiện tại của quý khách: Basic)."),
    ],
)
def test_tiers_stand_in_marks_in_belarusian_only(locale: str, said: str) -> None:
    """A tier is written without marks, but for Belarusian."""
    needed = Statement("customer.tier.needed", needed=(Name("Silver"), Name("Gold")), found=Name("Basic"))

    assert say(needed, locale=locale, sink="plain") == said


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        ("en", "Available only on Monday and Sunday."),
        ("ja", "月曜日、日曜日に限ります。"),
        ("pl", "Dostępne tylko w wybrane dni tygodnia: poniedziałek i niedziela."),
        ("be", "Даступна толькі ў пэўныя дні тыдня: панядзелак і нядзеля."),
        ("vi", "Chỉ áp dụng vào Thứ Hai và Chủ Nhật."),
    ],
)
def test_weekdays_are_named(locale: str, said: str) -> None:
    """One is Monday and seven is Sunday."""
    assert say(Statement("clock.weekday.needed", weekdays=(1, 7)), locale=locale) == said


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        ("en", "It opens again on December 28, 2026 at 9:05 AM."),
        ("en_GB", "It opens again on 28 December 2026 at 09:05."),
        ("ja", "次回は2026年12月28日 9:05に始まります。"),
        ("pl", "Wróci 28 grudnia 2026 o 09:05."),
        ("be", "Яна зноў пачне дзейнічаць 28 снежня 2026 года ў 09:05."),
        ("vi", "Ưu đãi sẽ mở lại vào lúc 09:05 ngày 28 tháng 12 năm 2026."),
    ],
)
def test_an_instant_is_told_in_its_own_zone(locale: str, said: str) -> None:
    """The day and the hour are those of the clock on the shop's wall."""
    opens = datetime(2026, 12, 28, 9, 5, tzinfo=ZoneInfo("Asia/Tokyo"))
    statement = Statement("promotion.closed_now", promotion=SUMMER, opens=opens)

    assert say(statement, locale=locale, sink="plain").endswith(said)


@pytest.mark.parametrize(
    ("locale", "money", "said"),
    [
        ("ja", jpy(1500), "1,500円お得"),
        ("ja", eur("4.95"), "4.95ユーロお得"),
        ("vi", vnd(30000), "Tiết kiệm 30.000 ₫"),
        ("be", Money("12.40", "BYN"), "Вы эканоміце 12,40 Br"),
        ("pl", Money("12.40", "PLN"), "Oszczędzasz 12,40 zł"),
        ("en", eur("4.95"), "You save €4.95"),
    ],
)
def test_amounts_are_written_as_in_sentences(locale: str, money: Money, said: str) -> None:
    """Japanese names the currency; the others write its symbol."""
    assert say(Statement("receipt.you_save", amount=money), locale=locale, sink="plain") == said


@pytest.mark.parametrize(
    ("locale", "said"), [("be", "(12,5\u00a0%)"), ("pl", "(12,5%)"), ("en", "(12.5%)"), ("ja", "（12.5%）")]
)
def test_percentages_are_written_with_all_their_digits(locale: str, said: str) -> None:
    """Belarusian has a no-break space before the sign; nothing is rounded."""
    assert say(Statement("receipt.tax_included", rate=Percent("12.5")), locale=locale).endswith(said)


@pytest.mark.parametrize(
    ("times", "said"),
    [
        (1, "1 раз больш"),
        (2, "2 разы больш"),
        (5, "5 разоў больш"),
        (21, "21 раз больш"),
        (Decimal("1.5"), "1,5 раза больш"),
        (Decimal("2.0"), "2 разы больш"),
        (Decimal("2.50"), "2,5 раза больш"),
        (Decimal("0.123456789"), "0,123456789 раза больш"),
        (Decimal("1E+1"), "10 разоў больш"),
    ],
)
def test_the_plural_goes_with_the_digits_shown(times: Decimal | int, said: str) -> None:
    """A number is shown with all its digits and without zeros at the end, and its noun agrees with what is shown."""
    statement = Statement("promotion.points_times", promotion=SUMMER, times=times)

    assert said in say(statement, locale="be", sink="plain")


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        ("en", "“Summer” does not apply. Add 1 more item (you have 1, you need 2). Please sign in."),
        (
            "ja",
            "「Summer」は現在適用されておりません。商品をあと1点ご購入いただく必要があります（現在1点、必要点数2点）。ログインをお願いいたします。",
        ),
        ("pl", "Nie uwzględniliśmy promocji „Summer”. Dodaj jeszcze 1 produkt (obecnie: 1, potrzeba: 2). Zaloguj się."),
    ],
)
def test_reasons_are_sentences_one_after_another(locale: str, said: str) -> None:
    """Reasons follow as sentences, each said once however many conditions ask the same."""
    sign_in = Statement("customer.unknown")
    statement = Statement("promotion.not_eligible", promotion=SUMMER, reasons=(too_little(1, 2), sign_in, sign_in))

    assert say(statement, locale=locale, sink="plain") == said


def test_without_reasons_no_space_is_left() -> None:
    """A promotion that is refused without a reason given ends with its own sentence."""
    statement = Statement("promotion.not_eligible", promotion=SUMMER, reasons=())

    assert say(statement, locale="en", sink="plain") == "“Summer” does not apply."


def test_choices_are_numbered() -> None:
    """Alternatives stand under numbers, those inside one under longer numbers, and nothing follows them."""
    staff, code = Statement("customer.staff.needed"), Statement("cart.code.needed", needed=(Name("X"),), found=())
    inner = Statement("conditions.any", parts=(staff, code))
    both = Statement("conditions.all", parts=(inner, too_little(1, 2)))
    statement = Statement("conditions.at_least_of", needed=2, parts=(staff, both, code))

    assert say(statement, locale="en") == (
        "At least 2 of these are needed: 1) Only for staff. "
        "2) Add 1 more item (you have 1, you need 2). One of these is enough: 2.1) Only for staff. "
        "2.2) Enter a discount code. 3) Enter a discount code."
    )
    assert say(inner, locale="ja") == (
        "次のいずれかの条件を満たす必要があります：（1）従業員限定です。（2）クーポンコードをご入力ください。"
    )


def test_the_codes_that_open_a_promotion_are_not_told() -> None:
    """Asking for a code never says which."""
    needed = Statement("cart.code.needed", needed=(Name("SECRET"),), found=(Name("OLD"),))

    assert [locale for locale in LOCALES if "SECRET" in say(needed, locale=locale)] == []


def test_an_abbreviation_at_the_end_brings_no_second_full_stop() -> None:
    """A value that ends in a full stop ends the sentence with it."""
    opens = datetime(2026, 12, 28, 9, 5, tzinfo=UTC)
    said = say(Statement("promotion.starts_today", promotion=SUMMER, time=opens), locale="en_CA", sink="plain")

    assert said == "“Summer” starts today at 9:05 a.m."


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ("pl_PL", "Dostępne od 28 grudnia 2026."),
        ("pl-PL", "Dostępne od 28 grudnia 2026."),
        ("pl_DE", "Dostępne od 28 grudnia 2026."),
        ("be-tarask", "Даступна з 28 снежня 2026 года."),
        ("en_US.UTF-8", "Available from December 28, 2026."),
        ("en_GB", "Available from 28 December 2026."),
        ("en-150", "Available from 28 December 2026."),
        ("JA_jp", "2026年12月28日からご利用いただけます。"),
    ],
)
def test_dates_go_with_the_words(wanted: str, said: str) -> None:
    """A date is written as in the language of the sentence, and as in the region when there is one for the language."""
    statement = Statement("clock.date.too_early", earliest=date(2026, 12, 28))

    assert say(statement, locale=wanted) == said


def test_a_locale_of_babel_is_a_locale() -> None:
    """Hosts that hold a `babel.Locale` hand it over as it is."""
    assert say(Statement("receipt.total"), locale=Locale("pl", "PL")) == "Razem"


@pytest.mark.parametrize("locale", ["de", "ru", "C", "", "xx_PL"])
def test_a_locale_without_words_is_refused(locale: str) -> None:
    """A language that is not shipped is an error that names those which are."""
    with pytest.raises(LookupError, match=f"no words for the locale `{locale}`: allowed: `be`, `en`, `ja`, `pl`, `vi`"):
        say(Statement("receipt.total"), locale=locale)


def test_an_unknown_code_is_refused() -> None:
    """A code without a text is an error that names the code and the locale, also inside another."""
    nested = Statement("conditions.all", parts=(Statement("promotion.aplied"),))

    for statement in (Statement("promotion.aplied"), nested):
        with pytest.raises(LookupError, match=r"`promotion.aplied` has no text in `pl`: .*mean `promotion.applied`\?"):
            say(statement, locale="pl_PL")


def test_a_missing_parameter_is_refused() -> None:
    """A parameter that the text needs is asked for by name."""
    with pytest.raises(LookupError, match=r"`promotion\.applied` needs the parameter `amount` to be said in `ja`"):
        say(Statement("promotion.applied", promotion=SUMMER), locale="ja")
    with pytest.raises(LookupError, match="needs the parameter `missing` to be said in `be`"):
        say(Statement("cart.quantity.too_little", found=1), locale="be")


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        (Statement("receipt.you_save", amount=3), "money"),
        (Statement("receipt.tax_added", rate=3), "percent"),
        (Statement("receipt.unit_price", count=Decimal(1), price=eur(1)), "count"),
        (Statement("promotion.bonus_points", promotion=SUMMER, count=eur(1)), "count"),
        (Statement("clock.date.too_early", earliest=datetime(2026, 1, 1, tzinfo=UTC)), "date"),
        (Statement("promotion.starts_today", promotion=SUMMER, time=date(2026, 1, 1)), "time"),
        (Statement("promotion.code_needed", promotion=1), "name"),
        (Statement("cart.channel.excluded", found=(1, 2)), "names"),
        (Statement("cart.channel.excluded", found=SUMMER), "names"),
        (Statement("refund.to_tender", amount=eur(1), tender=(Name("card"),)), "tender"),
        (Statement("returns.tender.excluded", found=Name("card")), "tenders"),
        (Statement("returns.tender.needed", needed=(1,), found=()), "any tender"),
        (Statement("clock.weekday.needed", weekdays=(0, 1)), "weekdays"),
        (Statement("customer.country.excluded", countries=(1,)), "countries"),
        (Statement("customer.tier.needed", needed=(1,), found=SUMMER), "any tier"),
        (Statement("conditions.any", parts=(1,)), "choices"),
        (Statement("conditions.all", parts=SUMMER), "sentences"),
    ],
)
def test_a_parameter_of_another_kind_is_refused(statement: Statement, kind: str) -> None:
    """A value that is not of the parameter's kind is never squeezed into a sentence."""
    with pytest.raises(TypeError, match=f"parameter `.*` of `{statement.code}` is `.*`: it takes {kind} to be said in"):
        say(statement, locale="en")


def test_an_unknown_sink_is_refused() -> None:
    """There are three sinks."""
    with pytest.raises(ValueError, match=r"`htm` is no sink: allowed: `html`, `plain`, `text`; did you mean `html`\?"):
        say(Statement("receipt.total"), locale="en", sink="htm")  # type: ignore[arg-type]


def test_the_environment_makes_no_difference() -> None:
    """The same statement is the same text whatever locale the machine is set to."""
    program = (
        "from aftercare.messages import say; from aftercare.statement import *; from aftercare.money import *;"
        "from datetime import date;"
        "s = Statement('promotion.lost', promotion=Name('A'), winner=Name('B'), amount=eur('1234.5'));"
        "print(ascii([say(s, locale=each) for each in ('be', 'en', 'ja', 'pl', 'vi')]))"
    )

    def run(**settings: str) -> str:
        environment = {key: value for key, value in os.environ.items() if not key.startswith(("LC_", "LANG"))}
        command = [sys.executable, "-c", program]
        return subprocess.run(command, env=environment | settings, check=True, capture_output=True, text=True).stdout

    assert run(LC_ALL="C") == run(LC_ALL="pl_PL.UTF-8", LC_MONETARY="ja_JP.UTF-8", LANGUAGE="be")


def test_babel_is_imported_when_something_is_said() -> None:
    """Importing the messages does not import Babel."""
    program = "import sys, aftercare.messages; sys.exit('babel' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
