"""What the law gives at least, and the files that say so."""

from __future__ import annotations

import json
import pickle
from copy import deepcopy
from datetime import UTC, date, datetime
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from runpy import run_path
from typing import Any

import attrs
import holidays
import pytest

import aftercare
from aftercare import BusinessDays, CalendarError, Days, DocumentError, Money, Months, PolicyError, WorkWeek, returns
from aftercare.canonical import fingerprint
from aftercare.messages import locales
from aftercare.returns.law_reading import read_law
from aftercare.returns.provisions import NEEDED, Provision
from aftercare.returns.statutes import Statute, StatutoryRight, jurisdictions, law, statutory
from aftercare.returns.timeline import Stop
from tests.returns.deliveries import ends, facts, noon

TODAY = date(2026, 11, 22)
CHRISTMAS = WorkWeek(holidays=[date(2026, 12, 25)])
NAMES = {
    **{name: getattr(aftercare, name) for name in aftercare.__all__},
    "returns": returns,
    "datetime": import_module("datetime"),
}
EVERYWHERE = ("BY", "EU", "GB", "JP", "PL", "US", "US-CA", "US-NY", "VN")


def right(place: str, id: str, on: date = TODAY, *, informed: bool = True, **terms: Any) -> StatutoryRight:
    """One right by the law of a place."""
    (found,) = (each for each in statutory(place, **terms).rights(on=on, informed=informed) if each.id == id)
    return found


def ids(place: str, on: date = TODAY, *, informed: bool = True, **terms: Any) -> list[str]:
    """The rights that a place gives."""
    return [each.id for each in statutory(place, **terms).rights(on=on, informed=informed)]


def source(place: str) -> Any:
    """The data of a place as it is written."""
    return json.loads((files("aftercare.returns") / "law" / f"{place.lower()}.json").read_text(encoding="utf-8"))


# --- what the law gives ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("found", "known", "expected"),
    [
        pytest.param(right("EU", "withdrawal", calendar=CHRISTMAS), facts("2026-12-11"), "2026-12-28", id="W1"),
        pytest.param(right("EU", "withdrawal"), facts("2026-03-02"), "2026-03-16", id="W2"),
        pytest.param(right("EU", "withdrawal"), facts("2026-03-07"), "2026-03-23", id="W3"),
        pytest.param(
            right("EU", "withdrawal"), facts("2026-03-02", last_delivered=noon("2026-03-10")), "2026-03-24", id="W4"
        ),
        pytest.param(right("JP", "mail_order_return"), facts("2026-03-02"), "2026-03-09", id="W5"),
        pytest.param(right("GB", "short_term_reject"), facts("2026-03-02"), "2026-04-01", id="W6 without a repair"),
        pytest.param(
            right("GB", "short_term_reject"),
            facts("2026-03-02", stops=(Stop(noon("2026-03-20"), noon("2026-04-02")),)),
            "2026-04-15",
            id="W6",
        ),
        pytest.param(
            right("GB", "short_term_reject"),
            facts("2026-03-02", installed=noon("2026-03-12")),
            "2026-04-11",
            id="rejected after installation",
        ),
        pytest.param(
            right("US", "cooling_off", contract="off_premises"),
            facts(ordered=noon("2026-03-06")),
            "2026-03-10",
            id="W9",
        ),
        pytest.param(
            right("EU", "withdrawal"),
            facts("2027-01-05", ordered=noon("2026-12-31")),
            "2027-01-19",
            id="W10 by law",
        ),
        pytest.param(right("EU", "withdrawal"), facts("2026-03-02", informed=None), "2027-03-16", id="W11"),
        pytest.param(
            right("EU", "withdrawal"), facts("2026-03-02", informed=noon("2026-06-10")), "2026-06-24", id="W11 late"
        ),
        pytest.param(
            right("EU", "conformity"),
            facts("2026-09-01", stops=(Stop(noon("2027-01-01"), noon("2027-01-05")),)),
            "2029-09-01",
            id="W12",
        ),
        pytest.param(
            right("EU", "conformity", on=date(2026, 7, 30)),
            facts("2026-09-01", stops=(Stop(noon("2027-01-01"), noon("2027-01-05")),)),
            "2028-09-01",
            id="W12 before the directive",
        ),
        pytest.param(right("EU", "withdrawal"), facts("2026-03-12"), "2026-03-26", id="W13 by law"),
        pytest.param(right("PL", "withdrawal"), facts("2026-03-07"), "2026-03-23", id="Poland, Saturday"),
        pytest.param(
            right("PL", "withdrawal_after_visit", contract="visit"), facts("2026-03-02"), "2026-04-01", id="a visit"
        ),
        pytest.param(right("GB", "cancellation"), facts("2026-03-07"), "2026-03-21", id="no roll in the UK"),
        pytest.param(right("BY", "good_quality"), facts("2026-03-02"), "2026-03-16", id="Belarus"),
        pytest.param(right("US-CA", "undisplayed_policy"), facts("2026-03-20"), "2026-03-31", id="California"),
        pytest.param(right("US-NY", "unposted_policy"), facts("2026-03-20"), "2026-03-31", id="New York"),
        pytest.param(
            right("VN", "termination_uninformed", informed=False), facts("2026-03-20"), "2026-03-31", id="Viet Nam"
        ),
    ],
)
def test_last_days(found: StatutoryRight, known: returns.Milestones, expected: str) -> None:
    """The rights of the law end on the days that its sources name."""
    assert date.fromisoformat(expected) == ends(found.window, known).last_day


