"""What may be a user name: the profile UsernameCaseMapped of PRECIS (RFC 8265), and less where people could be fooled.

PRECIS alone would let through names that nobody can tell apart, or that break the page they are shown on. The further
rules are those of UTS 39 (Unicode Security Mechanisms).
"""

from unicodedata import category, decimal, normalize

import regex  # type: ignore[import-untyped]
from precis_i18n import get_profile

from auth.usernames.lookalikes import LATIN, LOOKALIKES
from auth.usernames.scripts import ONE_SCRIPT

SHORTEST, LONGEST = 3, 32
MOST_BYTES = 96
"""In UTF-8: 32 of all but the rarest letters. Longer, and the name's escapes in an access token would pass 1 KiB."""

_MOST_DECOMPOSED = 4 * LONGEST
_LENGTH = f"A user name has {SHORTEST} to {LONGEST} characters"
_CHARACTERS = "A user name has letters, digits, dots, underscores and hyphens only"

_profile = get_profile("UsernameCaseMapped")
_shown = get_profile("UsernameCasePreserved")

# Thai and Lao cannot be written without AM, which PRECIS refuses because it stands for two characters.
_AM = {0x0E33: "\u0e4d\u0e32", 0x0EB3: "\u0ecd\u0eb2"}

_NEVER = (
    (r"\p{Cc}|\p{Zl}|\p{Zp}", "A user name has no control characters"),
    (r"\p{Bidi_Control}", "A user name has no characters that turn the direction of writing"),
    (r"\p{Default_Ignorable_Code_Point}", "A user name has no invisible characters"),
    (r"\p{White_Space}", "A user name has no spaces"),
    (r"[@＠﹫]", "A user name has no @, so that nobody takes it for an e-mail"),
)
_NORMALISED = (
    (r"^[^\p{L}\p{N}]", "A user name begins with a letter or a digit"),
    (r"[!-~--[A-Za-z0-9._\-]]", _CHARACTERS),
    (r"(?<![\p{L}\p{M}])\p{M}", "An accent or another mark needs a letter before it"),
    (f"[{LATIN}]", "A user name has no letters of phonetic or obsolete alphabets that look like others"),
)
_DECOMPOSED = ((r"[\p{Mn}\p{Me}]{5}|(\p{Mn})\1", "A letter has at most four marks, and none of them twice"),)


def read(text: str) -> str:
    """Return a user name in the form that is stored and shown: composed (NFC), full-width as plain, its case kept.

    Raises:
        ValueError: it breaks a rule; the message names the rule and repeats nothing of the name.
    """
    if len(text) > _MOST_DECOMPOSED:
        raise ValueError(_LENGTH)
    _refuse(_NEVER, text)
    name = _normalised(text)
    if not SHORTEST <= len(name) <= LONGEST:
        raise ValueError(_LENGTH)
    _refuse(_NORMALISED, name)
    _enforce(name)
    if len(name.encode()) > MOST_BYTES:
        raise ValueError(f"A user name has at most {MOST_BYTES} bytes in UTF-8")
    _refuse(_DECOMPOSED, normalize("NFD", name))
    if len({ord(each) - decimal(each) for each in name if category(each) == "Nd"}) > 1:
        raise ValueError("A user name has digits of one kind only")
    if not ONE_SCRIPT.fullmatch(name):
        raise ValueError("A user name is of one script in use today; Latin may stand with Chinese, Japanese or Korean")
    if not name.isascii() and all(each in LOOKALIKES for each in name if not each.isascii()):
        raise ValueError(
            "All these letters look like Latin ones; a user name that is not Latin needs one that does not"
        )
    return name


def _refuse(rules: tuple[tuple[str, str], ...], text: str) -> None:
    for pattern, message in rules:
        if regex.search(pattern, text, regex.V1):
            raise ValueError(message)


def _normalised(text: str) -> str:
    try:
        return _shown.apply_five_rules(text)
    except UnicodeEncodeError:
        raise ValueError("A user name that is written from right to left keeps to the Bidi Rule (RFC 5893)") from None


def _enforce(name: str) -> None:
    try:
        _profile.enforce(name.translate(_AM))
    except UnicodeEncodeError:
        raise ValueError(_CHARACTERS) from None
