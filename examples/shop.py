"""A small shop for coffee and tea, in euros and zlotys: its promises on one page.

Price an order with it, ask what may come back of it, and where a member stands:

    python -m aftercare price examples/shop.py:shop ORDER.json --products examples/shop.py:products
    python -m aftercare returns examples/shop.py:shop ORDER.json --products examples/shop.py:products
    python -m aftercare standing examples/shop.py:shop HISTORY.json
"""

from __future__ import annotations

from datetime import date, datetime, time
from fractions import Fraction
from zoneinfo import ZoneInfo

from aftercare import (
    Days,
    Delivery,
    Months,
    Name,
    Notice,
    PolicyBook,
    Product,
    Promotion,
    ReturnPolicy,
    Schedule,
    Tier,
    amounts,
    by,
    cart,
    clock,
    customer,
    dated,
    eur,
    item,
    loyalty,
    pln,
    policies,
    returns,
    stepped,
)

ZONE = "Europe/Warsaw"
ADVENT = datetime(2026, 11, 29, tzinfo=ZoneInfo(ZONE))

MEMBER = Tier("member", 0, title=Name("Basic", pl="Podstawowy", be="Базавы", ja="レギュラー", vi="Cơ bản"))
SILVER = Tier("silver", 1, title=Name("Silver", pl="Srebrny", be="Срэбны", ja="シルバー", vi="Bạc"))
GOLD = Tier("gold", 2, title=Name("Gold", pl="Złoty", be="Залаты", ja="ゴールド", vi="Vàng"))

coffee = item.category.is_("coffee").named("coffee", pl="kawa", be="кава", ja="コーヒー", vi="cà phê")
tea = item.category.is_("tea").named("tea", pl="herbata", be="гарбата", ja="お茶", vi="trà")
cups = item.category.is_("cups").named("cups", pl="filiżanki", be="кубкі", ja="カップ", vi="cốc")
filters = item.sku.is_("FILTER").named("filters", pl="filtry", be="фільтры", ja="フィルター", vi="giấy lọc")
machines = item.category.is_("machines").named(
    "coffee machines", pl="ekspresy", be="кавамашыны", ja="コーヒーメーカー", vi="máy pha cà phê"
)
syrups = item.category.is_("syrup").named("syrups", pl="syropy", be="сіропы", ja="シロップ", vi="si-rô")
sweets = item.category.is_("sweets").named("sweets", pl="słodycze", be="салодкае", ja="お菓子", vi="bánh kẹo")
tins = item.tag.is_("tin").named("tins", pl="puszki", be="бляшанкі", ja="茶缶", vi="hộp đựng trà")
biscuits = item.sku.is_("BISCUIT").named("biscuits", pl="ciastka", be="печыва", ja="ビスケット", vi="bánh quy")
teapots = item.sku.is_("TEAPOT").named("teapots", pl="czajniczki", be="імбрычкі", ja="ティーポット", vi="ấm trà")

# --- On the price tag ------------------------------------------------------------------------------------------------

subscriber_price = Promotion(
    "subscriber-price",
    title=Name(
        "Subscriber price", pl="Cena dla subskrybentów", be="Цана для падпісчыкаў", ja="会員価格", vi="Giá thành viên"
    ),
    when=customer.opted_in,
    then=policies.named_price("member"),
)
outlet = Promotion(
    "outlet",
    title=Name("Outlet", pl="Wyprzedaż", be="Распродаж", ja="アウトレット", vi="Xả kho"),
    then=policies.percent_off(30, of=item.tag.is_("outlet"), phase="catalogue"),
    earns_points=False,
    counts_towards_thresholds=False,
)

# --- On goods --------------------------------------------------------------------------------------------------------

