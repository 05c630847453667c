"""A decision as a receipt for people: what is bought, what is saved and why, what is to pay."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unicodedata import category, east_asian_width

from aftercare.messages import resolve_locale, say
from aftercare.messages.languages import formatting_locale, tag_of
from aftercare.messages.sinks import SINKS, cleaned
from aftercare.money_text import money_text
from aftercare.statement import Name, Statement

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from aftercare.money import Money
    from aftercare.policies.decision import Decision
    from aftercare.policies.outcome import LineDecision, Part, ShipmentDecision
    from aftercare.statement import Parameter

WIDTH = 72
NEAREST = 3
"""So many near misses are shown."""


def receipt_text(decision: Decision, *, locale: str, nearest: bool = False, refusals: bool = False) -> str:
    """The receipt of *decision* in the language of *locale*, as plain text for a fixed-width font.

    With *nearest* it tells the three best near misses, with *refusals* it ends with why every other promotion of the
    book did not apply. Raises `LookupError` for a locale without words.

    >>> from datetime import UTC, datetime
    >>> from aftercare import Line, Order, PolicyBook, Product, Promotion, eur, policies
    >>> book = PolicyBook("shop", zone="UTC", currencies=["EUR"], promotions=[
    ...     Promotion("sale", title="Summer sale", then=policies.percent_off(10))])
    >>> order = Order([Line("1", Product("CUP", name="Cup"), 2, unit_price=eur(3))], currency="EUR")
    >>> print(receipt_text(book.price(order, at=datetime(2026, 7, 1, tzinfo=UTC)), locale="en"))
    Receipt
    <BLANKLINE>
    2 × €3.00  Cup                                                     €6.00
      Summer sale                                                     -€0.60
    <BLANKLINE>
    Total                                                              €5.40
    You save €0.60
    <BLANKLINE>
    “Summer sale” is applied: you save €0.60.
    """
    return "\n".join(_Page(decision, locale).rows(nearest=nearest, refusals=refusals))


class _Page:
    def __init__(self, decision: Decision, locale: str) -> None:
        self.decision = decision
        self.locale = tag_of(locale)
        self.numbers = formatting_locale(self.locale, resolve_locale(locale))
        self.names = {each.id: each.name for each in decision.matching}

    def say(self, code: str, **params: Parameter) -> str:
        return self.said(Statement(code, **params))

    def said(self, statement: Statement) -> str:
        return say(statement, locale=self.locale, sink="plain")

    def called(self, name: Name | None, otherwise: str) -> str:
        """A name in the language, without what could break the columns."""
        return SINKS["plain"].finished(cleaned((name or Name(otherwise)).in_(self.locale)))

    def row(self, label: str, amount: Money | str) -> Iterator[str]:
        """A label at the left and an amount at the right; a long label takes several rows."""
        figures = amount if isinstance(amount, str) else SINKS["plain"].finished(money_text(amount, self.numbers))
        *above, last = _wrapped(label, WIDTH - _width(figures) - 2)
        yield from above
        yield last + " " * (WIDTH - _width(last) - _width(figures)) + figures

    def rows(self, *, nearest: bool, refusals: bool) -> Iterator[str]:
        decision = self.decision
        yield self.say("receipt.title")
        yield ""
        for line in decision.lines:
            yield from self.line_rows(line)
        for gift in decision.gifts:
            label = self.say("receipt.unit_price", count=gift.quantity, price=gift.value)
            yield from self.row(f"{label}  {self.called(gift.name, gift.sku)}", self.say("receipt.gift"))
        for shipment in decision.shipments:
            yield from self.shipment_rows(shipment)
        for each in decision.charges:
            yield from self.row(self.called(each.charge.name, self.say("receipt.charges")), each.charge.amount)
        yield ""
        yield from self.totals()
        yield from self.reasons(nearest=nearest, refusals=refusals)

    def line_rows(self, line: LineDecision) -> Iterator[str]:
        product, quantity = line.line.product, line.line.quantity
        prices = {units.price for units in line.units}
        if len(prices) == 1:
            label = self.say("receipt.unit_price", count=quantity, price=prices.pop())
        else:  # finer than money: the units of the line differ by a minor unit
            label = self.say("receipt.units", count=quantity)
        yield from self.row(f"{label}  {self.called(product.name, product.sku)}", line.price)
        yield from self.part_rows((part, units.count) for units in line.units for part in units.parts)

    def shipment_rows(self, shipment: ShipmentDecision) -> Iterator[str]:
        label = self.say("receipt.delivery_free" if shipment.charge.is_zero else "receipt.delivery")
        yield from self.row(f"{label}  {self.called(None, shipment.shipment.method)}", shipment.charge)
        yield from self.part_rows((part, 1) for part in shipment.parts)

    def part_rows(self, parts: Iterable[tuple[Part, int]]) -> Iterator[str]:
        taken: dict[str, Money] = {}
        for part, count in parts:
            amount = part.amount * count
            taken[part.promotion] = taken[part.promotion] + amount if part.promotion in taken else amount
        for promotion, amount in taken.items():
            yield from self.row(f"  {self.called(self.names[promotion], promotion)}", -amount)

    def totals(self) -> Iterator[str]:
        decision = self.decision
        taxes = [each for each in decision.taxes if not each.tax.is_zero]
        if decision.order.prices == "net":
            yield from self.row(self.say("receipt.net"), decision.net)
            for each in taxes:
                yield from self.row(self.say("receipt.tax_added", rate=each.rate), each.tax)
        yield from self.row(self.say("receipt.total"), decision.payable)
        if decision.order.prices == "gross":
            for each in taxes:
                yield from self.row(f"  {self.say('receipt.tax_included', rate=each.rate)}", each.tax)
        if not decision.saved.is_zero:
            yield self.say("receipt.you_save", amount=decision.saved)

    def reasons(self, *, nearest: bool, refusals: bool) -> Iterator[str]:
        decision = self.decision
        codes = decision.codes
        yield from self.block(decision.reasons)
        yield from self.block(codes.values())
        if nearest:
            near = [each.statement for each in decision.nearest[:NEAREST]]
            yield from self.block(near, under=self.say("receipt.nearest"))
        if refusals:
            # What was said of a code was said of its promotion.
            told = {dict(each.params).get("promotion") for each in codes.values()}
            refused = [decision.why_not(each) for each, state in decision.states.items() if state != "applied"]
            yield from self.block(
                [each for each in refused if each["promotion"] not in told], under=self.say("receipt.not_applied")
            )

    def block(self, statements: Iterable[Statement], *, under: str | None = None) -> Iterator[str]:
        """Each of *statements* said once, after an empty row; a title stands above them, if there are any."""
        said = dict.fromkeys(map(self.said, statements))
        if said:
            yield ""
            if under is None:
                yield from said
            else:
                yield under
                yield from (f"  {each}" for each in said)


def _width(text: str) -> int:
    """How many columns *text* takes in a fixed-width font."""
    return sum(_columns(each) for each in text)


def _columns(letter: str) -> int:
    if category(letter) in {"Mn", "Me", "Cf"}:  # written upon the letter before it, or not at all
        return 0
    return 2 if east_asian_width(letter) in "WF" else 1


def _wrapped(text: str, columns: int) -> list[str]:
    """*text* in rows of at most so many columns, broken between words, or inside one that is very long."""
    rows = [""]
    for letter in text:
        if _width(rows[-1]) + _columns(letter) > columns:
            head, _, tail = rows[-1].rpartition(" ")
            if not head.strip() or _width(tail) > columns // 2:
                head, tail = rows[-1], ""
            rows[-1:] = [head.rstrip(), f"    {tail}"]
        rows[-1] += letter
    return rows