@pytest.mark.parametrize(
    ("place", "terms", "expected"),
    [
        ("EU", {}, ["withdrawal", "conformity"]),
        ("EU", {"contract": "premises"}, ["conformity"]),
        ("EU", {"contract": "off_premises"}, ["withdrawal", "conformity"]),
        ("EU", {"on": date(2014, 6, 12)}, []),
        ("EU", {"on": date(2021, 12, 31)}, ["withdrawal"]),
        ("PL", {}, ["withdrawal", "conformity"]),
        ("PL", {"contract": "visit"}, ["withdrawal_after_visit", "conformity"]),
        ("GB", {}, ["cancellation", "short_term_reject"]),
        ("GB", {"contract": "premises"}, ["short_term_reject"]),
        ("JP", {}, ["mail_order_return"]),
        ("JP", {"terms_displayed": True}, []),
        ("JP", {"contract": "premises"}, []),
        ("VN", {}, []),
        ("VN", {"informed": False}, ["termination_uninformed"]),
        ("VN", {"contract": "visit"}, []),
        ("VN", {"contract": "visit", "low_confidence": True}, ["door_to_door"]),
        ("BY", {"contract": "premises"}, ["good_quality"]),
        ("US", {}, []),
        ("US", {"contract": "off_premises"}, ["cooling_off"]),
        ("US-CA", {}, ["undisplayed_policy"]),
        ("US-CA", {"terms_displayed": True}, []),
        ("US-NY", {}, ["unposted_policy"]),
        ("US-NY", {"terms_displayed": True}, []),
    ],
)
def test_which_rights(place: str, terms: dict[str, Any], expected: list[str]) -> None:
    """A law gives its rights for its kinds of contract, in its time, and unless displaced by displayed terms."""
    assert expected == ids(place, **terms)


def test_only_what_is_sure_acts() -> None:
    """A value that is only remembered acts when that is asked for, and not otherwise."""
    sure, unsure = right("PL", "conformity"), right("PL", "conformity", low_confidence=True)

    assert (None, Months(24)) == (sure.term("presumption"), unsure.term("presumption"))
    assert [] == [each.key for each in statutory("PL").duties(on=TODAY)]
    assert ["reply_within"] == [each.key for each in statutory("PL", low_confidence=True).duties(on=TODAY)]


@pytest.mark.parametrize("place", EVERYWHERE)
def test_no_low_value_acts(place: str) -> None:
    """Without the opt-in no provision of low confidence stands behind a right or a duty, in any law."""
    for contract in ("distance", "off_premises", "visit", "premises"):
        statute = statutory(place, contract=contract)  # type: ignore[arg-type]
        for found in statute.rights(on=TODAY, informed=False):
            assert "L" not in {each.confidence for each in found.provisions}
        assert "L" not in {each.confidence for each in statute.duties(on=TODAY)}


def test_duties_by_date() -> None:
    """A duty binds from the day on which it is in force."""
    assert [] == [each.key for each in statutory("EU").duties(on=date(2026, 6, 18))]
    assert ["withdrawal_function"] == [each.key for each in statutory("EU").duties(on=date(2026, 6, 19))]
    assert ["withdrawal_function", "guarantee_notice"] == [each.key for each in statutory("EU").duties(on=TODAY)]


