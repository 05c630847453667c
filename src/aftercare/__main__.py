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
from io import TextIOWrapper
from pathlib import Path
from traceback import extract_tb
from typing import TYPE_CHECKING, Any

from aftercare import canonical
from aftercare.book import PolicyBook
from aftercare.calendar import parse_instant
from aftercare.errors import AftercareError, did_you_mean
from aftercare.interchange import read_any
from aftercare.messages import locales, resolve_locale, say
from aftercare.order import Product
from aftercare.pages import receipt_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from aftercare.interchange.checks import OrderDocument
    from aftercare.policies.decision import Decision
    from aftercare.policies.outcome import Part, Units
    from aftercare.statement import Statement


class UsageError(AftercareError):
    """Something named on the command line is not there or is not what it should be."""


def main(words: Sequence[str] | None = None) -> int:
    """Answer the question in *words*; 0 when answered, 2 when something given is wrong."""
    given = _parser().parse_args(words)
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a terminal without some letters still gets the rest
    try:
        _price(given)
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
        "--at", metavar="INSTANT", help="the instant, as 2026-11-22T12:00+01:00 (default: the order's own, else now)"
    )
    price.add_argument("--locale", default="en", help=f"the language: {', '.join(locales())} (default: en)")
    price.add_argument("--why-not", action="store_true", help="say why every other promotion did not apply")
    price.add_argument("--json", action="store_true", help="the answer as JSON")
    return parser


def _price(given: argparse.Namespace) -> None:
    try:
        resolve_locale(given.locale)
    except LookupError as error:
        raise UsageError(str(error)) from error
    book: PolicyBook = _loaded(given.book, "a policy book", _is_book)
    document = read_any(_payload(given.order), zone=book.zone)
    order = document.order
    if given.products is not None:
        order = order.with_products(_loaded(given.products, "a list of products", _are_products))
    decision = book.price(order, at=_instant(given.at, document, book))
    if given.json:
        print(json.dumps(as_data(decision, document, given.locale), ensure_ascii=False, indent=2))
        return
    print(receipt_text(decision, locale=given.locale, nearest=True, refusals=given.why_not))
    for row in _report(document):
        print(f"aftercare: {row}", file=sys.stderr)


def _instant(at: str | None, document: OrderDocument, book: PolicyBook) -> datetime:
    if at is not None:
        return parse_instant(at, book.zone)
    return document.at or datetime.now(UTC)


def _payload(order: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if order == "-" else Path(order).read_bytes()
    except OSError as error:
        msg = f"`{order}` cannot be read: {error.strerror}"
        raise UsageError(msg) from error


def _is_book(given: object) -> bool:
    return isinstance(given, PolicyBook)


def _are_products(given: object) -> bool:
    return isinstance(given, list | tuple) and all(isinstance(each, Product) for each in given)


def _loaded(named: str, what: str, fits: Callable[[object], bool]) -> Any:
    """The object that ``file.py:name`` names, one that *fits*."""
    file, _, name = named.rpartition(":")
    if not file or not name:
        msg = f"`{named}` names no object of a file: write `file.py:name`"
        raise UsageError(msg)
    if not Path(file).is_file():
        msg = f"`{file}` is not a file: write `file.py:name`, with a file that is there"
        raise UsageError(msg)
    found = _run(file)
    if name not in found or not fits(found[name]):
        fitting = [word for word, each in found.items() if fits(each)]
        msg = f"`{name}` of `{file}` is not {what}: {did_you_mean(name, fitting) if fitting else 'the file has none'}"
        raise UsageError(msg)
    return found[name]


def _run(file: str) -> dict[str, Any]:
    """The names at the top of *file*, which is the user's own code: whatever it raises is what is wrong with it."""
    try:
        return runpy.run_path(file)
    except (Exception, SystemExit) as error:
        lines = [frame.lineno for frame in extract_tb(error.__traceback__) if frame.filename == file]
        where = f"`{file}`, line {lines[-1]}" if lines else f"`{file}`"
        kind = "" if isinstance(error, AftercareError) else f"{type(error).__name__}: "
        msg = f"{where}: {kind}{error}"
        raise UsageError(msg) from error


def _report(document: OrderDocument) -> Iterator[str]:
    """What the payload's own totals say, for whoever runs the command."""
    for each in document.reconciliation.failures:
        yield f"{each.name}: the payload states {each.stated}, its parts come to {each.computed}"
    for name, amount in document.reconciliation.discounts:
        if amount:
            yield f"{name}: the payload's own discount of {amount} is left out, the book prices the order anew"
    for note in document.reconciliation.notes:
        yield f"note: {note}"


def _said(statement: Statement, locale: str) -> dict[str, Any]:
    return {
        "code": statement.code,
        "params": {key: canonical.plain(given) for key, given in statement.params},
        "text": say(statement, locale=locale, sink="plain"),
    }


def _part_data(parts: tuple[Part, ...]) -> list[dict[str, Any]]:
    return [{"promotion": part.promotion, "amount": str(part.amount)} for part in parts]


def _unit_data(units: Units) -> dict[str, Any]:
    return {
        "first": units.first,
        "count": units.count,
        "price": str(units.price),
        "paid": str(units.paid),
        "tax": str(units.tax),
        "gift": units.gift,
        "parts": _part_data(units.parts),
    }


def as_data(decision: Decision, document: OrderDocument, locale: str) -> dict[str, Any]:
    """A decision as JSON data for machines: amounts as text with their currency."""
    return {
        "at": decision.at.isoformat(),
        "book": decision.fingerprint,
        "payable": str(decision.payable),
        "saved": str(decision.saved),
        "net": str(decision.net),
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
                "units": [_unit_data(units) for units in line.units],
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
                "parts": _part_data(each.parts),
            }
            for each in decision.shipments
        ],
        "charges": [
            {"id": each.charge.id, "amount": str(each.charge.amount), "tax": str(each.tax)} for each in decision.charges
        ],
        "gifts": canonical.plain(decision.gifts),
        "rewards": canonical.plain(decision.rewards),
        "promotions": [
            {
                "id": each.promotion,
                "state": each.state,
                "why": [_said(why, locale) for why in (each.statement, *each.more)],
            }
            for each in map(decision.explain, decision.states)
        ],
        "nearest": [
            {
                "promotion": each.promotion,
                "also": list(each.also),
                "changes": [_said(change.statement, locale) for change in each.changes],
                "gain": str(each.gain),
                "net": str(each.net),
                "payable": str(each.payable),
                "at": each.at.isoformat(),
                "text": say(each.statement, locale=locale, sink="plain"),
            }
            for each in decision.nearest
        ],
        "overflow": [_said(statement, locale) for statement in decision.overflow],
        "codes": {code: _said(statement, locale) for code, statement in decision.codes.items()},
        "payload": {
            "origin": document.origin,
            "reference": document.reference,
            "adds_up": document.reconciliation.adds_up,
            "checks": canonical.plain(document.reconciliation.checks),
            "stated": {name: str(amount) for name, amount in document.reconciliation.stated},
            "discounts": [[name, str(amount)] for name, amount in document.reconciliation.discounts],
            "notes": list(document.reconciliation.notes),
        },
    }


if __name__ == "__main__":
    sys.exit(main())
