"""How names and addresses are compared: two that compare equal are one."""

from unicodedata import normalize


def key_of(text: str) -> str:
    """Return the form of a user name or an e-mail that is compared and kept unique, the same on every database.

    Case does not count, accents do: Unicode's canonical caseless matching (The Unicode Standard, D145). So ANNA is
    Anna, ß is ss, an é of two characters is é, but é is not e, the Turkish ı is not i, and a full-width letter is not
    the plain one. Spaces around it do not count; MySQL would leave out those at the end, SQLite none.

    A key has at most as many characters as the text, composed, has bytes, so it fits its column.
    """
    return normalize("NFC", normalize("NFC", text.strip()).casefold())