def test_terms() -> None:
    """The terms of a right are in the words of a return policy; what the law does not say is None."""
    found = right("EU", "withdrawal")

    assert {
        "refund": "proportional",
        "delivery": "standard",
        "free_shipping": "keep",
        "same_means": True,
        "refund_within": (returns.RefundWithin(Days(14), after="withheld"),),
        "send_within": Days(14),
        "fees_allowed": ("label", "graded"),
        "fees_need_information": True,
    } == dict(found.terms)
    assert "custom_made" in found.exceptions
    assert "final_sale" not in found.exceptions
    assert found.term("packaging") is None
    assert right("US", "cooling_off", contract="visit").term("least_price") == (Money("25.00", "USD"),)


@pytest.mark.parametrize(
    ("place", "country", "expected"),
    [
        ("EU", "PL", True),
        ("EU", "GB", False),
        ("EU", None, True),
        ("PL", "DE", False),
        ("US", "US", True),
        ("US", "US-NY", True),
        ("US-NY", "US", True),
        ("US-NY", "US-NY", True),
        ("US-NY", "US-CA", False),
        ("US-NY", "CA", False),
    ],
)
def test_where(place: str, country: str | None, expected: bool) -> None:
    """A law acts in its countries and its part of one, and wherever that is not known."""
    assert statutory(place).applies_in(country) is expected


def test_zones() -> None:
    """A law is counted in the zone of its country if it has one, or as the shop says."""
    came = facts(datetime(2026, 3, 2, 18, tzinfo=UTC))

    assert ends(right("JP", "mail_order_return").window, came).last_day == date(2026, 3, 10)
    assert ends(right("JP", "mail_order_return", zone="shop").window, came).last_day == date(2026, 3, 9)
    assert right("EU", "withdrawal").window.zone == "shop"
    assert right("EU", "withdrawal", zone="unknown").window.zone == "unknown"


def test_the_calendar_rolls_and_counts() -> None:
    """The days worked that the shop gives move a last day and count business days."""
    monday_off = WorkWeek(weekdays=["monday", "tuesday", "saturday"], holidays=[date(2026, 3, 9)])
    found = right("US", "cooling_off", contract="visit", calendar=monday_off)

    assert found.window.within == BusinessDays(3, calendar=monday_off)
    assert ends(found.window, facts(ordered=noon("2026-03-06"))).last_day == date(2026, 3, 14)
    assert not ends(found.window, facts(ordered=noon("2026-03-06"))).at_least
    assert ends(right("US", "cooling_off", contract="visit").window, facts()).at_least
    assert ends(right("EU", "withdrawal").window, facts("2026-03-02")).at_least
    assert not ends(right("EU", "withdrawal", calendar=CHRISTMAS).window, facts("2026-03-02")).at_least


# --- the value -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", EVERYWHERE)
def test_a_statute_is_a_value(place: str) -> None:
    """A statute and its rights are the code that builds them, hash and pickle; the edition is in the fingerprint."""
    statute = statutory(place, contract="visit", calendar=CHRISTMAS)
    for value in (statute, *statute.rights(on=TODAY)):
        assert value == eval(repr(value), NAMES)  # noqa: S307 - that a `repr` can be evaluated is what is tested
        assert value == pickle.loads(pickle.dumps(value))  # noqa: S301 - as above
        assert hash(value) == hash(pickle.loads(pickle.dumps(value)))  # noqa: S301 - as above
    assert law(place).edition in repr(statute)
    assert fingerprint(statute) != fingerprint(statutory(place))
    assert fingerprint(statute) == fingerprint(statutory(place, contract="visit", calendar=CHRISTMAS))
    assert "not legal advice" in statute.disclaimer


@pytest.mark.parametrize(
    ("build", "problem"),
    [
        (
            lambda: statutory("DE"),
            "there is no law of `DE` here: allowed: `BY`, `EU`.*; customers in `DE` are under `EU`",
        ),
        (lambda: statutory("UK"), "there is no law of `UK` here: allowed: .*`VN`$"),
        (lambda: statutory("EU", edition="2019-01-01"), "edition `2019-01-01` of the law of `EU` is not here"),
        (lambda: statutory("EU", contract="web"), "a kind of contract is not `web`: allowed: `distance`"),  # type: ignore[arg-type]
        (lambda: statutory("EU", calendar="PL"), "`'PL'` does not know which days are worked"),  # type: ignore[arg-type]
        (lambda: statutory("PL", calendar=holidays.Poland()), "may change, and a policy must not: keep its dates"),
    ],
)
def test_refused(build: Any, problem: str) -> None:
    """What the data lacks is refused when the policy is built."""
    with pytest.raises(PolicyError, match=problem):
        build()


