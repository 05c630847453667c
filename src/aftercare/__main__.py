"""The command line: ask a book about an order.

::

    python -m aftercare price BOOK ORDER [--at INSTANT] [--locale LOCALE] [--json]

BOOK is ``file.py:name``; the file is run, so give your own. ORDER is a JSON file: a document of this library, a Shopify
order or a WooCommerce order.
"""

from __future__ import annotations

import argparse
import json
import runpy
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aftercare import canonical
from aftercare.book import PolicyBook
from aftercare.calendar import parse_instant
from aftercare.errors import AftercareError
from aftercare.interchange import read_any
from aftercare.messages import locales, resolve_locale, say
from aftercare.pages import receipt_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aftercare.interchange.checks import OrderDocument
    from aftercare.policies.decision import Decision
    from aftercare.statement import Statement


class UsageError(AftercareError):
    """Something named on the command line is not there or is not what it should be."""


def main(words: Sequence[str] | None = None) -> int:
    """Answer the question in *words*; 0 when answered, 2 when something given is wrong."""
    parser = _parser()
    given = parser.parse_args(words)
    try:
        print(_price(given))
    except AftercareError as error:
        print(f"aftercare: {error}", file=sys.stderr)
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m aftercare", description="Ask a book of promises about an order.")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    price = verbs.add_parser("price", help="price an order and say why")
    price.add_argument("book", metavar="BOOK", help="the policy book, as file.py:name (the file is run)")
    price.add_argument(
        "order", metavar="ORDER", help="a JSON file: aftercare, Shopify or WooCommerce order; - for input"
    )
    price.add_argument(
        "--products", metavar="PRODUCTS", help="the shop's products, as file.py:name, to complete the order"
    )
    price.add_argument(
        "--at", metavar="INSTANT", help="the instant, as 2026-11-22T12:00+01:00 (default: the order's own)"
    )
    price.add_argument("--locale", default="en", help=f"the language: {', '.join(locales())} (default: en)")
    price.add_argument("--why-not", action="store_true", help="say why every other promotion did not apply")
    price.add_argument("--json", action="store_true", help="the answer as JSON")
    return parser


def _price(given: argparse.Namespace) -> str:
    try:
        resolve_locale(given.locale)
    except ValueError as error:
        raise UsageError(str(error)) from error
    book = _loaded(given.book)
    if not isinstance(book, PolicyBook):
        msg = f"`{given.book}` is `{type(book).__name__}`: name a `PolicyBook` of the file"
        raise UsageError(msg)
    document = read_any(_text(given.order), zone=book.zone)
    order = document.order
    if given.products is not None:
        order = order.with_products(_loaded(given.products))
    decision = book.price(order, at=_instant(given.at, document, book))
    if given.json:
        return json.dumps(as_data(decision, document, given.locale), ensure_ascii=False, indent=2)
    return "\n".join([receipt_text(decision, locale=given.locale, refusals=given.why_not), *_report(document)])


def _instant(at: str | None, document: OrderDocument, book: PolicyBook) -> datetime:
    if at is not None:
        return parse_instant(at, book.zone)
    return document.at or datetime.now(UTC)


def _text(order: str) -> str:
    try:
        return sys.stdin.read() if order == "-" else Path(order).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        msg = f"`{order}` cannot be read: {error}"
        raise UsageError(msg) from error


def _loaded(named: str) -> Any:
    """The object that ``file.py:name`` names."""
    file, _, name = named.rpartition(":")
    path = Path(file)
    if not file or path.suffix != ".py" or not path.is_file():
        msg = f"`{named}` names no file: write `file.py:name`, with a file that is there"
        raise UsageError(msg)
    try:
        return runpy.run_path(str(path))[name]
    except KeyError:
        msg = f"`{path}` has no `{name}`: name an object at the top of the file"
        raise UsageError(msg) from None
    except AftercareError:
        raise
    except Exception as error:  # the file is the user's own code: whatever it raises is what is wrong with it
        msg = f"`{path}` cannot be run: {type(error).__name__}: {error}"
        raise UsageError(msg) from error


def _report(document: OrderDocument) -> list[str]:
    """What the payload's own totals say, for whoever runs the command."""
    report = document.reconciliation
    rows = [
        f"the payload's {each.name}: stated {each.stated}, its parts come to {each.computed}"
        for each in report.failures
    ]
    rows += [f"note: {note}" for note in report.notes]
    return ["", *rows] if rows else []


def _said(statement: Statement, locale: str) -> dict[str, Any]:
    return {
        "code": statement.code,
        "params": {key: canonical.plain(given) for key, given in statement.params},
        "text": say(statement, locale=locale, sink="plain"),
    }


def as_data(decision: Decision, document: OrderDocument, locale: str) -> dict[str, Any]:
    """A decision as JSON data for machines: amounts as text with their currency."""
    return {
        "at": decision.at.isoformat(),
        "book": decision.fingerprint,
        "payable": str(decision.payable),
        "saved": str(decision.saved),
        "tax": [
            {"rate": str(each.rate), "net": str(each.net), "tax": str(each.tax), "gross": str(each.gross)}
            for each in decision.taxes
        ],
        "lines": [
            {
                "id": line.line.id,
                "sku": line.line.product.sku,
                "price": str(line.price),
                "paid": str(line.paid),
                "tax": str(line.tax),
                "units": canonical.plain(line.units),
            }
            for line in decision.lines
        ],
        "shipments": [
            {
                "id": each.shipment.id,
                "method": each.shipment.method,
                "charge": str(each.charge),
                "paid": str(each.paid),
                "tax": str(each.tax),
                "parts": canonical.plain(each.parts),
            }
            for each in decision.shipments
        ],
        "charges": [
            {"id": each.charge.id, "amount": str(each.charge.amount), "tax": str(each.tax)} for each in decision.charges
        ],
        "gifts": canonical.plain(decision.gifts),
        "rewards": canonical.plain(decision.rewards),
        "promotions": [
            {"id": promotion, "state": state, "why": _said(decision.explain(promotion).statement, locale)}
            for promotion, state in decision.states.items()
        ],
        "codes": {code: _said(statement, locale) for code, statement in decision.codes.items()},
        "payload": {
            "origin": document.origin,
            "adds_up": document.reconciliation.adds_up,
            "checks": canonical.plain(document.reconciliation.checks),
            "notes": list(document.reconciliation.notes),
        },
    }


if __name__ == "__main__":
    sys.exit(main())
