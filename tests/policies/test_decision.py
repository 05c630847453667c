from __future__ import annotations

import pickle
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from aftercare import (
    Charge,
    Customer,
    Decision,
    Line,
    Name,
    Order,
    Percent,
    PolicyBook,
    Product,
    Promotion,
    Shipment,
    Statement,
    by,
    cart,
    customer,
    dated,
    eur,
    policies,
    stepped,
)
from aftercare.policies.outcome import Part, Taken

AT = datetime(2026, 11, 22, tzinfo=UTC)
TEN = policies.percent_off(10)
CUPS = Line("1", Product("CUP"), 3, unit_price=eur("3.33"), tax=23)
POT = Line("2", Product("POT", minimum_price=eur(9)), unit_price=eur(10), tax=8)
SHIPMENT = Shipment("s", "std", eur(5), tax=23)
BAG = Charge("bag", eur("0.20"), tax=23)


def priced(*promotions: Any, **options: Any) -> Decision:
    """Three cups at 3.33, a teapot at 10.00 that never costs less than 9.00, delivery and a bag."""
    order = Order(**{"lines": [CUPS, POT], "currency": "EUR", "shipments": [SHIPMENT], "charges": [BAG], **options})
    return PolicyBook("shop", zone="UTC", currencies=["EUR"], promotions=promotions).price(order, at=AT)


def test_sums() -> None:
    """10 % of 9.99 and of 10.00 is 1.999, so 2.00; delivery is free: 17.99 and 0.20 for the bag is to pay."""
    decision = priced(Promotion("p", then=(policies.percent_off(10), policies.free_shipping())))

    assert (eur("19.99"), eur("17.99")) == (decision.goods, decision.goods_paid)
    assert (eur(0), eur("0.20"), eur(7)) == (decision.delivery, decision.charges_total, decision.saved)
    assert eur("18.19") == decision.payable == decision.net + decision.tax


def test_parts_add_up() -> None:
    """Units add up to lines, lines and the rest to what is payable, and tax to the tax of each rate."""
    decision = priced(Promotion("p", then=policies.percent_off(10)))

    for line in decision.lines:
        assert line.paid == sum(units.paid * units.count for units in line.units)
        assert line.tax == sum(units.tax * units.count for units in line.units)
        assert line.saved == sum(part.amount * units.count for units in line.units for part in units.parts)
    (shipment,), (charge,) = decision.shipments, decision.charges
    assert decision.goods_paid + shipment.paid + charge.charge.amount == decision.payable
    parts = [*(line.tax for line in decision.lines), shipment.tax, charge.tax]
    assert decision.tax == sum(parts) == sum(each.tax for each in decision.taxes)
    assert [Percent(8), Percent(23)] == [each.rate for each in decision.taxes]
    assert decision.payable == sum(each.gross for each in decision.taxes)
    assert decision.net == sum(each.net for each in decision.taxes)


@pytest.mark.parametrize("prices", ["gross", "net"])
def test_what_was_read_changes_no_decision(prices: str) -> None:
    """A decision that nobody has read equals one whose lines were read, and so does one that was stored."""
    promotion = Promotion("p", then=policies.percent_off(10))
    read, unread, stored = (priced(promotion, prices=prices) for _ in range(3))
    payable = read.payable

    assert 2 == len(read.lines)
    assert [payable] * 3 == [each.payable for each in (read, unread, stored)]
    assert read == unread
    assert hash(read) == hash(unread)
    again = pickle.loads(pickle.dumps(stored))  # noqa: S301 - our own bytes
    assert read == again
    assert payable == again.payable
    assert unread != priced(prices=prices)


def test_net_prices() -> None:
    """On net prices tax comes on top: 23 % of 15.19 is 3.49, 8 % of 10.00 is 0.80."""
    decision = priced(prices="net")

    assert [(eur(10), eur("0.80")), (eur("15.19"), eur("3.49"))] == [(each.net, each.tax) for each in decision.taxes]
    assert (eur("29.48"), eur("25.19"), eur("4.29")) == (decision.payable, decision.net, decision.tax)