second_coffee_half_price = Promotion(
    "second-coffee-half-price",
    title=Name(
        "Second coffee half price",
        pl="Druga kawa za pół ceny",
        be="Другая кава за паўцаны",
        ja="コーヒー2点目半額",
        vi="Gói cà phê thứ hai giảm nửa giá",
    ),
    when=cart.quantity(coffee).at_least(2),
    then=policies.every(2, of=coffee, times=2).percent_off(50),
)
coffee_by_the_dozen = Promotion(
    "coffee-by-the-dozen",
    title=Name(
        "Coffee by the dozen",
        pl="Kawa na tuziny",
        be="Кава тузінамі",
        ja="コーヒーまとめ買い",
        vi="Mua cà phê theo tá",
    ),
    then=policies.percent_off(stepped(cart.quantity(coffee), {6: 20, 12: 25, 24: 30}), of=coffee),
)
three_teas_for_two = Promotion(
    "three-teas-for-two",
    title=Name(
        "Three teas for two",
        pl="Trzy herbaty w cenie dwóch",
        be="Тры гарбаты па цане дзвюх",
        ja="お茶3点で1点無料",
        vi="Mua 2 trà tặng 1",
    ),
    then=policies.buy(2, of=tea, favour="customer").get_same(1).free(),
)
tea_for_two = Promotion(
    "tea-for-two",
    title=Name(
        "Tea for two",
        pl="Herbata dla dwojga",
        be="Гарбата для дваіх",
        ja="ふたりのお茶セット",
        vi="Bộ trà cho hai người",
    ),
    then=policies.bundle({teapots: 1, "CUP": 2}).at_price(amounts(eur(25), pln(110))),
)
cups_with_tin = Promotion(
    "cups-with-tin",
    title=Name(
        "Two cups and a tin",
        pl="Dwie filiżanki i puszka",
        be="Два кубкі і бляшанка",
        ja="カップ2点と茶缶のセット割",
        vi="Hai cốc và một hộp trà",
    ),
    then=policies.bundle({cups: 2, tins: 1}).percent_off(10),
)
machine_brings_coffee = Promotion(
    "machine-brings-coffee",
    title=Name(
        "Coffee with your machine",
        pl="Kawa do ekspresu",
        be="Кава да кавамашыны",
        ja="マシンとコーヒーのセット割",
        vi="Mua máy giảm giá cà phê",
    ),
    then=policies.buy(1, of=machines, times=2).get(2, of=coffee).percent_off(50),
)
dearest_cup = Promotion(
    "dearest-cup",
    title=Name(
        "The dearest cup",
        pl="Najdroższa filiżanka",
        be="Самы дарагі кубак",
        ja="一番高いカップ割引",
        vi="Giảm chiếc cốc đắt nhất",
    ),
    when=cart.quantity(cups).at_least(4),
    then=policies.percent_off(25, of=policies.dearest(1, cups)),
)
cheapest_tin = Promotion(
    "cheapest-tin",
    title=Name(
        "A tin for your tea",
        pl="Puszka do herbaty",
        be="Бляшанка да гарбаты",
        ja="お茶と茶缶のセット割",
        vi="Hộp đựng trà giá rẻ",
    ),
    when=cart.has(tea),
    then=policies.fixed_price(amounts(eur(2), pln(9)), of=policies.cheapest(1, tins)),
)
filters_after_three = Promotion(
    "filters-after-three",
    title=Name(
        "Filters by the pack",
        pl="Filtry w pakiecie",
        be="Фільтры пакетам",
        ja="フィルターまとめ割",
        vi="Giấy lọc theo gói",
    ),
    then=policies.amount_off(amounts(eur("0.50"), pln(2)), of=policies.after(3, filters), each="unit"),
)
first_two_syrups = Promotion(
    "first-two-syrups",
    title=Name(
        "Try our syrups", pl="Spróbuj syropów", be="Паспрабуйце сіропы", ja="シロップお試し", vi="Dùng thử si-rô"
    ),
    when=customer.first_order,
    then=policies.percent_off(40, of=policies.first(2, syrups)),
)
dearest_of_three_syrups = Promotion(
    "dearest-of-three-syrups",
    title=Name("Three syrups", pl="Trzy syropy", be="Тры сіропы", ja="シロップ3本割引", vi="Ba chai si-rô"),
    then=policies.every(3, of=syrups, pick="dearest").amount_off(amounts(eur(2), pln(9))),
)
three_sweets = Promotion(
    "three-sweets",
    title=Name("Sweet price", pl="Słodka cena", be="Салодкая цана", ja="スイーツ割引", vi="Giá ngọt ngào"),
    then=policies.percent_off(20, of=policies.at_most(3, sweets, per="line")),
)
machine_week = Promotion(
    "machine-week",
    title=Name(
        "Machine week", pl="Tydzień ekspresów", be="Тыдзень кавамашын", ja="マシンウィーク", vi="Tuần lễ máy pha"
    ),
    schedule=Schedule(date(2026, 11, 30), date(2026, 12, 6), zone=ZONE),
    notice=Notice(customers=Days(3), staff=Days(10), ending=Days(1)),
    then=policies.amount_off(amounts(eur(20), pln(90)), of=machines, each="line"),
    limits=policies.budget(amounts(eur(2000), pln(9000)), partial="cut"),
)
happy_hour = Promotion(
    "happy-hour",
    title=Name("Happy hour", pl="Szczęśliwa godzina", be="Шчаслівая гадзіна", ja="ハッピーアワー", vi="Giờ vàng"),
    schedule=Schedule(
        zone=ZONE,
        weekdays=("monday", "tuesday", "wednesday", "thursday", "friday"),
        hours=((time(15), time(17)),),
    ),
    then=policies.percent_off(10, of=sweets, cap_each=amounts(eur(1), pln(4))),
)
biscuit = Promotion(
    "biscuit",
    title=Name(
        "A biscuit on us", pl="Ciastko od nas", be="Печыва ад нас", ja="ビスケットプレゼント", vi="Tặng bánh quy"
    ),
    when=cart.has(biscuits) & (cart.has(coffee) | cart.has(tea)),
    then=policies.gift("BISCUIT"),
)
spoon_with_teapot = Promotion(
    "spoon-with-teapot",
    title=Name(
        "A spoon with every teapot",
        pl="Łyżeczka do każdego czajniczka",
        be="Лыжачка да кожнага чайнічка",
        ja="ティーポット1点につきスプーン1本プレゼント",
        vi="Tặng thìa theo ấm trà",
    ),
    when=cart.has(teapots),
    then=policies.gift(
        "SPOON",
        name=Name(
            "silver-plated spoon",
            pl="posrebrzana łyżeczka",
            be="пасрэбраная лыжачка",
            ja="銀メッキスプーン",
            vi="thìa mạ bạc",
        ),
        per=1,
        of=teapots,
        most=3,
        value=amounts(eur(3), pln(13)),
    ),
)

