"""How names and addresses are compared: two that compare equal are one."""

from contextlib import suppress
from unicodedata import normalize

from auth import addresses


def key_of(text: str) -> str:
    """Return the form of a user name or an e-mail that is compared and kept unique, the same on every database.

    What has an @ is an address, for no name has one. Any text has a key, and a key is its own key. Spaces around do
    not count; MySQL would leave out those at the end, SQLite none.
    """
    text = text.strip()
    return _key_of_address(text) if "@" in text else _key_of_name(text)


def _key_of_name(name: str) -> str:
    """Neither case nor width counts, accents do: compatibility caseless matching (The Unicode Standard, D146).

    So ANNA is Anna, ß is ss, ﬁ is fi, a full-width letter is the plain one and an é of two characters is é, but é is
    not e and the Turkish ı is not i. The key of a name has at most twice as many characters, so it fits its column.
    """
    key = name
    for form in ("NFD", "NFKD"):
        key = normalize(form, key).casefold()
    key = normalize("NFKC", key).strip()  # ¨ becomes a space and a mark
    return name if "@" in key else key  # there is a full-width @, and no name may meet an address


def _key_of_address(address: str) -> str:
    """Case does not count, and both forms of an international domain are one.

    Nothing else is one: were ß before the @ taken for ss, the mail of one person would open the account of another.
    """
    with suppress(ValueError):
        address = addresses.read(address)
    return address.lower() if address.isascii() else address
