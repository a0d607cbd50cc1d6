"""Made-up products for trials: number by number, the same at every run."""

import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

OWNER_PREFIX = "5eed0000-0000-4000-8000-"
"""The subjects of the made-up owners begin so; auth gives out none of this kind."""

FIRST = datetime(2024, 11, 1, tzinfo=UTC)
SPREAD = int(timedelta(days=730) / timedelta(microseconds=1))


def _words(text: str) -> list[str]:
    return [word.replace("-", " ") for word in text.split()]


LOOKS = _words("""
    Amber Antique Beige Black Blue Bright Checked Classic Compact Copper Cosy Crème Curved Elegant Engraved Faceted
    Festive Flat Foldable Forest-green Glazed Golden Grey Handmade Heavy Ivory Large Light Little Long Matt Modern
    Mottled Narrow Natural Nordic Olive Pale Patterned Plain Polished Red Ribbed Round Rustic Rosé Sand Scarlet
    Silver Simple Slim Small Soft Square Striped Sturdy Tall Tiny Vintage Violet Warm White Wide Woven""")
MATERIALS = _words("""
    Acacia Aluminium Ash Bamboo Beech Birch Brass Bronze Canvas Cashmere Cast-iron Ceramic Cherry Clay Cork Cotton
    Denim Enamel Felt Flax Glass Granite Hemp Jute Larch Leather Linen Maple Marble Merino Mohair Oak Paper Pewter
    Pine Porcelain Rattan Silk Slate Steel Stoneware Straw Teak Terracotta Tin Velvet Walnut Wicker Wool""")
THINGS = {
    4: """Bookmark Button Candle Card Coaster Cup-holder Eggcup Napkin Pencil Postcard Ribbon Soap Spoon Tealight""",
    15: """Apron Bowl Brush Cap Carafe Corkscrew Cup Dish Frame Funnel Grater Jar Jug Ladle Mitten Mug Notebook
    Pitcher Plate Purse Saucer Scarf Sieve Sugar-bowl Tankard Teacup Thimble Towel Tray Trivet Tumbler Whisk""",
    60: """Backpack Basket Blanket Breadbin Casserole Clock Colander Cushion Decanter Kettle Lantern Lunchbox Mirror
    Pan Puzzle Rucksack Satchel Skillet Stool Teapot Toolbox Tray-table Umbrella Vase Wallet Washboard""",
    250: """Accordion-case Armchair Bench Bookcase Chair Chandelier Chest Coat-stand Cradle Desk Easel Lamp
    Nightstand Rocking-horse Rug Shelf Sideboard Table Toboggan Trunk""",
}
"""Things, by what they usually cost in euros."""

OF_A_PRICE = [(price, thing) for price, things in THINGS.items() for thing in _words(things)]
ELSEWHERE = (
    *("白色陶瓷茶壶", "竹编篮子", "コーヒーメーカー", "木のスプーン"),
    *("Чайник эмалированный", "Ваза стеклянная", "Κανάτα", "찻주전자"),
)
ADDED = ("", "", "", " with Lid", " for Two", " No. {}", ", Set of {}", " – {} cm", ", 2nd Choice", " de luxe")
USES = ("the kitchen", "the garden", "the workshop", "a long journey", "the nursery", "a winter evening", "picnics")
CARES = ("Dishwasher safe.", "Wash by hand.", "Wipe with a damp cloth.", "Keep dry.", "Oil it once a year.")
CURRENCIES = {"EUR": 1.0, "USD": 1.1, "GBP": 0.9, "CHF": 1.0, "SEK": 11.0, "JPY": 160.0, "KWD": 0.3}


def owner(number: int) -> dict[str, str]:
    """Return subject and name of a made-up owner."""
    return {"subject": f"{OWNER_PREFIX}{number:012x}", "name": f"seed-{number}"}


def product(number: int, owners: int) -> dict[str, Any]:
    """Return the columns of a made-up product, of one of so many owners."""
    chance = random.Random(number)  # noqa: S311 - the same at every run is what is wanted
    usual, thing = chance.choice(OF_A_PRICE)
    material = chance.choice(MATERIALS)
    name = f"{chance.choice(LOOKS)} {material} {thing}" + chance.choice(ADDED).format(chance.randint(2, 48))
    if chance.random() < 0.02:
        name = f"{chance.choice(ELSEWHERE)} {number % 1000}"
    currency = chance.choice([*CURRENCIES, "EUR", "EUR", "USD", "USD"])
    made = FIRST + timedelta(microseconds=chance.randrange(SPREAD))
    return {
        "owner_id": owner(chance.randrange(owners))["subject"],
        "name": name,
        "description": f"{thing} of {material.lower()}, made for {chance.choice(USES)}. {chance.choice(CARES)}",
        "price": _price(usual * chance.lognormvariate(0, 0.5), currency, chance),
        "currency": currency,
        "version": 1,
        "created_at": made,
        "updated_at": made,
    }


def _price(euros: float, currency: str, chance: random.Random) -> Decimal:
    """Return about so much, as shops write it: 12.90, 12.99, 13; in yen 2100."""
    whole = int(euros * CURRENCIES[currency])
    if currency == "JPY":
        return Decimal(max(whole // 10 * 10, 10))
    return whole + Decimal(chance.choice(["0", "0.5", "0.9", "0.95", "0.99"])) or Decimal("0.5")
