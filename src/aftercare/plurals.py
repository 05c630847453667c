"""Which plural form goes with a number, read from a language's rules once and then decided over whole numbers.

The rules are those of Unicode technical standard 35, part 3 (language plural rules), in the text that Babel gives for
them: relations such as ``i mod 10 in 2..4,12``, joined by ``and`` and then by ``or``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    # The place of its operand, the modulus (0 for none), whether it must be among the numbers, and the numbers.
    Relation: TypeAlias = tuple[int, int, bool, tuple[range, ...]]

# The number itself, its integer part, its fraction with and without trailing zeros, the count of digits after the
# point, the exponent. The last two are the same for all numbers that are written with so many digits.
_OPERANDS = "niftve"
_VARYING = 4
_RELATION = re.compile(rf"([{_OPERANDS}])(?: mod ([0-9]+))?( not)? in ([0-9.,]+)")


def plural_of(rules: Mapping[str, str], digits: int) -> Callable[[int], str]:
    """What tells the plural form of numbers written with *digits* digits after the point, from their unscaled value.

    Raises `ValueError` for a rule in another notation.

    >>> english = {"one": "i in 1 and v in 0"}
    >>> plural_of(english, 0)(1), plural_of(english, 0)(2), plural_of(english, 2)(100)
    ('one', 'other', 'other')
    """
    same = (0, 0, 0, 0, digits, 0)
    forms = []
    for form, rule in rules.items():
        any_of = [tuple(map(_relation, all_of.split(" and "))) for all_of in rule.split(" or ")]
        left = [
            tuple(relation for relation in all_of if relation[0] < _VARYING)
            for all_of in any_of
            if _hold([relation for relation in all_of if relation[0] >= _VARYING], same)
        ]
        if left:
            forms.append((form, left))
    if not forms:
        return lambda _unscaled: "other"
    scale = 10**digits

    def plural(unscaled: int) -> str:
        whole, fraction = divmod(abs(unscaled), scale)
        shortest = fraction
        while shortest and shortest % 10 == 0:
            shortest //= 10
        # A number with a fraction is equal to no whole number, and so is -1 here.
        operands = (-1 if fraction else whole, whole, fraction, shortest)
        for form, any_of in forms:
            for all_of in any_of:
                if _hold(all_of, operands):
                    return form
        return "other"

    return plural


def _relation(text: str) -> Relation:
    found = _RELATION.fullmatch(text)
    if found is None:
        msg = f"`{text}` is not a relation of a plural rule: allowed: such as `n mod 10 not in 2..4,12`"
        raise ValueError(msg)
    operand, modulus, negated, numbers = found.groups()
    spans = tuple(
        range(int(first), int(last or first) + 1)
        for first, _, last in (span.partition("..") for span in numbers.split(","))
    )
    return _OPERANDS.index(operand), int(modulus or 0), negated is None, spans


def _hold(relations: Sequence[Relation], operands: tuple[int, ...]) -> bool:
    for operand, modulus, wanted, spans in relations:
        value = operands[operand]
        if modulus and value > 0:
            value %= modulus
        among = False
        for span in spans:
            if value in span:
                among = True
                break
        if among is not wanted:
            return False
    return True
