"""Password hashes of other systems.

An import takes them as they are, and the first login replaces them (`passwords.py`). Until then each login computes one
of them, so none is taken that costs more than a login may.
"""

import re

from auth.foreign_hashes.bounds import UNKNOWN
from auth.foreign_hashes.schemes import SCHEMES, Scheme

LONGEST = 255


def check(password_hash: str) -> None:
    """Return when somebody can log in with this hash; raises ValueError, which repeats nothing of it."""
    found = _found(password_hash)
    if found is None or len(password_hash) > LONGEST:
        raise ValueError(UNKNOWN)
    scheme, match = found
    scheme.check(match)


def is_hash(text: str) -> bool:
    """Tell whether a text is written as a hash is."""
    return _found(text) is not None


def is_argon2(password_hash: str) -> bool:
    return password_hash.startswith("$argon2")


def verify(password: str, password_hash: str) -> bool | None:
    """Tell whether the password is the one hashed; None, without any work, for what is no hash of another system."""
    found = _found(password_hash)
    if found is None or found[0].verify is None:
        return None
    try:
        return found[0].verify(password, password_hash)
    except ValueError:  # a NUL, where a library takes none
        return False


def _found(text: str) -> tuple[Scheme, re.Match[str]] | None:
    matches = ((scheme, scheme.pattern.fullmatch(text)) for scheme in SCHEMES)
    return next(((scheme, match) for scheme, match in matches if match), None)
