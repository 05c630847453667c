"""A bookshop with two tiers, a combo and a return policy: the first book of somebody who has read the README alone."""

from aftercare import Days, Delivery, Months, Name, PolicyBook, Promotion, ReturnPolicy, Tier

# isort: split
from aftercare import by, cart, customer, eur, item, loyalty, policies, returns

READER, BOOKWORM = Tier("reader", 0), Tier("bookworm", 1, title=Name("Bookworm", pl="Mól książkowy"))
novels = item.category.is_("novels").named("novels", pl="powieści")
bookmarks = item.category.is_("bookmarks").named("bookmarks", pl="zakładki")

club_rate = Promotion(
    "club-rate",
    title=Name("Club rate", pl="Rabat klubowy"),
    then=policies.percent_off(by(customer.tier, {READER: 2, BOOKWORM: 10})),
)
novel_and_bookmark = Promotion(
    "novel-and-bookmark",
    title=Name("A novel and a bookmark", pl="Powieść z zakładką"),
    when=cart.has(novels) & cart.has(bookmarks),
    then=[policies.bundle({novels: 1, bookmarks: 1}).percent_off(20), policies.free_shipping()],
)
thirty_days = (
    ReturnPolicy("thirty-days", within=Days(30), after="delivered", fee=eur("2.50"))
    .except_when(customer.tier.at_least(BOOKWORM), within=Days(60), fee=returns.FREE, named="bookworm")
    .not_returnable(of=item.tag.is_("signed"), because="final_sale")
)
shop = PolicyBook(
    "bookshop",
    zone="Europe/Warsaw",
    currencies=["EUR"],
    promotions=[novel_and_bookmark, club_rate],
    delivery=Delivery("standard", fee=eur("3.90")),
    returns=thirty_days,
    loyalty=loyalty.Program(
        "club", ladder=loyalty.Ladder.by(loyalty.spend(last=Months(12)), {READER: eur(0), BOOKWORM: eur(100)})
    ),
)
