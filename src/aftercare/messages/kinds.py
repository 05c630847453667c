"""The kinds of parameter that a statement may have, and the sets of them that many statements share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

Kind: TypeAlias = Literal[
    "count",  # int
    "number",  # int or Decimal
    "money",  # Money
    "figures",  # Money, as it stands in a column of amounts
    "percent",  # Percent
    "date",  # date, a day
    "datetime",  # datetime, the day and the time in its own zone
    "time",  # datetime, of which only the time is told
    "name",  # Name
    "names",  # tuple of Name, all of them
    "any name",  # tuple of Name, one of them
    "tier",  # Name of a tier
    "any tier",  # tuple of Name, one of these tiers
    "tender",  # Name of a kind of tender
    "tenders",  # tuple of Name, all of these kinds of tender
    "any tender",  # tuple of Name, one of these kinds of tender
    "countries",  # tuple of Name, each an ISO 3166 code
    "currency",  # Name, an ISO 4217 code
    "weekdays",  # tuple of int, Monday is 1
    "sentences",  # tuple of Statement, said one after another
    "choices",  # tuple of Statement, numbered
    "clauses",  # tuple of Statement, listed inside a sentence
    "opening clauses",  # tuple of Statement, listed at the beginning of a sentence
]

Parameters: TypeAlias = "Mapping[str, Kind]"

COUNT_LOW: Parameters = {"found": "count", "needed": "count", "missing": "count"}
COUNT_HIGH: Parameters = {"found": "count", "most": "count", "excess": "count"}
MONEY_LOW: Parameters = {"found": "money", "needed": "money", "missing": "money"}
MONEY_HIGH: Parameters = {"found": "money", "limit": "money", "excess": "money"}
NUMBER_LOW: Parameters = {"found": "number", "needed": "number", "missing": "number"}
NUMBER_HIGH: Parameters = {"found": "number", "limit": "number", "excess": "number"}
WORDS: Parameters = {"needed": "any name", "found": "names"}
