from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aftercare.messages import locales, negotiate, resolve_locale


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("pl_PL", "pl"),
        ("pl-PL", "pl"),
        ("PL", "pl"),
        ("be-tarask", "be"),
        ("be_BY.UTF-8", "be"),
        ("be_PL", "be"),
        ("be_BY@latin", "be"),
        ("en_US.UTF-8", "en"),
        ("en-u-nu-arab", "en"),
        ("ja-JP", "ja"),
        ("vi", "vi"),
    ],
)
def test_a_locale_finds_its_language(wanted: str, found: str) -> None:
    """Territories, variants, encodings and extensions are left out until there are words."""
    assert resolve_locale(wanted) == found


@pytest.mark.parametrize("wanted", ["ru", "ru_BY", "uk", "C", "POSIX", "", "x_pl", "plx"])
def test_no_language_stands_in_for_another(wanted: str) -> None:
    """A language without words is refused, however near another one is."""
    with pytest.raises(LookupError, match="there are no words for the locale"):
        resolve_locale(wanted)


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("pl", "pl"),
        ("pl-PL,pl;q=0.9,en-US;q=0.8,en;q=0.7", "pl"),
        ("be-BY", "be"),
        ("be-tarask", "be"),
        ("en;q=0.5, ja;q=0.8", "ja"),
        ("en;q=0.8, ja;q=0.8", "en"),
        ("de, vi;q=0.1", "vi"),
        ("be;q=0, ru, be", "en"),
        ("en;q=0, be;q=0, de, *;q=0.1", "ja"),
        ("*", "en"),
        ("*;q=0", "en"),
        ("ru", "en"),
        ("", "en"),
        (None, "en"),
        ("pl;q=high, ja", "ja"),
        ("ja;q=1.0 , pl ; q = 0.5", "ja"),
        ("../../etc/passwd, <script>, be", "be"),
        ("xx-invalid-tag, x-klingon, pl", "pl"),
        ("be;q=0, en;q=0, ja;q=0, pl;q=0, vi;q=0", "en"),
        ("PL-pl", "pl"),
    ],
)
def test_a_header_finds_a_shipped_language(header: str | None, found: str) -> None:
    """The dearest language that has words wins, a refused one never does, and the default is English."""
    assert negotiate(header) == found


@pytest.mark.parametrize(
    ("header", "available", "found"),
    [
        ("zh-TW", ["en", "zh_Hans", "zh_Hant"], "zh_Hant"),
        ("zh-HK", ["zh-Hans", "zh-Hant"], "zh-Hant"),
        ("zh", ["zh_Hant", "zh_Hans"], "zh_Hans"),
        ("zh-TW", ["en", "zh_Hans"], "en"),
        ("sr-Latn", ["sr", "en"], "en"),
        ("sh", ["en", "sr_Latn"], "sr_Latn"),
        ("no", ["en", "nb"], "nb"),
        ("nb-NO", ["en", "no"], "no"),
        ("pt-PT", ["en", "pt_BR"], "pt_BR"),
        ("pt", ["pt_PT", "pt_BR"], "pt_BR"),
        ("en-GB", ["en_US", "en"], "en"),
        ("en-GB", ["en", "en_GB"], "en_GB"),
        ("iw", ["en", "he"], "he"),
        ("be", ["pl", "ru"], "pl"),
        ("pl", ["de", "EN"], "EN"),
        ("en;q=0, *", ["en_GB", "de"], "de"),
        ("mis", ["de"], "de"),
        ("es-419", ["es_MX", "es_ES"], "es_MX"),
    ],
)
def test_a_header_finds_the_nearest_of_what_is_available(header: str, available: list[str], found: str) -> None:
    """Script and territory count with the likely ones where they are not said; the answer is as it was offered."""
    assert negotiate(header, available) == found


def test_what_the_customer_lists_may_be_russian() -> None:
    """Russian serves a Belarusian only when the customer asks for it."""
    assert negotiate("be-BY,ru;q=0.5", ["en", "ru"]) == "ru"
    assert negotiate("be-BY", ["en", "ru"]) == "en"


def test_something_has_to_be_available() -> None:
    """Without any locale there is nothing to choose."""
    with pytest.raises(LookupError, match="there is no locale available to choose from"):
        negotiate("pl", [])


@given(st.text(alphabet="aepljvi-;q=01.,* _<", max_size=60) | st.text(max_size=60))
def test_any_header_gives_a_locale_that_is_there(header: str) -> None:
    """Whatever a browser sends, the answer is one of the locales available."""
    assert negotiate(header) in locales()
