from __future__ import annotations

import json
import re
from decimal import Decimal
from importlib.resources import files
from typing import Any

import pytest
from babel import Locale

from aftercare.messages import locales, say
from aftercare.messages.codes import CODES, PARTS
from tests.messages.samples import COUNTS, LOCALES, statement

PLACEHOLDER = re.compile(r"\{(\w+)\}")

# Parameters that no catalog tells: what is over a limit that may not be reached (nothing, at the limit itself), how far
# beyond a bound a customer is who cannot do anything about it, and words that are the shop's own business.
UNTOLD = {
    "cart.amount.too_much": {"excess"},
    "cart.amount_of.too_much": {"excess"},
    "cart.amount_some.too_much": {"excess"},
    "cart.channel.needed": {"found"},
    "cart.code.needed": {"found", "needed"},
    "cart.delivery.needed": {"found"},
    "cart.total.too_much": {"excess"},
    "cart.total_of.too_much": {"excess"},
    "cart.total_some.too_much": {"excess"},
    "custom.number.too_much": {"excess"},
    "custom.words.needed": {"found"},
    "customer.days_since_order.too_much": {"excess"},
    "customer.group.needed": {"found"},
    "customer.id.excluded": {"found"},
    "customer.id.needed": {"found", "needed"},
    "customer.orders.too_much": {"excess"},
    "customer.spend.too_much": {"excess"},
    "customer.tag.excluded": {"found"},
    "customer.tag.needed": {"found", "needed"},
    "limit.budget": {"needed", "missing"},
    "limit.budget_of_code": {"needed", "missing"},
    "limit.budget_of_customer": {"needed", "missing"},
    "limit.uses": {"found", "needed", "missing"},
    "limit.uses_of_code": {"found", "needed", "missing"},
    "limit.uses_of_customer": {"found", "needed", "missing"},
    "returns.evidence.needed": {"found"},
}


def read(locale: str, part: str) -> dict[str, Any]:
    """What the file of a *part* of the catalog of *locale* has."""
    text = (files("aftercare.messages") / "catalogs" / locale / f"{part}.json").read_text(encoding="utf-8")
    data: dict[str, Any] = json.loads(text)
    return data


def texts(locale: str) -> dict[str, Any]:
    """What the catalog of *locale* has for each code."""
    return {code: given for part in PARTS for code, given in read(locale, part).items()}


def forms(given: str | dict[str, str]) -> dict[str, str]:
    """The texts for one code by plural category."""
    return {"other": given} if isinstance(given, str) else {key: text for key, text in given.items() if key != "plural"}


def every_text() -> list[tuple[str, str, str]]:
    """Locale, code and text, for every text there is."""
    return [
        (locale, code, text) for locale in LOCALES for code in CODES for text in forms(texts(locale)[code]).values()
    ]


def test_five_languages_are_shipped() -> None:
    """There are words in Belarusian, English, Japanese, Polish and Vietnamese."""
    assert locales() == LOCALES


@pytest.mark.parametrize("locale", LOCALES)
def test_every_code_has_a_text(locale: str) -> None:
    """A catalog has a text for every code, in the file of its part, and for no other."""
    assert {part: list(read(locale, part)) for part in PARTS} == {part: list(codes) for part, codes in PARTS.items()}


@pytest.mark.parametrize("locale", LOCALES)
def test_plural_categories_are_those_of_the_language(locale: str) -> None:
    """A text that depends on a number has a form for exactly the categories that CLDR has for the language."""
    counted = [given for given in texts(locale).values() if isinstance(given, dict)]

    assert {frozenset(forms(given)) for given in counted} <= {Locale.parse(locale).plural_form.tags | {"other"}}


@pytest.mark.parametrize("locale", LOCALES)
def test_placeholders_agree(locale: str) -> None:
    """Every form of a text tells all parameters but those that no language tells, and nothing else."""
    expected = {code: set(CODES[code]) - UNTOLD.get(code, set()) for code in CODES}

    for code, given in texts(locale).items():
        for text in forms(given).values():
            assert set(PLACEHOLDER.findall(text)) == expected[code], (code, text)


@pytest.mark.parametrize("locale", ["be", "pl"])
def test_a_noun_that_is_counted_has_a_form_for_every_number(locale: str) -> None:
    """Where a number stands before a noun, a language that declines has a plural choice by that very number."""
    number_then_noun = re.compile(r"\{(\w+)\}\u00a0\w")

    for code, given in texts(locale).items():
        for text in forms(given).values():
            for key in number_then_noun.findall(text):
                assert isinstance(given, dict), code
                assert given["plural"] == key, code