def test_an_unknown_zone() -> None:
    """A zone that there is not is refused."""
    with pytest.raises(CalendarError, match="is not a time zone"):
        statutory("EU", zone="Europe/Brussel")


# --- the files -------------------------------------------------------------------------------------------------------


def test_jurisdictions() -> None:
    """There is a file for each jurisdiction that the library promises."""
    assert jurisdictions() == EVERYWHERE


@pytest.mark.parametrize("place", EVERYWHERE)
def test_every_value_is_cited(place: str) -> None:
    """Every provision has its article, source, confidence and note; one without a date says why."""
    known = law(place)
    assert known.jurisdiction == place
    for provision in (*known.duties, *(each for entry in known.rights for each in entry.provisions)):
        assert provision.article
        assert provision.source
        assert provision.confidence in {"H", "M", "L"}
        assert provision.note.endswith(".")
        assert provision.since is not None or "not looked up" in provision.note
        if provision.confidence == "L":
            assert any(word in provision.note for word in ("memory", "not verified", "Not verified", "only"))


@pytest.mark.parametrize("place", EVERYWHERE)
def test_rights_have_names_in_all_languages(place: str) -> None:
    """A customer reads the name of a right in her own language."""
    for entry in law(place).rights:
        assert {"en", *dict(entry.name.translations)} == set(locales())


def test_every_right_has_a_window() -> None:
    """Each right of each law says what a window needs, for each day on which it gives one."""
    for place in EVERYWHERE:
        for entry in law(place).rights:
            (within,) = (each for each in entry.provisions if each.key == "within")
            keys = {each.key for each in entry.provisions if each.in_force(within.since or TODAY)}
            assert {*NEEDED} <= keys


def broken(path: str, value: Any = None, *, drop: bool = False) -> Any:
    """The data of the EU with one place changed."""
    document = deepcopy(source("EU"))
    *steps, last = (int(step) if step.isdigit() else step for step in path.split("/"))
    here = document
    for step in steps:
        here = here[step]
    if drop:
        del here[last]
    else:
        here[last] = value
    return document


