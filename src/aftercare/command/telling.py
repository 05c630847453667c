"""How answers are told: statements in words and as data, and what the payload says, apart from the answer."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from aftercare import canonical
from aftercare.messages import say
from aftercare.statement import Statement

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from aftercare.interchange.checks import OrderDocument
    from aftercare.statement import Parameter


def words(statement: Statement, locale: str) -> str:
    """A statement in the language of *locale*."""
    return say(statement, locale=locale, sink="plain")


def section(locale: str, title: str, statements: Iterable[Statement], **given: Parameter) -> Iterator[str]:
    """A title and under it statements, a row each; nothing without statements."""
    rows = [f"  {words(each, locale)}" for each in statements]
    if rows:
        yield ""
        yield words(Statement(title, **given), locale)
        yield from rows


def show_data(data: Mapping[str, Any]) -> None:
    """Print data as JSON."""
    print(json.dumps(data, ensure_ascii=False, indent=2))


def show_rows(rows: Iterable[str]) -> None:
    """Print an answer in words."""
    print("\n".join(rows))


def show_report(document: OrderDocument) -> None:
    """Print what the payload's own totals say to standard error: it is for whoever runs the command."""
    for row in _report(document):
        print(f"aftercare: {row}", file=sys.stderr)


def _report(document: OrderDocument) -> Iterator[str]:
    for each in document.reconciliation.failures:
        yield f"{each.name}: the payload states {each.stated}, its parts come to {each.computed}"
    for name, amount in document.reconciliation.discounts:
        if amount:
            yield f"{name}: the payload's own discount of {amount} is left out, the book prices the order anew"
    for note in document.reconciliation.notes:
        yield f"note: {note}"


def said(statement: Statement, locale: str) -> dict[str, Any]:
    """A statement as data, with its words."""
    return {
        "code": statement.code,
        "params": {key: canonical.plain(given) for key, given in statement.params},
        "text": words(statement, locale),
    }


def payload_data(document: OrderDocument) -> dict[str, Any]:
    """What the payload said of itself, as data."""
    return {
        "origin": document.origin,
        "reference": document.reference,
        "adds_up": document.reconciliation.adds_up,
        "checks": canonical.plain(document.reconciliation.checks),
        "stated": {name: str(amount) for name, amount in document.reconciliation.stated},
        "discounts": [[name, str(amount)] for name, amount in document.reconciliation.discounts],
        "notes": list(document.reconciliation.notes),
    }
