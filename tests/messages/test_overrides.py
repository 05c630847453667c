from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from aftercare.errors import DocumentError
from aftercare.messages import check_overrides, say
from aftercare.money import eur
from aftercare.statement import Name, Statement

if TYPE_CHECKING:
    from collections.abc import Mapping

APPLIED = Statement("promotion.applied", promotion=Name("Summer"), amount=eur("4.95"))


def points(count: int) -> Statement:
    """A statement whose words go with a number."""
    return Statement("promotion.bonus_points", promotion=Name("Lato"), count=count)


def said(text: object, statement: Statement = APPLIED, locale: str = "en") -> str:
    """What is said when the shop's text for the statement is *text*."""
    return say(statement, locale=locale, sink="plain", overrides={locale: {statement.code: text}})  # type: ignore[dict-item]


def test_a_shop_has_its_own_words() -> None:
    """A text of the shop takes the place of the catalog's, for that code alone."""
    overrides = {"en": {"promotion.applied": "Hooray, {amount} off!"}}

    assert say(APPLIED, locale="en", overrides=overrides) == "Hooray, €4.95 off!"
    assert say(Statement("receipt.total"), locale="en", overrides=overrides) == "Total"


def test_a_shop_has_its_own_words_inside_other_sentences() -> None:
    """Overrides hold for nested statements too, and names in them are isolated as ever."""
    refused = Statement("promotion.not_eligible", promotion=Name("Summer"), reasons=(Statement("customer.unknown"),))
    overrides = {"en": {"customer.unknown": "Log in, please.", "promotion.not_eligible": "{reasons} Then: {promotion}"}}

    assert say(refused, locale="en", overrides=overrides) == "Log in, please. Then: \u2068Summer\u2069"


def test_the_region_comes_before_the_language() -> None:
    """Words for a region are used for it alone, words for the language elsewhere, the catalog's last."""
    overrides = {
        "en-GB": {"receipt.delivery": "Postage"},
        "en": {"receipt.delivery": "Shipping", "receipt.gift": "Present"},
    }

    def heard(code: str, locale: str) -> str:
        return say(Statement(code), locale=locale, overrides=overrides)

    assert heard("receipt.delivery", "en_GB") == "Postage"
    assert heard("receipt.gift", "en_GB") == "Present"
    assert heard("receipt.delivery", "en_US") == "Shipping"
    assert heard("receipt.delivery", "pl") == "Dostawa"
    assert heard("receipt.total", "en_GB") == "Total"


def test_plural_forms_can_be_overridden() -> None:
    """The shop gives every category of the language and says which number chooses."""
    text = {
        "plural": "count",
        "one": "{count} pkt",
        "few": "{count} pkty",
        "many": "{count} pktów",
        "other": "{count} pktu",
    }

    assert [said(text, points(count), "pl") for count in (1, 3, 5)] == ["1 pkt", "3 pkty", "5 pktów"]


@pytest.mark.parametrize(
    "text",
    [
        "{amount.__class__}",
        "{amount!r}",
        "{amount:>9}",
        "{amount[0]}",
        "{}",
        "{0}",
        "{ amount }",
        "{amount",
        "amount}",
        "{{amount}}",
        "{Amount}",
    ],
)
def test_a_placeholder_is_a_name_and_nothing_else(text: str) -> None:
    """Attributes, items, conversions, formats, positions and stray braces are refused."""
    with pytest.raises(ValueError, match=r"has braces that are no placeholder: write `\{name\}`"):
        said(text)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("{ammount}", r"`{ammount}` is no parameter of `promotion.applied`: .* did you mean `amount`\?"),
        ("{winner}", r"`{winner}` is no parameter of `promotion.applied`: allowed: `amount`, `promotion`"),
        ("  ", "the text for `promotion.applied` is empty"),
        (3, "`3` is no text"),
        ({"other": 3}, "is no text"),
        ({"other": "x"}, "`` cannot be the `plural` of `promotion.applied`: allowed: "),
    ],
)
def test_a_text_that_cannot_be_said_is_refused(text: object, problem: str) -> None:
    """Only the parameters of the code can be told, and there has to be something to say."""
    with pytest.raises(ValueError, match=problem):
        said(text)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ({"plural": "cuont", "one": "a", "other": "b"}, r"`cuont` cannot be the `plural` .* did you mean `count`\?"),
        ({"plural": "promotion", "one": "a", "other": "b"}, "`promotion` cannot be the `plural`"),
        ({"plural": "count", "other": "b"}, "has texts for `other`: `en` needs `one`, `other`"),
        ({"plural": "count", "one": "a", "few": "b", "other": "c"}, "has texts for `few`, `one`, `other`: `en` needs"),
    ],
)
def test_plural_forms_that_are_not_the_languages_are_refused(text: Mapping[str, str], problem: str) -> None:
    """The categories are exactly those of the language, and the number that chooses is a number."""
    with pytest.raises(ValueError, match=problem):
        said(text, points(2))


def test_all_problems_of_overrides_are_found_at_once() -> None:
    """A shop checks its texts before anybody reads them, and reads every problem with its place."""
    texts: Any = {
        "de": {"receipt.total": "Summe"},
        "pl_PL": {"receipt.totl": "Suma", "receipt.total": "Suma", "promotion.applied": "{amount!r}"},
        "en": {"promotion.bonus_points": {"plural": "count", "one": "1"}},
    }

    with pytest.raises(DocumentError) as caught:
        check_overrides(texts)

    assert [problem.path for problem in caught.value.problems] == [
        "de",
        "pl_PL.receipt.totl",
        "pl_PL.promotion.applied",
        "en.promotion.bonus_points",
    ]
    assert "did you mean `receipt.total`?" in str(caught.value)


def test_overrides_without_problems_pass() -> None:
    """Texts that can be said are not reported."""
    overrides: Any = {"en_GB": {"receipt.delivery": "Postage"}, "vi": {"promotion.applied": "{amount}"}}

    assert check_overrides(overrides) is None  # type: ignore[func-returns-value]