# --- On the whole order ----------------------------------------------------------------------------------------------

club_rate = Promotion(
    "club-rate",
    title=Name("Club rate", pl="Rabat klubowy", be="Клубная зніжка", ja="会員割引", vi="Ưu đãi thành viên"),
    then=policies.percent_off(by(customer.tier, {SILVER: 3, GOLD: 5}), cap=amounts(eur(30), pln(130))),
)
staff_rate = Promotion(
    "staff-rate",
    title=Name(
        "Staff rate", pl="Rabat pracowniczy", be="Зніжка для супрацоўнікаў", ja="社員割引", vi="Ưu đãi nhân viên"
    ),
    when=customer.staff,
    then=policies.percent_off(20),
).except_when(clock.weekday.is_("sunday"), then=policies.percent_off(25), named="sunday shift")
more_for_more = Promotion(
    "more-for-more",
    title=Name(
        "Buy more, save more",
        pl="Kup więcej, zapłać mniej",
        be="Больш пакупак — большая зніжка",
        ja="まとめ買い割引",
        vi="Mua nhiều giảm nhiều",
    ),
    then=policies.amount_off(
        stepped(
            cart.amount(),
            {
                amounts(eur(60), pln(260)): amounts(eur(3), pln(13)),
                amounts(eur(120), pln(520)): amounts(eur(9), pln(39)),
            },
        )
    ),
)
welcome = Promotion(
    "welcome",
    title=Name("Welcome", pl="Witaj", be="Вітаем", ja="はじめてのご注文", vi="Chào bạn mới"),
    codes=("WELCOME", "WITAJ"),
    limits=policies.uses(1, per="customer"),
    advertised=True,
    when=customer.first_order & cart.amount().at_least(amounts(eur(20), pln(90))),
    then=policies.amount_off(amounts(eur(5), pln(20))),
)
wholesale = Promotion(
    "wholesale",
    title=Name(
        "Trade partners", pl="Partnerzy handlowi", be="Гандлёвыя партнёры", ja="卸売割引", vi="Đối tác bán buôn"
    ),
    then=policies.percent_off(by(customer.group, {"cafe": 12, "hotel": 15}, choose="highest"), cap_share=15),
)

# --- On delivery, and beside the price -------------------------------------------------------------------------------

