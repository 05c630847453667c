"""The programme of a shop's members as it is at an instant, through books that replaced one another."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import attrs

from aftercare.calendar import utc
from aftercare.loyalty.program import Program, ProgramVersions

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from aftercare.loyalty.ladder import Ladder


class Club(NamedTuple):
    """A programme with the versions that are known, and whether the one in force has tiers."""

    versions: ProgramVersions
    has_tiers: bool


def club_of(programs: ProgramVersions) -> Club:
    """The programme of one book."""
    return Club(programs, programs.first.ladder is not None)


def club_at(books: Sequence[tuple[datetime | None, ProgramVersions | None]], at: datetime) -> Club | None:
    """The programme at an instant of books that started one after the other; None where the one in force has none.

    While there was no programme nothing was earned; a version without tiers does not end those that were gained.
    """
    started = [(start, programs) for start, programs in books if start is None or start <= utc(at)]
    ends = [*(start for start, _ in started[1:]), None]
    spans = [
        span for (start, programs), end in zip(started, ends, strict=True) for span in _spans(start, programs, end)
    ]
    known = [program for _, program in spans if program is not None]
    if started[-1][1] is None:
        return None
    now = next(program for start, program in reversed(spans) if start is None or start <= utc(at))
    ladder = next((program.ladder for program in known if program.ladder is not None), None)
    current, filled = known[0], list[tuple["datetime | None", Program]]()
    for start, program in spans:
        ladder = ladder if program is None or program.ladder is None else program.ladder
        current = _silent(current) if program is None else program
        filled.append((start, _with_ladder(current, ladder)))
    (_, first), *later = filled
    versions = ProgramVersions(first, [(start, program) for start, program in later if start is not None])
    return Club(versions, now is not None and now.ladder is not None)


def _spans(
    start: datetime | None, programs: ProgramVersions | None, end: datetime | None
) -> list[tuple[datetime | None, Program | None]]:
    """The versions of one book's programme while that book is in force."""
    if programs is None:
        return [(start, None)]
    current = programs.first if start is None else attrs.evolve(programs.at(start), zone=programs.first.zone)
    later = [(utc(turn), program) for turn, program in programs.later]
    return [
        (start, current),
        *(each for each in later if (start is None or start < each[0]) and (end is None or each[0] < end)),
    ]


def _silent(program: Program) -> Program:
    """The same programme, by which nobody earns anything."""
    return Program(program.id, lots=program.lots, claw_back=program.claw_back, zone=program.zone)


def _with_ladder(program: Program, ladder: Ladder | None) -> Program:
    """The programme on the *ladder* of another version, which brings nothing to who climbs it, where it has none."""
    if program.ladder is not None or ladder is None:
        return program
    return attrs.evolve(program, ladder=attrs.evolve(ladder, rewards=()))
