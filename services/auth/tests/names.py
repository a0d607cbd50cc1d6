"""Pairs of names and of addresses, and whether they are one; names that there may be, and names that there may not."""

from collections.abc import Callable
from datetime import UTC, datetime

from auth import repository
from auth.resources import Resources
from auth.use_cases.accounts import new_user
from auth.use_cases.identities import key_of

AreOne = Callable[[Resources, str, str], bool]

NAMES = [
    ("Anna", "ANNA", True),
    ("anna", "anna ", True),
    ("anna", "\tanna", True),
    ("anna", "an na", False),
    ("rene", "rené", False),
    ("ren\u00e9", "rene\u0301", True),
    ("RENÉ", "rene\u0301", True),
    ("ΐ", "\u03b9\u0308\u0301", True),
    ("strasse", "straße", True),
    ("STRASSE", "STRAẞE", True),
    ("strase", "straße", False),
    ("diyarbakir", "dıyarbakır", False),
    ("izmir", "IZMIR", True),
    ("izmir", "İzmir", False),
    ("İzmir", "i\u0307zmir", True),
    ("σίσυφος", "ΣΊΣΥΦΟΣ", True),
    ("ᾳδω", "ΑΙΔΩ", True),
    ("anna", "ａｎｎａ", True),
    ("ａｎｎａ", "ＡＮＮＡ", True),
    ("ガギグ", "ｶﾞｷﾞｸﾞ", True),
    ("คำๆ", "ค\u0e4d\u0e32ๆ", True),
    ("ﬁona", "FIONA", True),
    ("kelvin", "\u212aelvin", True),
    ("anna", "аnna", False),  # its first letter is Cyrillic
    ("ᏣᎳᎩ", "ꮳꮃꭹ", True),
    ("anna", "anna\u200b", False),
    ("オオ", "おお", False),
    ("o", "ø", False),
    ("ae", "æ", False),
]

ADDRESSES = [
    ("ada@example.com", "Ada@Example.COM", True),
    ("ada@example.com", " ada@example.com\n", True),
    ("ada@bücher.example", "ada@xn--bcher-kva.example", True),
    ("ada@bücher.example", "ADA@BÜCHER.example", True),
    ("ada@bücher.example", "ADA@XN--BCHER-KVA.example", True),
    ("ada@bücher.example", "ada@bu\u0308cher.example", True),
    ("ada@bücher.example", "ada@bucher.example", False),
    ("ada@例え.jp", "ada@例え。jp", True),
    ("ada@strasse.de", "ada@straße.de", False),
    # Whoever can read the mail of one of these must not open the account of the other.
    ("strasse@example.com", "straße@example.com", False),
    ("kelvin@example.com", "\u212aelvin@example.com", False),
    ("ada@example.com", "ａｄａ@example.com", False),
    ("ada@example.com", "ada＠example.com", False),
    ("mike@example.com", "mıke@example.com", False),
    ("fiona@example.com", "ﬁona@example.com", False),
    ("ada@example.com", "ada@exаmple.com", False),  # the third letter of its domain is Cyrillic
]


def are_one_name(auth: Resources, first: str, second: str) -> bool:
    """Tell whether the name `second` leads to the user who has the name `first`."""
    with auth.database.writing() as session:
        repository.users.add(session, new_user(first, None, "hash", datetime.now(UTC)))
        return repository.users.by_username(session, key_of(second)) is not None


def are_one_address(auth: Resources, first: str, second: str) -> bool:
    """Tell whether the address `second` leads to the user who has the address `first`."""
    with auth.database.writing() as session:
        user = new_user("ada", first, "hash", datetime.now(UTC))
        user.owned_email_key = user.email_key
        repository.users.add(session, user)
        return repository.users.owner_of_email(session, key_of(second)) is not None


