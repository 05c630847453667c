"""The command line: ask a book about an order or a member.

::

    python -m aftercare price BOOK ORDER [--at INSTANT] [--locale LOCALE] [--json]
    python -m aftercare returns BOOK ORDER [--line ID --quantity N --ground GROUND] [--delivered INSTANT] ...
    python -m aftercare standing BOOK HISTORY ...

BOOK is ``file.py:name``; the file is run, so give your own. ORDER is a JSON file: a document of this library, a Shopify
order or a WooCommerce order. HISTORY is a JSON file of events.
"""

from __future__ import annotations

import argparse
import sys
from io import TextIOWrapper
from typing import TYPE_CHECKING

from aftercare.command.price_verb import price_order
from aftercare.command.returns_verb import tell_returns
from aftercare.command.standing_verb import tell_standing
from aftercare.errors import AftercareError
from aftercare.messages import locales

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(words: Sequence[str] | None = None) -> int:
    """Answer the question in *words*; 0 when answered, 2 when something given is wrong."""
    given = _parser().parse_args(words)
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a terminal without some letters still gets the rest
    try:
        given.answer(given)
    except AftercareError as error:
        print(f"aftercare: {error}", file=sys.stderr)
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m aftercare", description="Ask a book of promises.")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    price = verbs.add_parser("price", help="price an order and say why")
    price.set_defaults(answer=price_order)
    _add_order(price)
    price.add_argument("--why-not", action="store_true", help="say why every other promotion did not apply")
    _add_common(price, "the order's own, else now")

    returns = verbs.add_parser("returns", help="say what may come back, until when and for how much")
    returns.set_defaults(answer=tell_returns)
    _add_order(returns)
    returns.add_argument("--line", metavar="ID", help="the line that is to come back (default: tell every open right)")
    returns.add_argument("--quantity", metavar="N", type=int, help="how many units of the line (default: 1)")
    returns.add_argument("--ground", metavar="GROUND", help="why, such as defect (default: change_of_mind)")
    returns.add_argument(
        "--delivered", metavar="INSTANT", help="when everything was delivered (default: what the order tells)"
    )
    _add_common(returns, "now")

    standing = verbs.add_parser("standing", help="say where a member stands: tier, points and cards")
    standing.set_defaults(answer=tell_standing)
    _add_book(standing)
    standing.add_argument("history", metavar="HISTORY", help="a JSON file of the member's events; - for input")
    _add_common(standing, "now")
    return parser


def _add_book(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("book", metavar="BOOK", help="the policy book, as file.py:name (the file is run)")


def _add_order(verb: argparse.ArgumentParser) -> None:
    _add_book(verb)
    verb.add_argument(
        "order", metavar="ORDER", help="a JSON file: aftercare, Shopify or WooCommerce order; - for input"
    )
    verb.add_argument(
        "--products", metavar="PRODUCTS", help="the shop's products, as file.py:name, to complete the order"
    )


def _add_common(verb: argparse.ArgumentParser, otherwise: str) -> None:
    verb.add_argument("--at", metavar="INSTANT", help=f"the instant, as 2026-11-22T12:00+01:00 (default: {otherwise})")
    verb.add_argument("--locale", default="en", help=f"the language: {', '.join(locales())} (default: en)")
    verb.add_argument("--json", action="store_true", help="the answer as JSON")


if __name__ == "__main__":
    sys.exit(main())
