"""A second, naive reading of docs/explanation/pricing.md, to compare the engine with.

One object for every unit, fractions everywhere, everything computed anew whenever it is asked for. It shares with the
engine the classes in which books and orders are written, and nothing of how they are priced.
"""

from __future__ import annotations

from tests.reference.bill import Priced
from tests.reference.combining import Chosen, chosen
from tests.reference.pricing import price

__all__ = ["Chosen", "Priced", "chosen", "price"]
