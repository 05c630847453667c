from __future__ import annotations

from datetime import date

import pytest

from aftercare.messages import say
from aftercare.money import Money
from aftercare.statement import Name, Statement

AMOUNTS = {
    "en": Money("4.95", "EUR"),
    "ja": Money("500", "JPY"),
    "pl": Money("12.40", "PLN"),
    "be": Money("12.40", "BYN"),
    "vi": Money("30000", "VND"),
}
DAY = date(2026, 12, 28)
SUMMER, OUTLET = Name("Summer"), Name("Outlet")

APPLIED = {
    "en": "“Summer” is applied: you save €4.95.",
    "ja": "「Summer」が適用され、500円お得になりました。",
    "pl": "Uwzględniliśmy promocję „Summer”. Oszczędzasz 12,40 zł.",
    "be": "Улічана акцыя «Summer». Вы эканоміце 12,40 Br.",
    "vi": "Đã áp dụng ưu đãi “Summer”: quý khách tiết kiệm được 30.000 ₫.",
}
LOST = {
    "en": "“Outlet” saves you €4.95 more, so we used it instead of “Summer”.",
    "ja": "「Outlet」のほうが500円お得なため、「Summer」ではなくこちらを適用いたしました。",
    "pl": "Promocja „Outlet” jest dla Ciebie korzystniejsza o 12,40 zł, dlatego nie uwzględniliśmy promocji „Summer”.",
    "be": "Акцыя «Outlet» выгаднейшая для Вас на 12,40 Br, таму акцыю «Summer» мы не ўлічылі.",
    "vi": "Ưu đãi “Outlet” giúp quý khách tiết kiệm thêm 30.000 ₫, nên ưu đãi “Summer” không được áp dụng.",
}
NO_POINTS = {
    "en": "“Summer” earns no points.",
    "ja": "「Summer」はポイント付与の対象外です。",
    "pl": "Za zakupy w promocji „Summer” nie naliczamy punktów.",
    "be": "Балы за пакупкі па акцыі «Summer» не налічваюцца.",
    "vi": "Sản phẩm mua theo ưu đãi “Summer” không được tích điểm.",
}
STARTS = {
    ("en", 1): "“Summer” starts in 1 day, on December 28, 2026.",
    ("en", 3): "“Summer” starts in 3 days, on December 28, 2026.",
    ("ja", 3): "「Summer」は3日後の2026年12月28日に始まります。",
    ("pl", 1): "Promocja „Summer” zacznie się za 1 dzień, 28 grudnia 2026.",
    ("pl", 22): "Promocja „Summer” zacznie się za 22 dni, 28 grudnia 2026.",
    ("pl", 25): "Promocja „Summer” zacznie się za 25 dni, 28 grudnia 2026.",
    ("be", 3): "Акцыя «Summer» пачнецца праз 3 дні, 28 снежня 2026 года.",
    ("be", 21): "Акцыя «Summer» пачнецца праз 21 дзень, 28 снежня 2026 года.",
    ("be", 25): "Акцыя «Summer» пачнецца праз 25 дзён, 28 снежня 2026 года.",
    ("vi", 3): "Ưu đãi “Summer” sẽ bắt đầu sau 3 ngày nữa, vào ngày 28 tháng 12 năm 2026.",
}
MORE_UNITS = {
    ("pl", 1): "Dodaj jeszcze 1 produkt (obecnie: 0, potrzeba: 1).",
    ("pl", 22): "Dodaj jeszcze 22 produkty (obecnie: 0, potrzeba: 22).",
    ("pl", 25): "Dodaj jeszcze 25 produktów (obecnie: 0, potrzeba: 25).",
    ("be", 21): "Дадайце яшчэ 21 тавар (цяпер: 0, трэба: 21).",
    ("be", 22): "Дадайце яшчэ 22 тавары (цяпер: 0, трэба: 22).",
    ("be", 25): "Дадайце яшчэ 25 тавараў (цяпер: 0, трэба: 25).",
}
LAST_ORDER = {
    ("pl", 1): "Od Twojego ostatniego zamówienia minął 1 dzień (limit: 30).",
    ("pl", 3): "Od Twojego ostatniego zamówienia minęły 3 dni (limit: 30).",
    ("pl", 45): "Od Twojego ostatniego zamówienia minęło 45 dni (limit: 30).",
    ("be", 31): "З Вашага апошняга заказу прайшоў 31 дзень (максімум: 30).",
    ("be", 32): "З Вашага апошняга заказу прайшлі 32 дні (максімум: 30).",
    ("be", 35): "З Вашага апошняга заказу прайшло 35 дзён (максімум: 30).",
}
TO_DO = {
    "en": "Collect 3 more of “nights” (so far 7 of 10). Add “birthday” to your profile.",
    "ja": "「nights」があと3必要です（現在7、必要値10）。会員情報への「birthday」のご登録が必要です。",
    "pl": "Zwiększ wartość „nights” o 3 (dotychczas: 7, potrzeba: 10). Uzupełnij swój profil o „birthday”.",
    "be": "Павялічце паказчык «nights» на 3 (дагэтуль: 7, трэба: 10). Дадайце ў свой профіль: «birthday».",
    "vi": "Quý khách cần thêm 3 “nights” nữa (hiện tại: 7, cần: 10). Quý khách cần bổ sung “birthday” vào hồ sơ.",
}


