"""How names and addresses are compared: two that compare equal are one."""


def key_of(text: str) -> str:
    """Return the form of a user name or an e-mail that is compared and kept unique."""
    return text.casefold()