GOOD = {
    "ada": "ada",
    "Ada.Byron_1-2": "Ada.Byron_1-2",
    "1815": "1815",
    "ren\u0065\u0301e": "renée",
    "Ｔａｒｏ１": "Taro1",
    "straße": "straße",
    "dıyarbakır": "dıyarbakır",
    "Ọlá": "Ọlá",
    "Nguyễn": "Nguyễn",
    "paral·lel": "paral·lel",
    "Анна": "Анна",
    "Άννα": "Άννα",
    "Արմեն": "Արմեն",
    "ქეთევან": "ქეთევან",
    "ᏣᎳᎩᏱ": "ᏣᎳᎩᏱ",
    "山田太郎": "山田太郎",
    "さくらTokyo": "さくらTokyo",
    "ｶﾞｷﾞｸﾞ": "ガギグ",
    "王小明abc": "王小明abc",
    "김철수2": "김철수2",
    "น้ำฝน": "น้ำฝน",
    "अमित१": "अमित१",
    "தமிழ்": "தமிழ்",
    "ខ្មែរ": "ខ្មែរ",
    "မြို့မြို့": "မြို့မြို့",
    "བཀྲ་ཤིས": "བཀྲ་ཤིས",
    "\u05d7\u05e0\u05d41": "\u05d7\u05e0\u05d41",
    "\u05e2\u05b4\u05d1\u05b0\u05e8\u05b4\u05d9\u05ea": "\u05e2\u05b4\u05d1\u05b0\u05e8\u05b4\u05d9\u05ea",
    "\u0645\u062d\u0645\u062f": "\u0645\u062d\u0645\u062f",
    "\U0001e922\U0001e923\U0001e924": "\U0001e922\U0001e923\U0001e924",  # Adlam
}
"""Names that there may be, and how each is stored and shown."""

BAD = {
    "3 to 32 characters": ["", "ab", "ＡＢ", "a" * 33, "é" * 33, "e\u0301" * 33, "x" * 254],
    "96 bytes": ["\U0001e922" * 25],
    "begins with": [".ad", "-ad", "_ad", "\u0301abc"],
    "control": ["ada\n", "a\x00da", "a\x7fda", "a\u0085da", "a\u2028da"],
    "direction": ["ada\u202e", "a\u200eda", "a\u2066da", "\u0645\u061c\u062d\u0645"],
    "invisible": [
        "a\u200bda",
        "a\u200dda",
        "a\ufeffda",
        "a\u00adda",
        "a\ufe0fda",
        "a\u115fda",
        "क्\u200dषा",
        "a\u3164da",
    ],
    "spaces": ["a da", " ada", "ada ", "a\u00a0da", "a\u3000da"],
    "no @": ["ada@example.com", "ada＠example.com", "@ada", "ada﹫b"],
    "letters, digits": ["a!da", "a/da", "ada😀", "ﬁona", "a²b", "a’b", "a\u0378da", "ada\ue000", "daⓐ"],
    "Bidi Rule": ["\u05d0\u05d1\u05d2_", "1\u05d0\u05d1\u05d2", "abc\u05d0"],
    "needs a letter": ["1\u0301ab", "a.\u0301b"],
    "four marks": ["a\u0301\u0301b1", "ab\u0300\u0301\u0302\u0303\u0304", "ấ\u0301ab"],
    "one kind": ["अ१2ब", "অ১२ব"],
    "one script": ["pаypal", "аdmin", "gооgle", "αdam", "тестabc", "オabcс", "한ひら", "𐌰𐌱𐌲", "アㄅ漢", "ab\u05bcc"],
    "phonetic": ["ɑnna", "ɡoogle", "pꜱy", "ᴠᴏᴡ"],
    "look like Latin": ["сосо", "аре", "РОМА", "ѕсоре", "ονο", "ΑΒΕ", "ꓐꓴꓢ", "ᏚᎢᎬ", "օոս", "сосо-1", "a〇b"],
    "reserved": ["admin", "Admin", "ad.min", "ADMİN", "adm\u0131n", "supp0rt", "r00t", "no-reply", "Ｑuartet"],
}
"""Names that there may not be, by words of the message that says why."""
