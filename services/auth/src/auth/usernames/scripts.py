"""One script in a name: the Highly Restrictive level of UTS 39, over the scripts that UAX 31 knows to be in use."""

import regex  # type: ignore[import-untyped]

# UAX 31, tables 5 (recommended) and 7 (limited use). The others are of historians, and full of look-alikes.
RECOMMENDED = (
    *("Arabic", "Armenian", "Bengali", "Bopomofo", "Cyrillic", "Devanagari", "Ethiopic", "Georgian", "Greek"),
    *("Gujarati", "Gurmukhi", "Hangul", "Han", "Hebrew", "Hiragana", "Kannada", "Katakana", "Khmer", "Lao", "Latin"),
    *("Malayalam", "Myanmar", "Oriya", "Sinhala", "Tamil", "Telugu", "Thaana", "Thai", "Tibetan"),
)
LIMITED_USE = (
    *("Adlam", "Balinese", "Bamum", "Batak", "Canadian_Aboriginal", "Chakma", "Cham", "Cherokee", "Hanifi_Rohingya"),
    *("Javanese", "Kayah_Li", "Lepcha", "Limbu", "Lisu", "Mandaic", "Meetei_Mayek", "Miao", "New_Tai_Lue", "Newa"),
    *("Nko", "Nyiakeng_Puachue_Hmong", "Ol_Chiki", "Osage", "Saurashtra", "Sundanese", "Syloti_Nagri", "Syriac"),
    *("Tai_Le", "Tai_Tham", "Tai_Viet", "Tifinagh", "Vai", "Wancho", "Yi"),
)
TOGETHER = (
    ("Latin", "Han", "Hiragana", "Katakana"),
    ("Latin", "Han", "Bopomofo"),
    ("Latin", "Han", "Hangul"),
)


def _written_in(*scripts: str) -> str:
    """Return a pattern of text in these scripts; digits, dot, underscore, hyphen and common marks go with any."""
    own = "".join(rf"\p{{Script_Extensions={script}}}" for script in scripts)
    return rf"[{own}\p{{Script_Extensions=Inherited}}0-9._\-]+"


ONE_SCRIPT = regex.compile(
    "|".join(_written_in(*scripts) for scripts in (*TOGETHER, *((each,) for each in RECOMMENDED + LIMITED_USE)))
)
"""Matches, as a whole, a name whose characters are all of one script, or of scripts that are written together."""
