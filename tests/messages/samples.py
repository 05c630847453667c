"""A statement for every code, with values of every kind."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from aftercare.messages.codes import CODES
from aftercare.money import Money, Percent
from aftercare.statement import Name, Parameter, Statement

if TYPE_CHECKING:
    from aftercare.messages.kinds import Kind

LOCALES = ("be", "en", "ja", "pl", "vi")
COUNTS = (0, 1, 2, 3, 4, 5, 11, 12, 21, 22, 25, 100, 101)

# A name that is at home in each language, so that what is left in Latin letters comes from the catalog.
NAME = Name("Summer", be="Лета", ja="夏", pl="Lato", vi="Mùa hè")
OTHER = Name("Outlet", be="Выхадныя", ja="冬", pl="Zima", vi="Mùa đông")


def statement(code: str, count: int = 2, number: Decimal | int = Decimal("1.5")) -> Statement:
    """The statement *code* with sample values, every count in it *count* and every other number *number*."""
    return Statement(code, **{key: _value(kind, count, number) for key, kind in CODES[code].items()})


def _value(kind: Kind, count: int, number: Decimal | int) -> Parameter:
    match kind:
        case "count":
            return count
        case "number":
            return number
        case "money" | "figures":
            return Money("1234.50", "EUR")
        case "percent":
            return Percent("12.5")
        case "date":
            return date(2026, 12, 28)
        case "datetime" | "time":
            return datetime(2026, 12, 28, 9, 5, tzinfo=UTC)
        case "name" | "tier":
            return NAME
        case "names" | "any name" | "any tier":
            return (NAME, OTHER)
        case "tender":
            return Name("gift_card")
        case "tenders" | "any tender":
            return (Name("card"), NAME)
        case "countries":
            return (Name("PL"), Name("JP"))
        case "currency":
            return Name("EUR")
        case "weekdays":
            return (1, 7)
        case "opening clauses":
            return (statement("step.units", count), Statement("step.code", code=NAME))
        case "sentences" | "choices":
            return (Statement("customer.unknown"), statement("cart.quantity.too_little", count))
        case "clauses":
            return (Statement("cause.delivery"), statement("cause.added", count))
