"""The verb `returns`: which rights are open for an order, or what becomes of a line that is to come back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs

from aftercare.command.inputs import UsageError, asked, instant, ordered
from aftercare.command.telling import payload_data, said, section, show_data, show_report, show_rows, words
from aftercare.errors import did_you_mean
from aftercare.history import History
from aftercare.order_events import Delivered, Purchase
from aftercare.receipt import Tender
from aftercare.statement import Name, Statement

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator
    from datetime import datetime

    from aftercare.book import PolicyBook
    from aftercare.crossings import SettledReturn
    from aftercare.interchange.checks import OrderDocument
    from aftercare.order import Order
    from aftercare.receipt import Receipt
    from aftercare.returns.assessment import Assessment
    from aftercare.returns.deadlines import Deadline
    from aftercare.returns.open_rights import OpenRight, OpenRights


@attrs.frozen
class _Question:
    """What is asked: about which receipt, after what happened, at which instant, in which language."""

    book: PolicyBook
    receipt: Receipt
    history: History
    at: datetime
    locale: str


def tell_returns(given: Namespace) -> None:
    """Print every right that is open for an order, or the answer about one of its lines."""
    if given.line is None and (given.quantity is not None or given.ground is not None):
        msg = "`--quantity` and `--ground` are about a line: say which with `--line`"
        raise UsageError(msg)
    book = asked(given)
    if book.returns is None:
        msg = f"book `{book.name}` promises nothing after the sale: give it `returns=ReturnPolicy(...)`"
        raise UsageError(msg)
    document, order = ordered(given, book)
    question = _question(given, book, document, order)
    data, rows = _rights(question) if given.line is None else _line(question, given)
    if given.json:
        about = {
            "at": question.at.isoformat(),
            "book": question.receipt.book,
            "order": question.receipt.id,
            "placed_at": question.receipt.placed_at.isoformat(),
            "paid": str(question.receipt.payable),
            "events": [_event(each) for each in question.history.events],
        }
        show_data({**about, **data, "payload": payload_data(document)})
        return
    show_rows(rows)
    show_report(document)


def _question(given: Namespace, book: PolicyBook, document: OrderDocument, order: Order) -> _Question:
    """The order as it was placed, priced by the book at its own instant and paid by card."""
    if document.at is None:
        msg = "the order does not tell when it was placed: give the document its `at`"
        raise UsageError(msg)
    if given.line is not None and given.line not in {line.id for line in order.lines}:
        msg = f"`{given.line}` is no line of the order: {did_you_mean(given.line, (line.id for line in order.lines))}"
        raise UsageError(msg)
    quote = book.price(order, at=document.at)
    receipt = book.place(quote, id=document.number, paid=[Tender("card", quote.payable)])
    happened = document.events
    if given.delivered is not None:
        arrived = Delivered(f"{receipt.id} arrived", instant(given.delivered, book), receipt.id)
        happened = (*(each for each in happened if not isinstance(each, Delivered)), arrived)
    history = History((Purchase(f"{receipt.id} placed", document.at, receipt), *happened))
    return _Question(book, receipt, history, instant(given.at, book), given.locale)


def _rights(question: _Question) -> tuple[dict[str, Any], Iterator[str]]:
    found = question.book.rights_at(question.receipt, history=question.history, at=question.at)
    following = found.next_to_lapse
    data = {
        "rights": [_right(each, question.locale) for each in found.rights],
        "next_to_lapse": None if following is None else _right(following, question.locale),
    }
    return data, _rights_rows(found, question)


def _rights_rows(found: OpenRights, question: _Question) -> Iterator[str]:
    locale = question.locale
    yield words(Statement("summary.order", order=Name(question.receipt.id)), locale)
    if not found.rights:
        yield words(Statement("summary.no_rights"), locale)
    called = {line.id: line.product.name or Name(line.product.sku) for line in question.receipt.order.lines}
    for line, product in called.items():
        rights = [each.said for each in found.of(line)]
        yield from section(locale, "summary.line", rights, line=Name(line), product=product)
    following = found.next_to_lapse
    if following is not None:
        title, product = "summary.next_to_lapse", called[following.line]
        yield from section(locale, title, [following.said], line=Name(following.line), product=product)


def _line(question: _Question, given: Namespace) -> tuple[dict[str, Any], Iterator[str]]:
    returning = {given.line: 1 if given.quantity is None else given.quantity}
    ground = given.ground or "change_of_mind"
    book, receipt, history, at = question.book, question.receipt, question.history, question.at
    answers = book.assess_return(receipt, history=history, returning=returning, ground=ground, at=at)
    preview = None
    if all(each.outcome != "refuse" for each in answers):
        preview = book.preview_return(receipt, history=history, returning=returning, ground=ground, at=at)
    data = {
        "answers": [_answer(each, question.locale) for each in answers],
        "preview": None if preview is None else _preview(preview, question.locale),
    }
    return data, _line_rows(answers, preview, question.locale)


def _line_rows(answers: tuple[Assessment, ...], preview: SettledReturn | None, locale: str) -> Iterator[str]:
    for each in answers:
        yield words(each.said, locale)
        if each.outcome != "refuse":
            yield words(each.deadline.said, locale)
    yield from section(locale, "summary.next_steps", [step for each in answers for step in each.steps])
    if preview is not None:
        yield from section(locale, "summary.comes_back", (*preview.money.statements, *preview.refund_due))
        yield from section(locale, "summary.effects", _effects(preview))


def _effects(preview: SettledReturn) -> list[Statement]:
    """What a return does beside the money that was told: points, what is set off for them, and the tier."""
    told = {step for each in preview.assessments for step in each.steps}
    told.update(each.said for each in preview.assessments)
    told.add(Statement("settled.refund", amount=preview.money.refund))
    told.update((*preview.money.statements, *preview.refund_due))
    return [each for each in preview.statements if each not in told]


def _right(right: OpenRight, locale: str) -> dict[str, Any]:
    return {
        "kind": right.kind,
        "line": right.line,
        "units": [_units(each) for each in right.units],
        "outcome": right.outcome,
        "regime": right.regime,
        "deadline": None if right.deadline is None else _deadline(right.deadline, locale),
        **said(right.said, locale),
    }


def _answer(answer: Assessment, locale: str) -> dict[str, Any]:
    return {
        "units": [_units(each) for each in answer.units],
        "ground": answer.ground,
        "outcome": answer.outcome,
        "regimes": list(answer.regimes),
        "deadline": _deadline(answer.deadline, locale),
        "reasons": [said(each, locale) for each in answer.reasons],
        "steps": [said(each, locale) for each in answer.steps],
        "refund_due": [{"by": due.by and due.by.isoformat(), **said(due.said, locale)} for due in answer.refund_due],
        **said(answer.said, locale),
    }


def _preview(preview: SettledReturn, locale: str) -> dict[str, Any]:
    money, lost = preview.money, preview.tier_lost
    return {
        "refund": str(preview.refund),
        "goods": str(money.goods),
        "delivery": str(money.delivery),
        "fees": [{"kind": fee.kind, "amount": str(fee.amount)} for fee in money.fees],
        "tenders": [{"kind": each.kind, "amount": str(each.amount)} for each in money.tenders],
        "points_taken": preview.points_taken,
        "tier_lost": None if lost is None else lost.id,
        "statements": [said(each, locale) for each in (*money.statements, *preview.refund_due, *_effects(preview))],
    }


def _deadline(deadline: Deadline, locale: str) -> dict[str, Any]:
    ends = deadline.ends_at
    return {
        "last_day": None if deadline.last_day is None else deadline.last_day.isoformat(),
        "ends_at": None if ends is None else ends.isoformat(),
        "waiting_for": deadline.waiting_for,
        "text": words(deadline.said, locale),
    }


def _units(units: Any) -> dict[str, Any]:
    return {"line": units.line, "count": units.count, "first": units.first}


def _event(event: Any) -> dict[str, Any]:
    return {"event": type(event).__name__, "id": event.id, "at": event.at.isoformat()}
