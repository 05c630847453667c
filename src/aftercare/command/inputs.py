"""What the command line is given: a book and products from the user's file, documents, instants, a locale."""

from __future__ import annotations

import runpy
import sys
from datetime import UTC, datetime
from pathlib import Path
from traceback import extract_tb
from typing import TYPE_CHECKING, Any

from aftercare.book import PolicyBook
from aftercare.calendar import parse_instant
from aftercare.errors import AftercareError, did_you_mean
from aftercare.interchange import read_any
from aftercare.messages import resolve_locale
from aftercare.order import Product

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable

    from aftercare.interchange.checks import OrderDocument
    from aftercare.order import Order


class UsageError(AftercareError):
    """Something named on the command line is not there or is not what it should be."""


def asked(given: Namespace) -> PolicyBook:
    """The book that is asked, once the locale is known to have words."""
    try:
        resolve_locale(given.locale)
    except LookupError as error:
        raise UsageError(str(error)) from error
    book: PolicyBook = loaded(given.book, "a policy book", _is_book)
    return book


def ordered(given: Namespace, book: PolicyBook) -> tuple[OrderDocument, Order]:
    """The order document, and its order with the shop's own products where they are given."""
    document = read_any(payload(given.order), zone=book.zone)
    if given.products is None:
        return document, document.order
    return document, document.order.with_products(loaded(given.products, "a list of products", _are_products))


def instant(at: str | None, book: PolicyBook, otherwise: datetime | None = None) -> datetime:
    """The instant that is given, or another, or now."""
    if at is not None:
        return parse_instant(at, book.zone)
    return otherwise or datetime.now(UTC)


def payload(file: str) -> bytes:
    """The content of a file, or of standard input for `-`."""
    try:
        return sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        msg = f"`{file}` cannot be read: {error.strerror}"
        raise UsageError(msg) from error


def _is_book(given: object) -> bool:
    return isinstance(given, PolicyBook)


def _are_products(given: object) -> bool:
    return isinstance(given, list | tuple) and all(isinstance(each, Product) for each in given)


def loaded(named: str, what: str, fits: Callable[[object], bool]) -> Any:
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
