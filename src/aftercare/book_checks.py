"""What is wrong with a book taken as a whole: every problem of every part, each with its path."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final, get_args

import attrs

from aftercare.calendar import Months
from aftercare.calendar import zone as find_zone
from aftercare.errors import CalendarError, MoneyError, PolicyError, Problem, did_you_mean, is_a
from aftercare.money import Amounts, Money
from aftercare.policies.benefit import Reward
from aftercare.policies.checking import check as check_promotions
from aftercare.policies.checking import placed
from aftercare.policies.stacking import promotions_in
from aftercare.policies.totals import TaxRounding
from aftercare.policies.variable import constants

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aftercare.loyalty.lots import Lots
    from aftercare.loyalty.program import Program, ProgramVersions
    from aftercare.policies.shipping import Delivery
    from aftercare.policies.stacking import Entry
    from aftercare.returns.after_sales import AfterSales
    from aftercare.returns.policy import ReturnPolicy
    from aftercare.returns.several import ReturnPolicies

_SHORTEST_MONTH: Final = 28
_LONGEST_MONTH: Final = 31


@attrs.frozen(kw_only=True)
class BookParts:
    """What a book is made of, as far as it can be wrong."""

    zone: str
    currencies: tuple[str, ...]
    countries: tuple[str, ...]
    tax_rounding: str
    promotions: tuple[Entry, ...]
    delivery: tuple[Delivery, ...]
    returns: AfterSales | ReturnPolicies | ReturnPolicy | None
    loyalty: Program | ProgramVersions | None


def check(book: BookParts) -> list[Problem]:
    """Every problem of a book; what it does not promise is not imported to check it."""
    problems = [*_frame(book), *check_promotions(book.promotions, book.delivery, book.currencies)]
    policies: tuple[ReturnPolicy, ...] = ()
    if book.returns is not None:
        from aftercare.returns.after_sales import after_sales

        try:
            promised = after_sales(book.returns)
        except PolicyError as error:
            problems.append(Problem("returns", str(error)))
        else:
            policies = promised.return_policies
            problems += _returns(book, promised)
    if book.loyalty is not None:
        from aftercare.loyalty.program import Program, ProgramVersions

        if is_a(book.loyalty, Program, ProgramVersions):
            problems += _programs(book, policies, _versions(book.loyalty))
        else:
            what = f"`{book.loyalty!r}` is no programme: give `loyalty.Program(...)`, which has the tiers and points"
            problems.append(Problem("loyalty", what))
    return problems


def warnings(book: BookParts) -> tuple[Problem, ...]:
    """What is doubtful about a book that can keep what it promises.

    Words that never come, and tiers worth nothing, or less than a lower one.
    """
    from aftercare.word_checks import strange_countries, strange_deliveries, strange_returns

    parts = _promises(book)
    found = [*strange_deliveries(parts, book.delivery), *strange_countries(parts)]
    if book.returns is not None:
        from aftercare.returns.after_sales import after_sales
        from aftercare.returns.grounds import GROUNDS

        policies = [("returns", each) for each in after_sales(book.returns).return_policies]
        found += strange_returns(policies, {ground.id for ground in GROUNDS})
    if book.loyalty is not None:
        from aftercare.tier_checks import doubtful_tiers

        for path, program in _versions(book.loyalty):
            found += doubtful_tiers([*parts, (f"{path}.earning", program.earning)], program, path)
    return tuple(found)


def _returns(book: BookParts, promised: AfterSales) -> Iterator[Problem]:
    from aftercare.returns.checking import check as check_returns
    from aftercare.returns.checking import undeclared_floors

    if promised.returns is None and not promised.warranties:
        return
    policies = promised.return_policies
    yield from check_returns(policies, book.currencies)
    for place, warranty in enumerate(promised.warranties):
        yield from check_returns(warranty.promises, book.currencies, path=f"returns.warranties[{place}]")
    yield from undeclared_floors(policies, countries=book.countries, on=date.max)


def _versions(loyalty: Program | ProgramVersions) -> list[tuple[str, Program]]:
    """The versions of a programme, each with its path."""
    from aftercare.loyalty.program import Program

    if isinstance(loyalty, Program):
        return [("loyalty", loyalty)]
    later = ((f"loyalty.later[{place}]", program) for place, (_, program) in enumerate(loyalty.later))
    return [("loyalty.first", loyalty.first), *later]


def _promises(book: BookParts) -> list[tuple[str, Any]]:
    """Every part of the book that may name a tier, but for the programme."""
    return [
        *placed(book.promotions, "promotions"),
        *((f"delivery[{place}]", each) for place, each in enumerate(book.delivery)),
        ("returns", book.returns),
    ]


def _programs(
    book: BookParts, policies: tuple[ReturnPolicy, ...], versions: list[tuple[str, Program]]
) -> Iterator[Problem]:
    from aftercare.tier_checks import unknown_tiers
    from aftercare.word_checks import parts_of

    ladders = [program.ladder for _, program in versions if program.ladder is not None]
    if ladders:
        earning = [(f"{path}.earning", program.earning) for path, program in versions]
        yield from unknown_tiers([*_promises(book), *earning], ladders)
    for path, program in versions:
        for part in ("ladder", "earning", "spending"):
            for amount in dict.fromkeys(each for each in parts_of(getattr(program, part)) if isinstance(each, Amounts)):
                missing = [currency for currency in book.currencies if currency not in amount.currencies]
                if missing:
                    message = (
                        f"`{program.id}` names `{amount}` and no amount in `{', '.join(missing)}`: "
                        "write `amounts(...)` with one for each currency of the book"
                    )
                    yield Problem(f"{path}.{part}", message)
        yield from _holds(policies, path, program.lots)
        yield from _cards(book, path, program)
        yield from _multiplied(book, program)
        for place, wallet in enumerate(program.wallets):
            if wallet.currency not in book.currencies:
                message = (
                    f"`{wallet.id}` keeps {wallet.currency}, in which the book sells nothing: "
                    f"allowed: `{', '.join(book.currencies)}`"
                )
                yield Problem(f"{path}.wallets[{place}]", message)


def _multiplied(book: BookParts, program: Program) -> Iterator[Problem]:
    """Promotions each of which may make points worth the purchase or more."""
    from aftercare.loyalty.paying import points_problems
    from aftercare.word_checks import parts_of

    if program.earning is None:
        return
    for path, promotion in placed(book.promotions, "promotions"):
        rewards = [each for each in parts_of(promotion) if isinstance(each, Reward) and each.kind == "points_times"]
        times = [Fraction(each) for reward in rewards for each in constants(reward.value)]
        if times:
            earning = attrs.evolve(program.earning, rule=program.earning.rule.times(max(times)))
            for problem in points_problems(attrs.evolve(program.points, earning=earning), program.spending):
                yield Problem(path, f"with points times `{max(times)}`, {problem.message}")


def _cards(book: BookParts, path: str, program: Program) -> Iterator[Problem]:
    """Cards that bear the id of a promotion, as which they are told in a price."""
    ids = {each.id for entry in book.promotions for each in promotions_in(entry)}
    for place, card in enumerate(program.cards):
        if card.id in ids:
            message = f"`{card.id}` is also the id of a promotion: give the card an id of its own"
            yield Problem(f"{path}.cards[{place}]", message)


def _holds(policies: tuple[ReturnPolicy, ...], path: str, lots: Lots) -> Iterator[Problem]:
    """Points that expire, counted from the day on which they are earned, before their goods can no longer come back."""
    from aftercare.loyalty.lots import After

    if lots.hold != "returns" or lots.clock != "earned" or not isinstance(lots.expire, After) or lots.expire.to_end_of:
        return
    longest = lots.expire.length.n * (_LONGEST_MONTH if isinstance(lots.expire.length, Months) else 1)
    for policy in policies:
        for within in dict.fromkeys(window.within for window in policy.windows):
            held = 0 if within is None else within.n * (_SHORTEST_MONTH if isinstance(within, Months) else 1)
            if within is None or held >= longest:
                message = (
                    f"points are held while goods come back, `{within!r}` by `{policy.id}`, and expire "
                    f"`{lots.expire.length!r}` after they were earned, before anybody can spend them: let them last "
                    "longer, or start their clock when they are `available`"
                )
                yield Problem(f"{path}.lots", message)


def _frame(book: BookParts) -> Iterator[Problem]:
    try:
        find_zone(book.zone)
    except CalendarError as error:
        yield Problem("zone", str(error))
    if not book.currencies:
        yield Problem("currencies", "a book needs at least one currency, such as `EUR`")
    for place, currency in enumerate(book.currencies):
        try:
            Money.of_minor(0, currency)
        except MoneyError as error:
            yield Problem(f"currencies[{place}]", str(error))
    if book.tax_rounding not in get_args(TaxRounding):
        allowed = did_you_mean(book.tax_rounding, get_args(TaxRounding))
        yield Problem("tax_rounding", f"`{book.tax_rounding}` is not a scope of rounding: {allowed}")
