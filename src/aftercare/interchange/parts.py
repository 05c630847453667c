"""Parts that documents of this library write alike: the version, names, tiers, attributes, tenders, lists of words."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

import attrs

from aftercare.bounds import MAX_TEXT
from aftercare.order import MAX_QUANTITY, Tier
from aftercare.receipt import Tender
from aftercare.statement import Name

if TYPE_CHECKING:
    from aftercare.interchange.cursor import Cursor
    from aftercare.order import Attribute

VERSION: Final = 1


def versioned(root: Cursor, what: str) -> None:
    """Refuse a document of *what*, such as orders, in a version that is not this one."""
    version = root.field("aftercare")
    if type(version.value) is not int or version.value != VERSION:
        version.problem(f"is not a version of {what} that can be read: write `{VERSION}`")


def known(at: Cursor, kind: type[attrs.AttrsInstance]) -> bool:
    """Whether an object is here; its fields are those of *kind*."""
    if not at.is_object:
        return False
    at.only(field.name for field in attrs.fields(kind))
    return True


def tier_at(at: Cursor) -> Tier | None:
    """A tier: its id, its rank, and its title if it has one."""
    if not known(at, Tier):
        return None
    ident, rank, title = (
        at.field("id").text(),
        at.field("rank").whole(0, MAX_QUANTITY),
        at.field("title").maybe(name_at),
    )
    return at.make(lambda: Tier(ident, rank, title=title))


def words_at(at: Cursor) -> tuple[str, ...]:
    """A list of texts."""
    return tuple(each.text() for each in at.items())


def name_at(at: Cursor) -> Name | None:
    """A text, or an object of a text and its translations by locale."""
    if isinstance(at.value, str):
        text = at.text()
        return at.make(lambda: Name(text))
    if not at.is_object:
        return None
    at.only(("text", "translations"))
    text = at.field("text").text()
    translations = {locale: each.text() for locale, each in at.field("translations").fields()}
    if not at.is_clean:
        return None
    try:
        return Name(text, **translations)
    except TypeError:
        at.field("translations").problem("has a key that is not a locale: write keys like `pl` or `pt_BR`")
        return None


def attribute_at(at: Cursor) -> Attribute:
    """Text, a whole number, yes or no; a decimal is `{"decimal": "1.25"}`."""
    if isinstance(at.value, bool | int):
        return at.value
    if isinstance(at.value, str):
        # Any text, also blank: a fact that is empty is still a fact.
        return at.value if len(at.value) <= MAX_TEXT else at.text()
    if isinstance(at.value, Decimal | float):
        at.problem(f'`{at.value}` is a number with a point: write it as {{"decimal": "{at.value}"}}')
    elif at.is_object:
        at.only(("decimal",))
        return at.field("decimal").decimal(written=True)
    return 0


def tender_at(at: Cursor, currency: str) -> Tender | None:
    """A means of payment, and how much of *currency* it paid."""
    if not at.is_object:
        return None
    at.only(("kind", "amount"))
    kind, amount = at.field("kind").text(), at.field("amount").money(currency, written=True)
    return at.make(lambda: Tender(kind, amount))
