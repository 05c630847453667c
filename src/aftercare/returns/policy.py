"""Return policies: what a shop promises to those who want to give goods back."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, get_args

import attrs
from typing_extensions import Unpack

from aftercare.canonical import Coded, written
from aftercare.errors import PolicyError, did_you_mean, is_a
from aftercare.policies.condition import Condition, ItemCondition
from aftercare.policies.exceptions import Override
from aftercare.policies.vocabulary import always, maybe_goods
from aftercare.returns.clauses import Ask, Bar, Clause, Notify, Review
from aftercare.returns.conflicts import ExceptionStrategy, check_windows, refuse_undecided, windows_of
from aftercare.returns.grounds import GROUNDS, Ground, Regime, regime_words
from aftercare.returns.held import Clauses
from aftercare.returns.offers import Offers
from aftercare.returns.statutes import with_floor
from aftercare.returns.terms import GivenTerms, coerced
from aftercare.statement import Name, name

if TYPE_CHECKING:
    from aftercare.policies.vocabulary import Goods
    from aftercare.returns.clauses import BarReason, Outcome
    from aftercare.returns.statutes import Statute
    from aftercare.returns.windows import ReturnWindow


class Prepared(NamedTuple):
    """What answers quickly which terms hold, and which clauses."""

    offers: Offers
    clauses: Clauses


@attrs.frozen(eq=False, repr=False, init=False)
class ReturnPolicy(Coded):
    """What a shop promises: goods come back *within* a span *after* an event, on these terms.

    *regime* says what kind of right it is and *grounds* for what it is given, by default every ground that its regime
    may serve. All other keywords are terms, see `aftercare.returns.terms.Terms`; each may be `dated`. Exceptions,
    clauses and the floor of a law are added by its methods. Raises `PolicyError`.

    >>> from aftercare import Days, Tier, customer, eur, returns
    >>> standard = ReturnPolicy("standard", within=Days(30), after="delivered", fee=eur("4.95"))
    >>> gold = customer.tier.at_least(Tier("gold", 2))
    >>> standard.except_when(gold, within=Days(60), fee=returns.FREE, named="gold").exceptions[0].title
    'gold'
    """

    id: str
    title: Name | None
    regime: Regime
    grounds: tuple[Ground | str, ...]
    terms: tuple[tuple[str, Any], ...]
    strategy: ExceptionStrategy | None
    exceptions: tuple[Override, ...]
    clauses: tuple[Clause, ...]
    floors: tuple[Statute, ...]

    def __init__(
        self,
        id: str,
        *,
        title: Name | str | None = None,
        regime: Regime = "promise",
        grounds: str | Ground | Iterable[str | Ground] = (),
        **terms: Unpack[GivenTerms],
    ) -> None:
        if not is_a(id, str) or not id.strip():
            msg = f"a return policy needs an id, given `{id!r}`"
            raise PolicyError(msg)
        if "within" not in terms:
            msg = f"`{id}` does not say how long: give `within=`, such as `Days(30)`, or None for no limit"
            raise PolicyError(msg)
        regimes = regime_words(regime)
        given: dict[str, Any] = {
            "id": id,
            "title": None if title is None else name(title),
            "regime": regimes[0],
            "grounds": _grounds(grounds, regimes[0]),
            "terms": coerced(terms),
            "strategy": None,
            "exceptions": (),
            "clauses": (),
            "floors": (),
        }
        for field, value in given.items():
            object.__setattr__(self, field, value)
        check_windows(self.id, self.terms, None, ())

    def _but(self, **changes: Any) -> ReturnPolicy:
        """The same policy with other fields."""
        other: ReturnPolicy = object.__new__(ReturnPolicy)
        for field in attrs.fields(ReturnPolicy):
            object.__setattr__(other, field.name, changes.get(field.name, getattr(self, field.name)))
        return other

    @property
    def name(self) -> Name:
        """What customers read: the title, or the id where there is none."""
        return self.title or Name(self.id)

    @cached_property
    def prepared(self) -> Prepared:
        """The exceptions and clauses, made ready for many questions."""
        return Prepared(Offers(self.name, self.terms, self.exceptions, self.strategy), Clauses(self.clauses))

    @property
    def own_grounds(self) -> tuple[Ground, ...]:
        """The grounds that only this policy knows."""
        return tuple(each for each in self.grounds if isinstance(each, Ground))

    @property
    def windows(self) -> tuple[ReturnWindow, ...]:
        """The windows that it may have: the usual one and those of its exceptions, whenever the goods were bought."""
        return windows_of(self.terms, self.exceptions)

    def serves(self, ground: Ground) -> bool:
        """Whether the policy is given for a *ground*."""
        if self.regime not in ground.regimes:
            return False
        return not self.grounds or any(
            ground.id == (each if isinstance(each, str) else each.id) for each in self.grounds
        )

    def except_when(
        self,
        when: Condition = always,
        *,
        of: Goods | None = None,
        named: Name | str | None = None,
        **terms: Unpack[GivenTerms],
    ) -> ReturnPolicy:
        """The same policy with other *terms* when *when* holds, *of* some goods or all.

        A term that is not given keeps its usual value; customers read what the exception is *named*. Two that give one
        term different values must never hold together; where that cannot be proved, say with `exceptions_by` which
        counts. Raises `PolicyError`.

        >>> from aftercare import Days, item
        >>> policy = ReturnPolicy("standard", within=Days(30), after="delivered")
        >>> policy.except_when(of=item.category.is_("laptops"), within=Days(14)).exceptions[0].terms
        (('within', Days(14)),)
        """
        if is_a(when, ItemCondition):
            msg = f"`{when!r}` is about goods, not about an order: write `of={when!r}`"
            raise PolicyError(msg)
        if not terms:
            msg = f"an exception of `{self.id}` changes nothing: name a term, such as `within=Days(60)`"
            raise PolicyError(msg)
        override = Override(when, coerced(terms), named, maybe_goods(of))
        for one in self.exceptions:
            if named is not None and one.named is not None and str(one.named) == str(named):
                msg = f"two exceptions of `{self.id}` are named `{named}`: give each its own name"
                raise PolicyError(msg)
            refuse_undecided(self.id, self.strategy, one, override)
        exceptions = (*self.exceptions, override)
        check_windows(self.id, self.terms, self.strategy, exceptions)
        return self._but(exceptions=exceptions)

    def exceptions_by(self, strategy: ExceptionStrategy) -> ReturnPolicy:
        """The same policy with a declared *strategy* for exceptions that hold together.

        ``first_of`` takes each term from the first that gives it, ``longest`` the window that ends last, the usual one
        included, and ``best_for_customer`` each term at its best, the usual value included. Say it before the
        exceptions. Raises `PolicyError`.

        >>> from aftercare import Days
        >>> ReturnPolicy("standard", within=Days(30), after="delivered").exceptions_by("longest").strategy
        'longest'
        """
        if strategy not in get_args(ExceptionStrategy):
            allowed = did_you_mean(str(strategy), get_args(ExceptionStrategy))
            msg = f"`{strategy}` is not a strategy for exceptions: {allowed}"
            raise PolicyError(msg)
        if self.exceptions:
            msg = f"`{self.id}` has exceptions already: declare `.exceptions_by({strategy!r})` before them"
            raise PolicyError(msg)
        return self._but(strategy=strategy)

    def not_returnable(
        self, when: Condition = always, *, of: Goods | None = None, because: BarReason | Name = "not_returnable"
    ) -> ReturnPolicy:
        """The same policy for which some goods do not come back; the law may still let them.

        >>> from aftercare import Days, item
        >>> policy = ReturnPolicy("standard", within=Days(30), after="delivered")
        >>> policy.not_returnable(of=item.tag.is_("outlet"), because="final_sale").clauses[0].said
        Statement('returns.barred.final_sale')
        """
        return self._but(clauses=(*self.clauses, Bar(when=when, of=of, because=because)))

    def reviewed(
        self, because: Name | str, *, when: Condition = always, of: Goods | None = None, role: str = "staff"
    ) -> ReturnPolicy:
        """The same policy for which somebody of a *role* decides, where the condition holds.

        >>> from aftercare import Days, returns
        >>> policy = ReturnPolicy("standard", within=Days(30), after="delivered")
        >>> policy.reviewed("many at once", when=returns.quantity.at_least(5)).clauses[0].role
        'staff'
        """
        return self._but(clauses=(*self.clauses, Review(because, when=when, of=of, role=role)))

    def asks(self, step: Name | str, *, when: Condition = always, of: Goods | None = None) -> ReturnPolicy:
        """The same policy with one more *step* that the customer is asked for.

        >>> from aftercare import Days
        >>> ReturnPolicy("standard", within=Days(30), after="delivered").asks("wipe the phone").clauses[0].step
        Name('wipe the phone')
        """
        return self._but(clauses=(*self.clauses, Ask(step, when=when, of=of)))

    def tells(
        self,
        role: str,
        *,
        on: Outcome | Iterable[Outcome] = "accept",
        task: Name | str | None = None,
        when: Condition = always,
        of: Goods | None = None,
    ) -> ReturnPolicy:
        """The same policy that has a *role* told of outcomes, or given a *task* with them.

        >>> from aftercare import Days
        >>> policy = ReturnPolicy("standard", within=Days(30), after="delivered")
        >>> policy.tells("warehouse", task="inspect the goods").clauses[0].on
        ('accept',)
        """
        return self._but(clauses=(*self.clauses, Notify(role, on=on, task=task, when=when, of=of)))

    def not_below(self, statute: Statute) -> ReturnPolicy:
        """The same policy beside the rights that a law gives.

        Either suffices, and while the law's is open each term is the better one for the customer.

        >>> from aftercare import Days, returns
        >>> policy = ReturnPolicy("standard", within=Days(30), after="delivered")
        >>> len(policy.not_below(returns.statutory("EU")).floors)
        1
        """
        return self._but(floors=with_floor(self.id, self.floors, statute))

    def __repr__(self) -> str:
        given = [written(self.id)]
        given += [] if self.title is None else [f"title={self.title!r}"]
        given += [] if self.regime == "promise" else [f"regime={self.regime!r}"]
        given += [f"grounds={self.grounds!r}"] if self.grounds else []
        given += [f"{term}={written(value)}" for term, value in self.terms]
        strategy = "" if self.strategy is None else f".exceptions_by({self.strategy!r})"
        floors = "".join(f".not_below({statute!r})" for statute in self.floors)
        return (
            f"ReturnPolicy({', '.join(given)}){strategy}"
            f"{''.join(map(repr, self.exceptions))}{''.join(map(repr, self.clauses))}{floors}"
        )


def _grounds(given: str | Ground | Iterable[str | Ground], regime: Regime) -> tuple[Ground | str, ...]:
    if not is_a(given, str, Ground, Iterable):
        msg = f"`grounds` is `{given!r}`: name grounds, such as `defect`"
        raise PolicyError(msg)
    grounds = (given,) if isinstance(given, str | Ground) else tuple(given)
    known = {ground.id: ground for ground in GROUNDS}
    for each in grounds:
        if isinstance(each, str) and each not in known:
            msg = f"`{each}` is not a ground: {did_you_mean(each, known)}; one of your own is a `returns.Ground(...)`"
            raise PolicyError(msg)
        ground = known[each] if isinstance(each, str) else each
        if regime not in ground.regimes:
            served = ", ".join(f"`{word}`" for word in ground.regimes)
            msg = f"`{ground.id}` is no ground for `{regime}`: it may give {served}"
            raise PolicyError(msg)
    return grounds
