"""A decision as a receipt for people: what is bought, what is saved and why, what is to pay."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unicodedata import east_asian_width

from aftercare.messages import resolve_locale, say
from aftercare.money_text import money_text
from aftercare.statement import Statement

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aftercare.money import Money
    from aftercare.policies.decision import Decision
    from aftercare.policies.outcome import LineDecision, Part
    from aftercare.statement import Parameter

WIDTH = 72


def receipt_text(decision: Decision, *, locale: str, refusals: bool = False) -> str:
    """The receipt of *decision* in the language of *locale*, as plain text for a fixed-width font.

    With *refusals* it ends with why every other promotion of the book did not apply.

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
    <BLANKLINE>
    “Summer sale” is applied: you save €0.60.
    """
    page = _Page(decision, resolve_locale(locale), locale)
    return "\n".join(page.rows(refusals=refusals))


class _Page:
    def __init__(self, decision: Decision, language: str, locale: str) -> None:
        self.decision = decision
        self.language = language
        self.locale = locale
        self.names = {each.id: each.name for each in decision.matching}

    def say(self, code: str, **params: Parameter) -> str:
        return say(Statement(code, **params), locale=self.locale, sink="plain")

    def money(self, money: Money) -> str:
        return money_text(money, self.language).replace("\u00a0", " ").replace("\u202f", " ")

    def row(self, label: str, money: Money | str) -> str:
        """A label at the left and an amount at the right."""
        amount = money if isinstance(money, str) else self.money(money)
        return label + " " * max(2, WIDTH - _width(label) - _width(amount)) + amount

    def rows(self, *, refusals: bool) -> Iterator[str]:
        decision = self.decision
        yield self.say("receipt.title")
        yield ""
        for line in decision.lines:
            yield from self.line_rows(line)
        for gift in decision.gifts:
            label = self.say("receipt.unit_price", count=gift.quantity, price=gift.value)
            yield self.row(f"{label}  {gift.name.in_(self.locale)}", self.say("receipt.gift"))
        for shipment in decision.shipments:
            free = shipment.paid.is_zero and not shipment.charge.is_zero
            yield self.row(self.say("receipt.delivery"), self.money(shipment.charge))
            if free or shipment.parts:
                yield from self.part_rows([(part, 1) for part in shipment.parts])
        for charge in decision.charges:
            called = charge.charge.name
            yield self.row(
                self.say("receipt.charges") if called is None else called.in_(self.locale), charge.charge.amount
            )
        yield ""
        yield from self.totals()
        yield from self.reasons(refusals=refusals)

    def line_rows(self, line: LineDecision) -> Iterator[str]:
        product = line.line.product
        called = product.sku if product.name is None else product.name.in_(self.locale)
        if all(units.price == line.units[0].price for units in line.units):
            label = self.say("receipt.unit_price", count=line.line.quantity, price=line.units[0].price)
            yield self.row(f"{label}  {called}", line.price)
        else:
            yield self.row(f"{line.line.quantity} ×  {called}", line.price)
        yield from self.part_rows([(part, units.count) for units in line.units for part in units.parts])

    def part_rows(self, parts: list[tuple[Part, int]]) -> Iterator[str]:
        taken: dict[str, Money] = {}
        for part, count in parts:
            amount = part.amount * count
            taken[part.promotion] = taken[part.promotion] + amount if part.promotion in taken else amount
        for promotion, amount in taken.items():
            yield self.row(f"  {self.names[promotion].in_(self.locale)}", -amount)

    def totals(self) -> Iterator[str]:
        decision = self.decision
        if decision.order.prices == "net":
            yield self.row(self.say("receipt.net"), decision.net)
        for each in decision.taxes:
            if not each.tax.is_zero and decision.order.prices == "net":
                yield self.row(self.say("receipt.tax_added", rate=each.rate), each.tax)
        yield self.row(self.say("receipt.total"), decision.payable)
        for each in decision.taxes:
            if not each.tax.is_zero and decision.order.prices == "gross":
                yield self.row(f"  {self.say('receipt.tax_included', rate=each.rate)}", each.tax)

    def reasons(self, *, refusals: bool) -> Iterator[str]:
        decision = self.decision
        if decision.reasons:
            yield ""
            yield from (say(each, locale=self.locale, sink="plain") for each in decision.reasons)
        if decision.order.codes:
            yield ""
            yield from (say(each, locale=self.locale, sink="plain") for each in decision.codes.values())
        if refusals:
            refused = [promotion for promotion, state in decision.states.items() if state != "applied"]
            if refused:
                yield ""
                yield self.say("receipt.not_applied")
                yield from (f"  {say(decision.why_not(each), locale=self.locale, sink='plain')}" for each in refused)


def _width(text: str) -> int:
    """How many columns *text* takes in a fixed-width font."""
    return sum(2 if east_asian_width(each) in "WF" else 1 for each in text)