@pytest.mark.parametrize("locale", ["be", "pl"])
def test_a_number_stays_on_the_line_of_its_noun(locale: str) -> None:
    """Between a number and the noun that it chooses stands a non-breaking space, written so that it can be seen."""
    counted = [given for given in texts(locale).values() if isinstance(given, dict)]
    every = [(given["plural"], text) for given in counted for text in forms(given).values()]
    files_of = [(files("aftercare.messages") / "catalogs" / locale / f"{part}.json").read_bytes() for part in PARTS]

    assert [text for key, text in every if re.search(rf"\{{{key}\}} \w", text)] == []
    assert not any("\u00a0".encode() in each for each in files_of)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("code", CODES)
def test_every_message_can_be_said_of_every_number(locale: str, code: str) -> None:
    """Whatever the numbers, nothing is left unfilled, no space, stop or word is doubled, and a sentence ends as one."""
    numbers = [(count, count) for count in COUNTS] + [(2, Decimal("1.5")), (2, Decimal("-3.25")), (2, Decimal("1E+3"))]
    for count, number in numbers:
        said = say(statement(code, count, number), locale=locale, sink="plain")

        assert not re.search(r"[{}]|\.\.|。。|  | [.,;:)]|\( |E\+", said), said
        assert said == said.strip()
        assert not re.search(r"\b([^\W\d_]+) \1\b", said), said
        if not code.startswith(("receipt.", "cause.", "step.", "summary.", "tender.")):
            assert said[-1] in ".!。", said


@pytest.mark.parametrize("code", CODES)
def test_japanese_has_no_words_in_latin_letters(code: str) -> None:
    """Nothing of the codes or of another language shows in Japanese."""
    assert not re.search(r"[A-Za-z]", say(statement(code), locale="ja", sink="plain"))


@pytest.mark.parametrize("code", CODES)
def test_belarusian_has_no_letters_of_other_alphabets(code: str) -> None:
    """Belarusian is written in its own letters: no Russian и, щ, ъ, no Latin letter that looks alike."""
    said = say(statement(code), locale="be", sink="plain").replace("€", "")

    assert not re.search(r"[A-Za-zищъИЩЪ]", said), said


@pytest.mark.parametrize("locale", ["be", "en", "pl"])
def test_no_word_that_changes_with_its_neighbour_stands_beside_an_unknown_one(locale: str) -> None:
    """Words that sound by their neighbour (у and ў, z and ze, a and an) do not touch a name."""
    seam = {
        "be": r"(»|\}) (у|ў|ўжо|ужо)\b|\b(у|ў|з|са) «",
        "en": r"\b[Aa]n? [“{]",
        "pl": r"\b(w|we|z|ze) „",
    }[locale]

    found = [text for each, _, text in every_text() if each == locale and re.search(seam, text)]

    assert found == []


@pytest.mark.parametrize(
    ("locale", "familiar"),
    [
        ("be", r"\b([Тт]ы|[Тт]вой|[Тт]абе|вы|ваш\w*)\b"),
        ("pl", r"\b(ci|ciebie|tw[oó]j\w*|[Pp]ana?|[Pp]aństw\w*)\b"),
        ("vi", r"\b[Bb]ạn\b"),
    ],
)
def test_a_catalog_keeps_one_level_of_courtesy(locale: str, familiar: str) -> None:
    """Belarusian says Вы and Polish Ty with a capital letter, Vietnamese quý khách; the levels are not mixed."""
    found = [text for each, _, text in every_text() if each == locale and re.search(familiar, text)]

    assert found == []


def test_no_text_has_markup_or_stray_space() -> None:
    """A text is words alone: no markup, no space at an end, no straight quotation marks."""
    assert [text for _, _, text in every_text() if text != text.strip() or re.search(r"[<>&\"']", text)] == []


@pytest.mark.parametrize("locale", LOCALES)
def test_names_stand_in_the_quotation_marks_of_the_language(locale: str) -> None:
    """Every name but a tier's stands between the marks of the language, in a sentence; a heading quotes nothing."""
    opening, closing = read(locale, "forms")["quotes"]

    for code, kinds in ((code, kinds) for code, kinds in CODES.items() if not code.startswith("summary.")):
        for text in forms(texts(locale)[code]).values():
            for key in (key for key, kind in kinds.items() if kind == "name"):
                assert text.count(f"{{{key}}}") == text.count(f"{opening}{{{key}}}{closing}"), text
