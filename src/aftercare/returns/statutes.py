"""What the law gives customers at least, in a few jurisdictions: a floor below the shop's own promise.

This is data, not legal advice: each value names its article, since when it is in force and how sure we are of it; the
shop has to have it checked. Values that are only remembered (confidence ``L``) do not act unless that is asked for.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from datetime import date
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, get_args

import attrs

from aftercare.calendar import BusinessDays, WorkingDays, calendar_problem
from aftercare.calendar import zone as find_zone
from aftercare.canonical import Coded, call
from aftercare.errors import PolicyError, did_you_mean, is_a
from aftercare.returns.law_reading import read_law
from aftercare.returns.provisions import EXTENSION_KEYS, WINDOW_KEYS, Contract, Law, Provision, RightEntry
from aftercare.returns.windows import ReturnWindow, Roll, one_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aftercare.returns.grounds import Regime
    from aftercare.statement import Name


@lru_cache(maxsize=1)
def jurisdictions() -> tuple[str, ...]:
    """The jurisdictions that there is data for.

    >>> jurisdictions()
    ('BY', 'EU', 'GB', 'JP', 'PL', 'US', 'US-CA', 'US-NY', 'VN')
    """
    names = (file.name for file in _folder().iterdir())
    return tuple(sorted(name.removesuffix(".json").upper() for name in names if name.endswith(".json")))


@lru_cache(maxsize=32)
def law(jurisdiction: str) -> Law:
    """All that the library knows of the law of a *jurisdiction*, whether it acts or not.

    Raises `PolicyError` for one that there is no data for.

    >>> law("EU").rights[0].provisions[0].article
    'Article 9(1)'
    """
    if jurisdiction not in jurisdictions():
        near = [f"`{each}`" for each in jurisdictions() if jurisdiction in law(each).countries]
        acting = f"; customers in `{jurisdiction}` are under {', '.join(near)}" if near else ""
        msg = f"there is no law of `{jurisdiction}` here: {did_you_mean(str(jurisdiction), jurisdictions())}{acting}"
        raise PolicyError(msg)
    return read_law(json.loads((_folder() / f"{jurisdiction.lower()}.json").read_text(encoding="utf-8")))


def _folder() -> Any:
    return files("aftercare.returns") / "law"


@attrs.frozen(repr=False, kw_only=True, cache_hash=True)
class StatutoryRight(Coded):
    """A right that the law gives, for contracts of one day: its window, its terms and what they rest on.

    *terms* are pairs of a term's name and its value, in the words of a return policy where it has them; *exceptions*
    are the reasons for which goods do not have the right.
    """

    id: str
    name: Name
    regime: Regime
    grounds: tuple[str, ...]
    window: ReturnWindow
    terms: tuple[tuple[str, Any], ...] = ()
    exceptions: tuple[str, ...] = ()
    provisions: tuple[Provision, ...] = ()

    def term(self, name: str) -> Any:
        """The value of a term, or None where the law says nothing of it."""
        return self._named.get(name)

    @cached_property
    def _named(self) -> dict[str, Any]:
        return dict(self.terms)

    def __repr__(self) -> str:
        return call("returns.StatutoryRight", self)


@attrs.frozen(eq=False, repr=False)
class Statute(Coded):
    """The law of a *jurisdiction*, in an *edition* of the data, for sales by one kind of *contract*.

    Build it with `statutory`.
    """

    jurisdiction: str
    edition: str = attrs.field(kw_only=True)
    contract: Contract = attrs.field(default="distance", kw_only=True)
    terms_displayed: bool = attrs.field(default=False, kw_only=True)
    calendar: WorkingDays | None = attrs.field(default=None, kw_only=True)
    zone: str | None = attrs.field(default=None, kw_only=True)
    low_confidence: bool = attrs.field(default=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        known = law(self.jurisdiction)
        if self.edition != known.edition:
            msg = (
                f"edition `{self.edition}` of the law of `{self.jurisdiction}` is not here, `{known.edition}` is: read "
                "what changed, then build the policy with that one, or keep the version of the library that has yours"
            )
            raise PolicyError(msg)
        one_of("a kind of contract", self.contract, get_args(Contract))
        if self.calendar is not None and (problem := calendar_problem(self.calendar)):
            raise PolicyError(problem)
        if self.zone not in {None, "shop", "unknown"}:
            find_zone(str(self.zone))

    @property
    def disclaimer(self) -> str:
        """What this data is not."""
        return law(self.jurisdiction).disclaimer

    def applies_in(self, country: str | None) -> bool:
        """Whether the law acts for customers of a *country*, such as ``PL``, or a part of one, such as ``US-CA``.

        For an unknown country it does, and so it does for an unknown part of a country.

        >>> statutory("EU").applies_in("PL"), statutory("EU").applies_in("JP"), statutory("EU").applies_in(None)
        (True, False, True)
        """
        if country is None:
            return True
        own = law(self.jurisdiction)
        nation, _, region = country.partition("-")
        return nation in own.countries and (not region or own.region is None or own.region == region)

    def rights(self, *, on: date, informed: bool = True) -> tuple[StatutoryRight, ...]:
        """The rights that the law gives for contracts of a day.

        *informed* says whether the order came with the information that the law asks for: some rights exist only
        without it.

        >>> from datetime import date
        >>> [right.id for right in statutory("EU").rights(on=date(2026, 3, 1))]
        ['withdrawal', 'conformity']
        """
        turns, ages = self._ages
        return ages[bisect_right(turns, on)][informed]

    @cached_property
    def _ages(self) -> tuple[tuple[date, ...], tuple[tuple[tuple[StatutoryRight, ...], ...], ...]]:
        """The days on which something changes, and between them the rights of the uninformed and of the informed."""
        each = [provision for entry in law(self.jurisdiction).rights for provision in entry.provisions]
        turns = sorted({day for provision in each for day in (provision.since, provision.until) if day is not None})
        days = (date.min, *turns)
        return tuple(turns), tuple(
            tuple(tuple(self._rights(day, informed=informed)) for informed in (False, True)) for day in days
        )

    def _rights(self, on: date, *, informed: bool) -> Iterator[StatutoryRight]:
        for entry in law(self.jurisdiction).rights:
            displaced = entry.displaced_by_terms and self.terms_displayed
            if self.contract not in entry.contracts or displaced or (entry.only_uninformed and informed):
                continue
            acting = {each.key: each for each in self._acting(entry.provisions, on)}
            if "within" in acting:
                yield self._right(entry, acting)

    def duties(self, *, on: date) -> tuple[Provision, ...]:
        """What the law asks of the shop beside the rights, for contracts of a day."""
        return self._acting(law(self.jurisdiction).duties, on)

    def _acting(self, provisions: tuple[Provision, ...], on: date) -> tuple[Provision, ...]:
        return tuple(
            each for each in provisions if each.in_force(on) and (self.low_confidence or each.confidence != "L")
        )

    def _right(self, entry: RightEntry, acting: dict[str, Provision]) -> StatutoryRight:
        values = {key: each.value for key, each in acting.items()}
        window = {key: values[key] for key in WINDOW_KEYS if key in values}
        within = window.pop("within")
        if isinstance(within, BusinessDays) and self.calendar is not None:
            within = BusinessDays(within.n, calendar=self.calendar)
        if window.pop("roll", False):
            window["roll"] = Roll(self.calendar)
        other = {*WINDOW_KEYS, *EXTENSION_KEYS, "exceptions"}
        return StatutoryRight(
            id=entry.id,
            name=entry.name,
            regime=entry.regime,
            grounds=entry.grounds,
            window=ReturnWindow(
                within,
                zone=self.zone or law(self.jurisdiction).zone or "shop",
                extensions=[values[key] for key in EXTENSION_KEYS if key in values],
                **window,
            ),
            terms=tuple((key, value) for key, value in values.items() if key not in other),
            exceptions=values.get("exceptions", ()),
            provisions=tuple(acting.values()),
        )

    def __repr__(self) -> str:
        return call("returns.statutory", self)


def with_floor(policy: str, floors: tuple[Statute, ...], statute: Statute) -> tuple[Statute, ...]:
    """The floors of a *policy* with one more; raises `PolicyError` for what is no law, and for one that is there."""
    if not is_a(statute, Statute):
        msg = f"`{policy}` is not below `{statute!r}`, which is no law: write `returns.statutory('EU')`"
        raise PolicyError(msg)
    if statute in floors:
        msg = f"`{policy}` is not below `{statute!r}` already: name each law once"
        raise PolicyError(msg)
    return (*floors, statute)


def statutory(
    jurisdiction: str,
    *,
    contract: Contract = "distance",
    terms_displayed: bool = False,
    calendar: WorkingDays | None = None,
    zone: str | None = None,
    low_confidence: bool = False,
    edition: str | None = None,
) -> Statute:
    """The law of a *jurisdiction* as a floor for a return policy: data, not legal advice.

    - *contract*: how the shop sells, ``"distance"`` unless said.
    - *terms_displayed*: the shop displays its own terms as the law of Japan, California or New York wants it, and so
      displaces theirs.
    - *calendar*: the days worked, by which a last day rolls and business days are counted, such as
      `WorkWeek(holidays=...)`. Without one only weekends are known, and deadlines are marked "at least".
    - *zone*: where the customers live: an IANA zone, ``"shop"``, or ``"unknown"``, which takes the latest end. Unless
      said, that of the jurisdiction if it is in one zone, else the shop's.
    - *low_confidence*: values that are only remembered act, too.
    - *edition*: of the data; unless said, the one that is here. It is part of the fingerprint.

    Raises `PolicyError` for a jurisdiction or an edition that is not here, and for a calendar that is no value.

    >>> statutory("EU", edition="2026-11-22").contract
    'distance'
    """
    return Statute(
        jurisdiction,
        edition=law(jurisdiction).edition if edition is None else edition,
        contract=contract,
        terms_displayed=terms_displayed,
        calendar=calendar,
        zone=zone,
        low_confidence=low_confidence,
    )
