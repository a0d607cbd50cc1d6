"""E-mail addresses, in the one form that is stored, compared and sent to."""

from email_validator import EmailNotValidError, validate_email

LONGEST = 254


def read(text: str) -> str:
    """Return an address as SES takes it: its domain in ASCII (IDNA 2008), the part before the @ as it is.

    Nothing is looked up. Before the @ only ASCII will do: SES sends to no other address (RFC 6531, SMTPUTF8).

    Raises:
        ValueError: it is no address, or none that mail can be sent to; the message says why.
    """
    try:
        found = validate_email(text, check_deliverability=False, allow_smtputf8=False, strict=True)
    except EmailNotValidError as error:
        raise ValueError(str(error)) from None
    return f"{found.local_part}@{found.ascii_domain}"
