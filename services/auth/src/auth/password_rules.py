"""Which passwords there may be: long ones that are not among the first to be guessed (NIST SP 800-63B, 3.1.1.2).

Nothing is asked of their letters, and none is ever repeated in an answer.
"""

from unicodedata import normalize

from zxcvbn.frequency_lists import FREQUENCY_LISTS  # type: ignore[import-untyped]

from quartet.errors import FieldError, InvalidInput

SHORTEST, LONGEST = 8, 256
COMMON = frozenset(each.casefold() for each in FREQUENCY_LISTS["passwords"] if len(each) >= SHORTEST)


def check_length(password: str, shortest: int = SHORTEST) -> None:
    """Return when the password, composed (NFC), is neither too short nor too long; raises ValueError, saying which."""
    length = len(normalize("NFC", password))
    if length < shortest:
        raise ValueError(f"String should have at least {shortest} character{'s' * (shortest > 1)}")
    if length > LONGEST:
        raise ValueError(f"String should have at most {LONGEST} characters")


def require_good(password: str, username: str | None = None, email: str | None = None) -> None:
    """Return when somebody of this name and address may have the password; raises InvalidInput, naming the rule."""
    try:
        check_length(password)
        folded = _folded(password)
        if folded in COMMON:
            raise ValueError("This password is one of the most common; choose another one")
        if folded in {_folded(name) for name in (username, email, (email or "").rpartition("@")[0]) if name}:
            raise ValueError("The password must not be the user name or the e-mail, or what stands before the @")
    except ValueError as broken:
        raise InvalidInput(FieldError("password", str(broken))) from None


def _folded(text: str) -> str:
    return normalize("NFC", text).strip().casefold()
