"""Which clauses of a policy hold for a return, each made ready: what is said, and what the shop should do."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias, assert_never

from aftercare.returns.clauses import Ask, Bar, Notify, Review, reads
from aftercare.returns.effects import OpenTask, Tell
from aftercare.statement import Statement

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aftercare.returns.circumstances import Circumstances
    from aftercare.returns.clauses import BarReason, Clause, Outcome, Reads
    from aftercare.returns.effects import Effect
    from aftercare.statement import Name

Job: TypeAlias = "tuple[tuple[Outcome, ...], Effect]"
"""What the shop should do, on which outcomes."""


class Held:
    """What the clauses that hold say."""

    __slots__ = ("asks", "bars", "jobs", "reviews")

    def __init__(self) -> None:
        self.bars: list[tuple[BarReason | Name, Statement]] = []
        self.reviews: list[Statement] = []
        self.asks: list[Statement] = []
        self.jobs: list[Job] = []


class _Ready:
    """A clause with its reader, and what it adds."""

    __slots__ = ("ask", "bar", "job", "read", "review")

    def __init__(self, clause: Clause) -> None:
        self.read: Reads = reads(clause.when, clause.of)
        self.bar: tuple[BarReason | Name, Statement] | None = None
        self.review: Statement | None = None
        self.ask: Statement | None = None
        self.job: Job | None = None
        match clause:
            case Bar():
                self.bar = clause.because, clause.said
            case Review():
                self.review = Statement("returns.review", because=clause.because)
                self.job = ("needs_review",), OpenTask(clause.role, clause.because)
            case Ask():
                self.ask = Statement("returns.step.ask", step=clause.step)
            case Notify():
                told = Tell(clause.role) if clause.task is None else OpenTask(clause.role, clause.task)
                self.job = clause.on, told
            case _:
                assert_never(clause)


class Clauses:
    """The clauses of a policy, made ready."""

    def __init__(self, clauses: Iterable[Clause]) -> None:
        self.each = [_Ready(clause) for clause in clauses]

    def held(self, circumstances: Circumstances, place: int) -> Held:
        """What those say that hold for the line at *place*."""
        held = Held()
        for each in self.each:
            if each.read(circumstances, place):
                if each.bar is not None:
                    held.bars.append(each.bar)
                if each.review is not None:
                    held.reviews.append(each.review)
                if each.ask is not None:
                    held.asks.append(each.ask)
                if each.job is not None:
                    held.jobs.append(each.job)
        return held
