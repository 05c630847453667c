"""A book whose promotions run out soon: `python -m tests.shop_service.limited_shop` serves it."""

from __future__ import annotations

from aftercare import Days, Delivery, Name, PolicyBook, Promotion, ReturnPolicy, eur, policies
from examples.fastapi_shop.__main__ import serve

PURSE = policies.budget(eur(66), partial="cut")

shop = PolicyBook(
    "limited",
    zone="Europe/Warsaw",
    currencies=["EUR"],
    promotions=[
        Promotion("flash", codes="FLASH", then=policies.amount_off(eur(1)), limits=policies.uses(12)),
        Promotion("purse", codes="PURSE", then=policies.amount_off(eur(8)), limits=PURSE),
        Promotion("once", codes="ONCE", then=policies.amount_off(eur(2)), limits=policies.uses(1, per="customer")),
        Promotion(
            "pair",
            title=Name("Two a week", pl="Dwa na tydzień"),
            codes="PAIR",
            then=policies.amount_off(eur(3)),
            limits=policies.uses(2, every=Days(7)),
        ),
    ],
    delivery=[Delivery("standard", fee=eur("4.95"))],
    returns=ReturnPolicy("thirty-days", within=Days(30), after="delivered"),
)

if __name__ == "__main__":
    serve(shop)