combo_ships_free = Promotion(
    "combo-ships-free",
    title=Name(
        "The tea set ships free",
        pl="Zestaw z darmową dostawą",
        be="Набор з бясплатнай дастаўкай",
        ja="お茶セット送料無料",
        vi="Bộ trà miễn phí vận chuyển",
    ),
    when=cart.has(teapots) & cart.quantity(cups).at_least(4),
    then=policies.free_shipping("standard"),
)
express_for_gold = Promotion(
    "express-for-gold",
    title=Name(
        "Express for Gold",
        pl="Ekspres dla Złotych",
        be="Экспрэс для Залатых",
        ja="ゴールド会員速達割引",
        vi="Giao nhanh cho hạng Vàng",
    ),
    when=customer.tier.at_least(GOLD),
    then=policies.shipping_at_price(amounts(eur(2), pln(9)), "express"),
)
winter_express = Promotion(
    "winter-express",
    title=Name(
        "Express for less this winter",
        pl="Tańszy ekspres zimą",
        be="Зімой экспрэс танней",
        ja="冬の速達割引",
        vi="Giao nhanh giá rẻ mùa đông",
    ),
    when=cart.amount().at_least(amounts(eur(50), pln(220))),
    schedule=Schedule(date(2026, 11, 1), date(2027, 2, 28), zone=ZONE),
    then=policies.shipping_percent_off(dated(25, {ADVENT: 50}), "express"),
)
app_delivery = Promotion(
    "app-delivery",
    title=Name(
        "Delivery for less in the app",
        pl="Tańsza dostawa w aplikacji",
        be="Танная дастаўка ў праграме",
        ja="アプリ注文で送料割引",
        vi="Giảm phí giao hàng khi đặt qua ứng dụng",
    ),
    when=cart.channel.is_("app"),
    then=policies.shipping_amount_off(amounts(eur(1), pln(4))),
)
double_points_for_tea = Promotion(
    "double-points-for-tea",
    title=Name(
        "Three teas, double points",
        pl="Trzy herbaty, podwójne punkty",
        be="Тры гарбаты — падвойныя балы",
        ja="お茶3点でポイント2倍",
        vi="Mua 3 trà nhân đôi điểm",
    ),
    when=customer.signed_in & cart.quantity(tea).at_least(3),
    then=(policies.points_times(2), policies.bonus_points(50)),
)
voucher_for_next_time = Promotion(
    "voucher-for-next-time",
    title=Name(
        "A voucher for next time",
        pl="Bon na następny raz",
        be="Купон на наступны раз",
        ja="次回クーポン",
        vi="Phiếu mua hàng lần sau",
    ),
    when=cart.amount().at_least(amounts(eur(100), pln(430))),
    then=policies.voucher(amounts(eur(5), pln(20))),
)

standard_delivery = Delivery(
    "standard",
    fee=stepped(cart.total("grams"), {0: amounts(eur("4.95"), pln(15)), 5000: amounts(eur("7.95"), pln(25))}),
    ships_free=item.tag.is_("digital"),
    extra={machines: amounts(eur(4), pln(18))},
    free_from=amounts(eur(75), pln(300)),
).except_when(customer.tier.at_least(SILVER), free_from=amounts(eur(40), pln(160)), named="silver")
express_delivery = Delivery("express", fee=amounts(eur("9.95"), pln(30)), per_unit=amounts(eur("0.25"), pln(1)))
locker_delivery = Delivery("locker", fee=amounts(eur("2.95"), pln(11)), when=~cart.has(machines))
pickup = Delivery("pickup", fee=amounts(eur(0), pln(0)))

# --- After the sale --------------------------------------------------------------------------------------------------