FIRST = "rights/0/provisions/0"
SECOND = "rights/0/provisions/1"
(REFUND,) = (
    f"rights/0/provisions/{place}/value"
    for place, each in enumerate(source("EU")["rights"][0]["provisions"])
    if each["key"] == "refund_within"
)


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        (None, r"\$: `None` is no object"),
        ([], r"\$: `\[\]` is no object"),
        (broken("edition", drop=True), r"\$: `edition` is missing"),
        (broken("edition", 2026), r"\$.edition: `2026` is no str with a value"),
        (broken("edition", ""), r"\$.edition: `''` is no str with a value"),
        (broken("editon", "x"), r"\$.editon: `editon` is not known here: .*did you mean `edition`"),
        (broken("sources/crd", "x"), "sources.crd: `'x'` is no object"),
        (broken("sources/crd", {}), "sources.crd: `title` is missing"),
        (broken("zone", "Europe/Brussel"), "zone: `Europe/Brussel` is not a time zone"),
        (broken("rights/0", 3), r"rights\[0\]: `3` is no object"),
        (broken("rights/0/regime", "withdraw"), r"rights\[0\].regime: a regime is not `withdraw`"),
        (broken("rights/0/grounds", ["bored"]), r"rights\[0\].grounds: `bored` is not a ground"),
        (broken("rights/0/contracts", ["web"]), r"rights\[0\].contracts: a contract is not `web`"),
        (broken("rights/0/name", {"pl": "x"}), r"rights\[0\].name: `en` is missing"),
        (broken("rights/0/only_uninformed", "yes"), r"rights\[0\].only_uninformed: `'yes'` is not yes or no"),
        (broken(FIRST, drop=True), r"rights\[0\].provisions: a window needs `within`, which is missing"),
        (broken(f"{FIRST}/note", drop=True), r"rights\[0\].provisions\[0\]: `note` is missing"),
        (broken(f"{FIRST}/key", "whithin"), r"provisions\[0\].key: the key of a provision is not `whithin`"),
        (broken(f"{FIRST}/confidence", "X"), r"provisions\[0\].confidence: a confidence is not `X`"),
        (broken(f"{FIRST}/source", "x"), r"provisions\[0\].source: a source is not `x`"),
        (broken(f"{FIRST}/from", "soon"), r"provisions\[0\].from: `'soon'` is no day"),
        (broken(f"{FIRST}/until", 3), r"provisions\[0\].until: `3` is no day"),
        (broken(f"{FIRST}/value", 14), r"provisions\[0\].value: `14` is no span"),
        (broken(f"{FIRST}/value", {"days": -1}), r"provisions\[0\].value: a span is a whole number"),
        (broken(f"{SECOND}/value", []), r"provisions\[1\].value: a window starts with an event"),
        (broken(f"{SECOND}/value", ["bought"]), r"provisions\[1\].value: this value is not `bought`"),
        (broken(f"{SECOND}/value", "delivered"), r"provisions\[1\].value: `'delivered'` is no list of words"),
        (broken("rights/0/provisions/5/value", {"months": 12}), 'is no extension: write `{"months": 12, "then_days"'),
        (broken("rights/1/provisions/4/value", {"business_days": 12}), 'is no extension: write `{"months": 12}`'),
        (broken(SECOND, {**source("EU")["rights"][0]["provisions"][0]}), "`within` is said twice for one day"),
        (broken(REFUND, {"days": 14}), "does not say from when"),
        (broken(REFUND, 14), "`14` does not say from when"),
        (broken(REFUND, {"days": 14, "after": "sometime"}), "a refund is not due after `sometime`"),
        (broken("duties/0/value", "yes"), r"duties\[0\].value: `'yes'` is not yes or no"),
        (
            broken("duties/0", {**source("EU")["duties"][0], "key": "tail", "value": {"months": 1}}),
            "is no number of days",
        ),
        (broken("duties/0", {**source("EU")["duties"][0], "key": "least_price", "value": 25}), "`25` is no price"),
        (
            broken("duties/0", {**source("EU")["duties"][0], "key": "least_price", "value": {"USD": "x"}}),
            "is not an exact number",
        ),
    ],
)
def test_broken_files(document: Any, problem: str) -> None:
    """A file that says something wrong is refused, with the path of what is wrong."""
    with pytest.raises(DocumentError, match=problem):
        read_law(document)


def test_all_problems_at_once() -> None:
    """Every problem of a file is told, each with its path."""
    document = broken(f"{FIRST}/value", 14)
    document["rights"][1]["regime"] = "x"
    document["duties"][0]["from"] = "x"

    with pytest.raises(DocumentError) as caught:
        read_law(document)

    assert ["rights[0].provisions[0].value", "rights[1].regime", "duties[0].from"] == [
        problem.path for problem in caught.value.problems
    ]


def test_values_that_follow_each_other() -> None:
    """A value may change on a day: what was in force on the day of the contract counts."""
    document = source("EU")
    first = document["rights"][0]["provisions"][0]
    document["rights"][0]["provisions"].append(
        {**first, "until": "2014-06-13", "from": "1997-06-04", "value": {"days": 7}}
    )
    within = [each for each in read_law(document).rights[0].provisions if each.key == "within"]

    assert [Days(14)] == [each.value for each in within if each.in_force(date(2014, 6, 13))]
    assert [Days(7)] == [each.value for each in within if each.in_force(date(2014, 6, 12))]
    assert not any(each.in_force(date(1997, 6, 3)) for each in within)
    assert not within[0].overlaps(within[1])
    assert within[0].overlaps(attrs.evolve(within[1], until=None))
    assert repr(within[0]).startswith("returns.Provision(")
    assert isinstance(within[0], Provision)
    assert isinstance(statutory("EU"), Statute)


def test_the_docs_cite_every_value() -> None:
    """The page of the law shows each value with its article, source, confidence and note."""
    page = run_path(str(Path(__file__).parents[2] / "docs" / "conf.py"))["law"]()

    for known in map(law, jurisdictions()):
        for each in (*known.duties, *(each for entry in known.rights for each in entry.provisions)):
            (row,) = {
                row
                for row in page.splitlines()
                if f"| `{each.key}` | `{each.value!r}` | {each.article};" in row
                and each.source in row
                and f"| {each.confidence} | {each.note} |" in row
                and (each.since is None or f"from {each.since}" in row)
            }
            assert row
        assert all(gap in page for gap in known.not_covered)