@pytest.mark.parametrize(("locale", "said"), APPLIED.items())
def test_a_promotion_took_effect(locale: str, said: str) -> None:
    """The shopper reads which promotion it was and what it saves."""
    applied = Statement("promotion.applied", promotion=SUMMER, amount=AMOUNTS[locale])

    assert said == say(applied, locale=locale, sink="plain")


@pytest.mark.parametrize(("locale", "said"), LOST.items())
def test_another_promotion_was_better(locale: str, said: str) -> None:
    """The reason comes first: the other one is better, and by how much."""
    lost = Statement("promotion.lost", promotion=SUMMER, winner=OUTLET, amount=AMOUNTS[locale])

    assert said == say(lost, locale=locale, sink="plain")


@pytest.mark.parametrize(("locale", "said"), NO_POINTS.items())
def test_a_promotion_earns_no_points(locale: str, said: str) -> None:
    """The shopper reads that goods bought so earn nothing."""
    assert said == say(Statement("promotion.earns_no_points", promotion=SUMMER), locale=locale, sink="plain")


@pytest.mark.parametrize(("case", "said"), STARTS.items())
def test_a_promotion_starts_soon(case: tuple[str, int], said: str) -> None:
    """The days are counted forward and agree with their number, and the date stands beside them."""
    locale, count = case
    starts = Statement("promotion.starts_in_days", promotion=SUMMER, count=count, date=DAY)

    assert said == say(starts, locale=locale, sink="plain")


@pytest.mark.parametrize(("case", "said"), MORE_UNITS.items())
def test_some_units_are_missing(case: tuple[str, int], said: str) -> None:
    """The goods stand in the case that goes with the number: Belarusian counts 21 like 1, Polish does not."""
    locale, count = case
    few = Statement("cart.quantity.too_little", found=0, needed=count, missing=count)

    assert said == say(few, locale=locale, sink="plain")


@pytest.mark.parametrize(("case", "said"), LAST_ORDER.items())
def test_the_verb_agrees_with_the_number(case: tuple[str, int], said: str) -> None:
    """Not the noun alone but the verb too follows the number."""
    locale, count = case
    late = Statement("customer.days_since_order.too_much", found=count, most=30, excess=count - 30)

    assert said == say(late, locale=locale, sink="plain")


@pytest.mark.parametrize(("locale", "said"), TO_DO.items())
def test_what_a_tier_needs_is_something_to_do(locale: str, said: str) -> None:
    """After the words that ask for it stands what is to be done, not what was found."""
    needs = (
        Statement("standing.needs.measure", measure=Name("nights"), found=7, needed=10, missing=3),
        Statement("standing.needs.attribute", key=Name("birthday")),
    )
    ahead = Statement("standing.next", tier=Name("gold"), parts=needs)
    unless = Statement("standing.forecast_none", date=DAY, by=DAY, parts=needs)

    assert all(say(each, locale=locale, sink="plain").endswith(said) for each in (ahead, unless))