thirty_days = (
    ReturnPolicy(
        "thirty-days",
        title=Name("30 days", pl="30 dni", be="30 дзён", ja="30日以内の返品", vi="30 ngày"),
        within=Days(30),
        after="delivered",
        fee=amounts(eur("4.95"), pln(15)),
        refund="recompute_monotone",  # what is kept of a combo is priced anew, and no step of a return is a trap
        tenders="ratio",  # what points paid comes back as points
        send_within=Days(14),
    )
    .except_when(
        customer.tier.at_least(GOLD),
        within=Days(60),
        fee=returns.FREE,
        named=Name(
            "60 days for Gold",
            pl="60 dni dla Złotych",
            be="60 дзён для Залатых",
            ja="ゴールド会員は60日以内の返品",
            vi="60 ngày cho hạng Vàng",
        ),
    )
    .except_when(returns.ground.one_of("defect", "damaged_in_transit"), evidence="photo", named="damage")
    .not_returnable(of=item.tag.is_("outlet"), because="final_sale")
    .not_returnable(of=item.tag.is_("digital"), because="gift_card")
    .not_below(returns.statutory("EU"))
)
machine_warranty = returns.Warranty(
    ReturnPolicy(
        "machine-warranty",
        title=Name(
            "Warranty for machines",
            pl="Gwarancja na ekspresy",
            be="Гарантыя на кавамашыны",
            ja="マシン保証",
            vi="Bảo hành máy pha",
        ),
        regime="warranty",
        within=Months(24),
        after="delivered",
        resolutions=("repair", "replacement"),
    )
    .except_when(
        customer.tier.at_least(GOLD),
        within=Months(36),
        named=Name(
            "Three years for Gold",
            pl="Trzy lata dla Złotych",
            be="Тры гады для Залатых",
            ja="ゴールド会員のマシン保証3年",
            vi="Ba năm cho hạng Vàng",
        ),
    )
    .not_returnable(
        of=~machines,
        because=Name(
            "only coffee machines have a warranty",
            pl="gwarancja obejmuje tylko ekspresy",
            be="гарантыя толькі на кавамашыны",
            ja="保証はコーヒーメーカーのみ",
            vi="chỉ bảo hành máy pha cà phê",
        ),
    ),
    transfer="once",
)
machine_upgrade = returns.TradeIn(
    "machine-upgrade",
    title=Name(
        "Your old machine for a new one",
        pl="Stary ekspres za nowy",
        be="Старая кавамашына за новую",
        ja="マシン下取り",
        vi="Đổi máy cũ lấy máy mới",
    ),
    of=machines,
    values={Months(12): {"A": 50, "B": 30}, Months(24): {"A": 30, "B": amounts(eur(10), pln(40))}},
)

# --- For members -----------------------------------------------------------------------------------------------------

coffee_card = loyalty.PunchCard("coffee-card", buy=5, of=coffee)
dessert_card = loyalty.VisitCard(
    "dessert-card",
    every=10,
    brings=Name("a dessert", pl="deser", be="дэсерт", ja="デザート", vi="món tráng miệng"),
)
friends = loyalty.ReferralProgram(
    "friends",
    title=Name("Bring a friend", pl="Poleć nas", be="Запрасіце сябра", ja="お友達紹介", vi="Giới thiệu bạn bè"),
    member=loyalty.give_points(200),
    friend=loyalty.give_voucher(amounts(eur(5), pln(20)), least=amounts(eur(30), pln(130))),
    least=amounts(eur(20), pln(90)),
    at_most=10,
)
club = loyalty.Program(
    "club",
    ladder=loyalty.Ladder.by(
        loyalty.spend(last=Months(12)),
        {
            MEMBER: amounts(eur(0), pln(0)),
            SILVER: amounts(eur(150), pln(650)),
            GOLD: amounts(eur(500), pln(2200)),
        },
        validity=loyalty.KeptFor(Months(12), to_end_of="month"),
        downgrade=loyalty.Downgrade("one_step", grace=Days(30)),
    ),
    earning=loyalty.sum_of(
        loyalty.points(1, per=amounts(eur(1), pln(4)), tax="included").times({SILVER: Fraction(3, 2), GOLD: 2}),
        loyalty.points_for(20, on="review"),
    ),
    lots=loyalty.Lots(expire=Months(24)),
    spending=loyalty.spending_rate(100, worth=amounts(eur(5), pln(20)), share=50),
    cards=(coffee_card, dessert_card),
    referrals=friends,
)

