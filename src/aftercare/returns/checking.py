"""What is wrong with return policies beside the book they stand in: every problem, each with its path."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aftercare.errors import Problem
from aftercare.money import Amounts, Money
from aftercare.policies.walking import amounts_in_condition
from aftercare.returns.better import longer
from aftercare.returns.fees import Restocking, kind
from aftercare.returns.grounds import find_ground
from aftercare.returns.statutes import jurisdictions, statutory
from aftercare.returns.terms import ever

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from aftercare.returns.policy import ReturnPolicy
    from aftercare.returns.statutes import StatutoryRight
    from aftercare.returns.windows import ReturnWindow


def check(policies: Iterable[ReturnPolicy], currencies: Iterable[str], *, path: str = "returns") -> list[Problem]:
    """Every problem of return *policies* in a book with these *currencies*; *path* is where they stand.

    >>> from aftercare import Days, ReturnPolicy, eur
    >>> policy = ReturnPolicy("standard", within=Days(30), after="delivered", fee=eur("4.95"))
    >>> [problem.path for problem in check([policy], ["EUR", "PLN"])]
    ['returns[0].fee']
    """
    needed = tuple(currencies)
    first: dict[str, str] = {}
    problems: list[Problem] = []
    for place, policy in enumerate(policies):
        here = f"{path}[{place}]"
        if policy.id in first:
            msg = f"id `{policy.id}` is already that of `{first[policy.id]}`: give each return policy its own"
            problems.append(Problem(here, msg))
        first.setdefault(policy.id, here)
        problems += _amounts(here, policy, needed)
    return problems


def _amounts(path: str, policy: ReturnPolicy, needed: tuple[str, ...]) -> Iterator[Problem]:
    """Amounts that lack a currency of the book."""
    for where, amount in dict.fromkeys(_named(policy)):
        known = {amount.currency} if isinstance(amount, Money) else amount.currencies
        missing = [currency for currency in needed if currency not in known]
        if missing:
            yield Problem(
                f"{path}.{where}",
                f"`{policy.id}` names `{amount}` and no amount in `{', '.join(missing)}`: "
                "write `amounts(...)` with one for each currency of the book",
            )


def _named(policy: ReturnPolicy) -> Iterator[tuple[str, Money | Amounts]]:
    """Every amount that a policy names, and where."""
    yield from _in_terms("", policy.terms)
    for place, each in enumerate(policy.exceptions):
        here = f"exceptions[{place}]"
        yield from _in_terms(f"{here}.", each.terms)
        yield from ((f"{here}.when", amount) for amount in amounts_in_condition(each.when))
        if each.of is not None:
            yield from ((f"{here}.of", amount) for amount in amounts_in_condition(each.of))
    for place, clause in enumerate(policy.clauses):
        here = f"clauses[{place}]"
        yield from ((f"{here}.when", amount) for amount in amounts_in_condition(clause.when))
        if clause.of is not None:
            yield from ((f"{here}.of", amount) for amount in amounts_in_condition(clause.of))


def _in_terms(path: str, terms: Iterable[tuple[str, Any]]) -> Iterator[tuple[str, Money | Amounts]]:
    for term, stored in terms:
        for value in ever(stored):
            if isinstance(value, Amounts):
                yield f"{path}{term}", value
            elif term == "fee":
                for fee in value:
                    parts = (fee.value, fee.at_most) if isinstance(fee, Restocking) else (getattr(fee, "amount", None),)
                    yield from ((f"{path}{term}", part) for part in parts if isinstance(part, Money | Amounts))


def undeclared_floors(
    policies: Iterable[ReturnPolicy], *, countries: Iterable[str], on: date, path: str = "returns"
) -> list[Problem]:
    """Where *policies* are below a law that they do not name, for sales *on* a day to *countries* such as ``PL``.

    It warns and does not judge: assessed without its floor, a policy answers only what the shop promises. Only what
    can be compared is: whom the right serves, how long it lasts and what fees it lets the shop keep.

    >>> from datetime import date
    >>> from aftercare import Days, ReturnPolicy, returns
    >>> policy = ReturnPolicy("standard", within=Days(10), after="delivered")
    >>> len(undeclared_floors([policy], countries=["DE", "BR"], on=date(2026, 3, 1)))
    1
    >>> safe = policy.not_below(returns.statutory("EU"))
    >>> undeclared_floors([safe], countries=["DE", "BR"], on=date(2026, 3, 1))
    []
    """
    shop = tuple(policies)
    problems: list[Problem] = []
    for country in countries:
        if any(statute.applies_in(country) for policy in shop for statute in policy.floors):
            continue
        laws = [statutory(each) for each in jurisdictions()]
        for law in (law for law in laws if law.applies_in(country)):
            rights = [right for right in law.rights(on=on) if not any(_reaches(policy, right) for policy in shop)]
            if rights:
                words = ", ".join(f"`{right.name}`" for right in rights)
                msg = (
                    f"the law of `{law.jurisdiction}` gives customers in `{country}` more than any of these policies "
                    f"does: {words}; add `.not_below(returns.statutory({law.jurisdiction!r}))`"
                )
                problems.append(Problem(path, msg))
    return problems


def _reaches(policy: ReturnPolicy, right: StatutoryRight) -> bool:
    """Whether a policy is known to give as much as a *right* of the law."""
    if policy.clauses or not all(policy.serves(find_ground(ground)) for ground in right.grounds):
        return False
    allowed = right.term("fees_allowed") or ()
    given = [dict(policy.terms), *(dict(each.terms) for each in policy.exceptions)]
    fees = [fee for terms in given for value in ever(terms.get("fee", ())) for fee in value]
    if any(kind(fee) not in allowed for fee in fees):
        return False
    return all(_lasts(window, right.window) for window in policy.windows)


def _lasts(window: ReturnWindow, law: ReturnWindow) -> bool:
    """Whether a window is known to last as long as that of a law."""
    if window.within is not None and (window.after.event != law.after.event or window.act != law.act):
        return False
    return (window.within,) == longer(window.within, law.within)