def test_shipments() -> None:
    """A shipment says what it cost, what it costs, and who took the difference."""
    decision = priced(Promotion("half", then=policies.shipping_percent_off(50)))
    (shipment,) = decision.shipments

    assert (eur(5), eur("2.50"), (Part("half", 250, "EUR"),)) == (shipment.charge, shipment.paid, shipment.parts)


def test_phases() -> None:
    """What was taken is told phase by phase, in the order in which promotions acted."""
    decision = priced(
        Promotion("ship", then=policies.free_shipping()),
        Promotion("all", then=policies.percent_off(10)),
        Promotion("cups", then=policies.percent_off(10, of="CUP")),
        Promotion("never", then=policies.percent_off(0)),
    )

    assert [
        ("item", (Taken("cups", eur("1.00")),), eur("1.00")),
        ("order", (Taken("all", eur("1.90")),), eur("1.90")),
        ("shipping", (Taken("ship", eur(5)),), eur(5)),
    ] == [(each.phase, each.taken, each.saved) for each in decision.phases]


def test_overflow() -> None:
    """What finds no room above a lowest price is told, beside what was given."""
    decision = priced(Promotion("p", title="Pots", then=policies.amount_off(eur(3), of="POT")))
    given = Statement("promotion.applied", promotion=Name("Pots"), amount=eur(1))
    lost = Statement("promotion.overflow", promotion=Name("Pots"), amount=eur(2))

    assert (lost,) == decision.overflow
    assert (given, lost) == decision.reasons


def test_matching() -> None:
    """Those that were eligible, with goods of theirs in the order, are told apart from those that gave something."""
    decision = priced(
        Promotion("p", then=policies.percent_off(10)),
        Promotion("none", then=policies.percent_off(0)),
        Promotion("tea", then=policies.percent_off(10, of="TEA")),
    )

    assert {"p": "applied", "none": "nothing_left"} == {each.id: each.state for each in decision.matching}
    assert [("p", eur("2.00"))] == [(each.id, each.taken) for each in decision.applied]
    assert "<Decision: 23.19 EUR payable, 2.00 EUR saved by p>" == repr(decision)
    assert "<Decision: 25.19 EUR payable, 0.00 EUR saved by nothing>" == repr(priced())


def test_occurrences_and_gifts() -> None:
    """The units of each occurrence of a pattern, gifts and rewards are told."""
    decision = priced(
        Promotion("pair", then=policies.every(2, of="CUP").free()),
        Promotion("gift", then=(policies.gift("SPOON", value=eur(1)), policies.bonus_points(5))),
    )
    ((occurrence,), (gift,), (reward,)) = decision.occurrences, decision.gifts, decision.rewards

    assert ("pair", 1, 2) == (occurrence.promotion, occurrence.times, sum(each.count for each in occurrence.units))
    assert ("SPOON", 1, eur(1), Name("SPOON")) == (gift.sku, gift.quantity, gift.value, gift.name)
    assert ("gift", "bonus_points", 5) == (reward.promotion, reward.kind, reward.value)


CLUB = Customer("c", groups=["club", "press"])


@pytest.mark.parametrize(
    ("value", "saved"),
    [
        (stepped(cart.quantity(), {3: 5, 4: 10}), "2.00"),
        (stepped(cart.quantity(), {3: 5, 5: 10}), "1.00"),
        (by(customer.group, {"club": 5, "press": 10}, choose="highest"), "2.00"),
        (by(customer.group, {"club": 5, "press": 10}, choose="lowest"), "1.00"),
        (by(customer.group, {"club": 5, "jury": 10}, choose="highest"), "1.00"),
        (dated(5, {AT: 10}), "2.00"),
        (dated(5, {AT + timedelta(seconds=1): 10}), "1.00"),
    ],
    ids=repr,
)
def test_variable_values(value: Any, saved: str) -> None:
    """Of four units for 19.99 five percent is 1.00 and ten is 2.00."""
    assert eur(saved) == priced(Promotion("p", then=policies.percent_off(value)), customer=CLUB).saved


