"""How much sooner `money_text` writes an amount than Babel's `format_currency`, for each locale.

Both write the same amounts in the same process, turn by turn; the ratio is that of their median rounds.
"""

from __future__ import annotations

from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, TypeVar, get_args

from babel.numbers import format_currency

from aftercare.money import Money
from aftercare.money_text import Form, money_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from decimal import Decimal

Amount = TypeVar("Amount")

LOCALES = ("en", "ja", "pl", "be", "vi", "de", "fr", "ar")
ROUNDS = 9
AMOUNTS = 500


def amounts(turn: int) -> list[Money]:
    """Amounts of every size and ending, others in each *turn*, so that no writer can know them by heart."""
    return [Money.of_minor(7919 * n * n + turn, "PLN") for n in range(AMOUNTS)]


def seconds(write: Callable[[Amount], str], values: list[Amount]) -> float:
    """How long one round takes."""
    start = perf_counter()
    for value in values:
        write(value)
    return perf_counter() - start


def main() -> None:
    """Print one line for each locale and form: microseconds of both and their ratio."""
    print(f"{'locale':8}{'form':10}{'Babel us':>10}{'ours us':>10}{'ratio':>8}")
    for form in get_args(Form):
        for locale in LOCALES:

            def ours(money: Money, locale: str = locale, form: Form = form) -> str:
                return money_text(money, locale, form=form)

            def babels(number: Decimal, locale: str = locale, form: Form = form) -> str:
                return format_currency(number, "PLN", locale=locale, format_type=form)

            rounds = [
                (seconds(babels, [money.decimal for money in amounts(turn)]), seconds(ours, amounts(turn)))
                for turn in range(ROUNDS)
            ]
            theirs, mine = (median(times) / AMOUNTS * 1e6 for times in zip(*rounds, strict=True))
            print(f"{locale:8}{form:10}{theirs:10.2f}{mine:10.2f}{theirs / mine:7.1f}x")


if __name__ == "__main__":
    main()