shop = PolicyBook(
    "coffee-and-tea",
    zone=ZONE,
    currencies=("EUR", "PLN"),
    countries=("PL", "DE"),
    promotions=(
        subscriber_price,
        outlet,
        policies.best_of(second_coffee_half_price, coffee_by_the_dozen, machine_brings_coffee),
        policies.best_combination(three_teas_for_two, tea_for_two, cups_with_tin),
        dearest_cup,
        cheapest_tin,
        filters_after_three,
        policies.stack(first_two_syrups, dearest_of_three_syrups),
        policies.first_of(happy_hour, three_sweets),
        machine_week,
        biscuit,
        spoon_with_teapot,
        policies.best_of(staff_rate, wholesale, policies.stack(club_rate, more_for_more)),
        welcome,
        combo_ships_free,
        policies.best_of(express_for_gold, winter_express),
        app_delivery,
        double_points_for_tea,
        voucher_for_next_time,
    ),
    delivery=(standard_delivery, express_delivery, locker_delivery, pickup),
    returns=returns.AfterSales(returns=thirty_days, warranties=machine_warranty, trade_in=machine_upgrade),
    loyalty=club,
)

# --- The goods --------------------------------------------------------------------------------------------------------

# What the shop knows of its products and a platform's order does not say.
products = (
    Product(
        "COFFEE-ETH",
        name=Name(
            "Coffee Ethiopia 250 g",
            pl="Kawa Etiopia 250 g",
            be="Кава Эфіопія 250 г",
            ja="エチオピアコーヒー 250 g",
            vi="Cà phê Ethiopia 250 g",
        ),
        categories=["coffee"],
        attributes={"grams": 250},
    ),
    Product(
        "COFFEE-HOUSE",
        name=Name(
            "House blend 1 kg",
            pl="Mieszanka firmowa 1 kg",
            be="Фірмовая сумесь 1 кг",
            ja="ハウスブレンド 1 kg",
            vi="Cà phê pha trộn 1 kg",
        ),
        categories=["coffee"],
        attributes={"grams": 1000},
    ),
    Product(
        "TEA-ASSAM",
        name=Name(
            "Assam tea 100 g",
            pl="Herbata Assam 100 g",
            be="Гарбата Асам 100 г",
            ja="アッサムティー 100 g",
            vi="Trà Assam 100 g",
        ),
        categories=["tea"],
        attributes={"grams": 100},
    ),
    Product(
        "TEA-TIN",
        name=Name("Tea in a tin", pl="Herbata w puszce", be="Гарбата ў бляшанцы", ja="缶入り紅茶", vi="Trà hộp thiếc"),
        categories=["tea"],
        attributes={"grams": 180},
    ),
    Product(
        "TIN",
        name=Name("Tea tin", pl="Puszka na herbatę", be="Бляшанка для гарбаты", ja="茶缶", vi="Hộp đựng trà"),
        categories=["supplies"],
        tags=["tin"],
        attributes={"grams": 90},
    ),
    Product(
        "TEAPOT",
        name=Name("Teapot", pl="Czajniczek", be="Імбрычак", ja="ティーポット", vi="Ấm trà"),
        categories=["teapots"],
        attributes={"grams": 900},
    ),
    Product(
        "CUP",
        name=Name("Cup", pl="Filiżanka", be="Кубак", ja="カップ", vi="Cốc"),
        categories=["cups"],
        attributes={"grams": 220},
    ),
    Product(
        "FILTER",
        name=Name(
            "Paper filters", pl="Filtry papierowe", be="Папяровыя фільтры", ja="ペーパーフィルター", vi="Giấy lọc"
        ),
        categories=["supplies"],
        attributes={"grams": 120},
        minimum_price=amounts(eur(2), pln(9)),
    ),
    Product(
        "SYRUP",
        name=Name("Vanilla syrup", pl="Syrop waniliowy", be="Ванільны сіроп", ja="バニラシロップ", vi="Si-rô vani"),
        categories=["syrup"],
        attributes={"grams": 700},
    ),
    Product(
        "BISCUIT",
        name=Name("Biscuit", pl="Ciastko", be="Печыва", ja="ビスケット", vi="Bánh quy"),
        categories=["sweets"],
        attributes={"grams": 30},
    ),
    Product(
        "MACHINE",
        name=Name("Coffee machine", pl="Ekspres do kawy", be="Кавамашына", ja="コーヒーメーカー", vi="Máy pha cà phê"),
        categories=["machines"],
        attributes={"grams": 4200},
    ),
    Product(
        "GIFT-CARD",
        name=Name("Gift card", pl="Karta podarunkowa", be="Падарункавая картка", ja="ギフトカード", vi="Thẻ quà tặng"),
        tags=["digital"],
        attributes={"grams": 0},
        discountable=False,
    ),
)