def test_what_counts_towards_thresholds() -> None:
    """Units that such a promotion touched no longer count in what later phases ask for."""
    ten = Promotion("ten", when=cart.quantity() >= 4, then=policies.percent_off(10))
    cups = {"then": policies.percent_off(10, of="CUP")}

    assert ["cups", "ten"] == [each.id for each in priced(Promotion("cups", **cups), ten).applied]
    assert ["cups"] == [
        each.id for each in priced(Promotion("cups", counts_towards_thresholds=False, **cups), ten).applied
    ]


def test_net_amount_off_gross_prices() -> None:
    """1.00 net off three cups is 0.34, 0.33 and 0.33 net, so 0.42, 0.41 and 0.41 gross; the net total falls by 1.00."""
    net_euro = Promotion("p", then=policies.amount_off(eur(1), of="CUP", money="net"))
    before, decision = priced(), priced(net_euro)

    assert (eur("1.24"), eur(1)) == (decision.saved, before.net - decision.net)


def test_amounts_in_the_other_mode() -> None:
    """Asked net, the cups are 8.12 and the teapot 9.26: each rate's sum without its tax, rounded."""
    net = cart.amount(money="net")

    assert "applied" == priced(Promotion("p", when=net.is_(eur("17.38")), then=policies.percent_off(10))).states["p"]
    assert (
        "applied"
        == priced(
            Promotion("p", when=cart.amount("POT", money="net").is_(eur("9.26")), then=policies.percent_off(10))
        ).states["p"]
    )


def test_equal_lines() -> None:
    """Two lines of the same goods say the same of their units."""
    again = Line("2", Product("CUP"), 3, unit_price=eur("3.33"), tax=23)
    first, second = priced(Promotion("p", then=policies.fixed_price(eur(3), of="CUP")), lines=[CUPS, again]).lines

    assert [Part("p", 33, "EUR")] == [part for units in first.units[:1] for part in units.parts]
    assert [units.parts for units in first.units[:1]] == [units.parts for units in second.units[:1]]


def test_nobody_takes_anything() -> None:
    """Where no alternative takes anything, none is blocked by another."""
    tea, milk = (Promotion(name, then=policies.percent_off(10, of=name)) for name in ("tea", "milk"))

    assert {"tea": "nothing_left", "milk": "nothing_left"} == priced(policies.first_of(tea, milk)).states


def test_stack_in_a_choice() -> None:
    """A stack is one alternative: together its members take most, so all of them apply."""
    five, ten, twelve = (Promotion(f"p{n}", then=policies.percent_off(n)) for n in (5, 10, 12))

    assert {"p12": "lost", "p5": "applied", "p10": "applied"} == priced(
        policies.best_of(twelve, policies.stack(five, ten))
    ).states


def test_only_one_alternative() -> None:
    """Where one alternative is eligible, there is nothing to compare; where none is, nothing applies."""
    staff, guest = Promotion("staff", when=customer.staff, then=TEN), Promotion("guest", then=TEN)
    never = Promotion("never", when=customer.opted_in, then=TEN)

    assert {"staff": "not_eligible", "guest": "applied"} == priced(policies.best_of(staff, guest)).states
    assert {"staff": "not_eligible", "never": "not_eligible"} == priced(policies.best_of(staff, never)).states


def test_later_phase_of_a_promotion_that_reads_early() -> None:
    """A promotion that acts twice reads its condition once, before anything was taken."""
    both = Promotion(
        "both",
        when=cart.amount() >= eur("19.99"),
        then=(policies.percent_off(10, of="CUP"), policies.amount_off(stepped(cart.quantity(), {4: eur(1)}))),
    )
    twice = priced(both, Promotion("other", then=policies.gift("CUP", per=2, of="CUP")))

    assert ["both", "other"] == sorted(each.id for each in twice.applied)
