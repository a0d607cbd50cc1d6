"""Names that the public may not take, because mail or people would believe them: RFC 2142, and the platform's own."""

from unicodedata import combining, normalize

RESERVED = frozenset(
    (
        *("abuse", "hostmaster", "noreply", "postmaster", "security", "webmaster"),
        *("admin", "administrator", "moderator", "official", "quartet", "root", "staff", "support", "system"),
    )
)

_AS_READ = str.maketrans({"ı": "i", "0": "o", "1": "l", ".": None, "_": None, "-": None})


def is_reserved(name: str) -> bool:
    """Tell whether a user name reads as a reserved one, whatever its case, accents and punctuation."""
    plain = "".join(each for each in normalize("NFKD", name) if not combining(each))
    return plain.casefold().translate(_AS_READ) in RESERVED
