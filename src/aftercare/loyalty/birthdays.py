"""Birthday rewards: one each year of life, on leap days too, whatever is edited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

import attrs

from aftercare.calendar import Days, Months, aware, local_date, start_of_day, utc
from aftercare.errors import PolicyError, is_a
from aftercare.loyalty.coded import LoyaltyCoded
from aftercare.loyalty.days import day_after
from aftercare.loyalty.gifts import Award, Awards, Gifts, NotAwarded, gift_for, gifts, in_turn, tier_at
from aftercare.loyalty.given import an_id
from aftercare.loyalty.lots import one_of
from aftercare.member_events import Birthday
from aftercare.statement import Name, Statement, name

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from aftercare.history import History
    from aftercare.loyalty.vault import TierChange

LeapDay: TypeAlias = Literal["february_28", "march_1"]


@attrs.frozen(eq=False, repr=False)
class BirthdayReward(LoyaltyCoded):
    """Every birthday *gives* something, on the day or so many days *before* it.

    Who was born on a leap day celebrates on the 28th of February in common years, or on the 1st of March. The date has
    to be known for *notice* before. However often the date of birth is told anew, every year of life is rewarded once,
    and two rewards are at least *apart*. Raises `PolicyError`.

    >>> from aftercare import loyalty
    >>> BirthdayReward("birthday", gives=loyalty.give_points(100)).leap_day
    'february_28'
    """

    id: str = attrs.field(converter=an_id)
    gives: Gifts = attrs.field(converter=gifts, kw_only=True)
    before: Days = attrs.field(default=Days(0), kw_only=True)
    leap_day: LeapDay = attrs.field(default="february_28", kw_only=True)
    notice: Days = attrs.field(default=Days(0), kw_only=True)
    apart: Months = attrs.field(default=Months(11), kw_only=True)
    title: Name = attrs.field(default=Name("birthday"), converter=name, kw_only=True)

    def __attrs_post_init__(self) -> None:
        one_of("a day for leap-day birthdays", self.leap_day, get_args(LeapDay))
        for what, given, kind in (
            ("before", self.before, Days),
            ("notice", self.notice, Days),
            ("apart", self.apart, Months),
        ):
            if not is_a(given, kind):
                msg = f"`{what}` of `{self.id}` is given as such as `{kind.__name__}(11)`, not `{given!r}`"
                raise PolicyError(msg)

    def birthday(self, born: date, year: int) -> date:
        """The birthday in a *year* of somebody *born* then.

        >>> from datetime import date
        >>> from aftercare import loyalty
        >>> reward = BirthdayReward("birthday", gives=loyalty.give_points(100))
        >>> [str(reward.birthday(date(2024, 2, 29), year)) for year in (2025, 2028)]
        ['2025-02-28', '2028-02-29']
        """
        day = Months(12 * (year - born.year)).after(born)
        return day_after(day) if day.day != born.day and self.leap_day == "march_1" else day

    def awards(self, history: History, *, at: datetime, zone: str, tiers: Iterable[TierChange] = ()) -> Awards:
        """What birthdays gave by the instant *at*, and what they did not; *tiers* are the changes of the member's tier.

        The key of an award is the rule and the year of life by the date of birth that was told first. Only birthdays
        after the date was told count. Raises `CalendarError`.
        """
        instant = aware(at, "the instant of an award")
        told = [event for event in history.until(instant).events if isinstance(event, Birthday)]
        if not told:
            return Awards()
        first = told[0].born.year
        changes = in_turn(tiers)
        today = local_date(instant, zone)
        given: list[Award] = []
        refused: list[NotAwarded] = []
        days: dict[int, date] = {}
        for place, event in enumerate(told):
            known = local_date(event.at, zone)
            last = local_date(told[place + 1].at, zone) if place + 1 < len(told) else None
            for year in range(known.year, today.year + 2):
                day, birthday = self._day(event.born, year), self.birthday(event.born, year)
                if day is None or birthday < known or day > today or (last is not None and max(day, known) >= last):
                    continue
                when = max(utc(start_of_day(day, zone)), utc(event.at))
                reason = self._refusal(birthday, known, year - first, days)
                if reason is not None:
                    refused.append(NotAwarded(at=when, event=event.id, reason=reason))
                    continue
                gift = gift_for(self.gives, tier_at(changes, when))
                if gift is not None:
                    days[year - first] = birthday
                    said = Statement("birthday.awarded", date=birthday)
                    key = f"{self.id}:{year - first}"
                    given.append(Award(key=key, rule=self.id, at=when, gift=gift, title=self.title, reason=said))
        return Awards(given=tuple(given), refused=tuple(refused), next_day=self._next(told[-1].born, today))

    def _day(self, born: date, year: int) -> date | None:
        """The day of the gift for the birthday in *year*, None before the birth."""
        if year <= born.year:
            return None
        return type(born).fromordinal(self.birthday(born, year).toordinal() - self.before.n)

    def _next(self, born: date, today: date) -> date:
        each = (self._day(born, year) for year in range(today.year, today.year + 3))
        return min(day for day in each if day is not None and day > today)

    def _refusal(self, day: date, known: date, ordinal: int, days: dict[int, date]) -> Statement | None:
        if day < self.notice.after(known):
            return Statement("birthday.refused.notice", date=day, needed=self.notice.n)
        if ordinal in days:
            return Statement("birthday.refused.same_year", date=days[ordinal])
        recent = max(days.values(), default=None)
        if recent is not None and day < self.apart.after(recent):
            return Statement("birthday.refused.too_soon", date=recent)
        return None
