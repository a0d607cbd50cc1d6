"""Who calls and from where, as use cases and the audit log are told."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Caller:
    """One caller; `subject` and `session_id` are those of the access token, None without one.

    `languages` are the tags that it reads, apart by spaces, the one it likes best first.
    """

    address: str = ""
    device: str = ""
    request_id: str = ""
    subject: str | None = None
    session_id: str | None = None
    languages: str = ""


COMMAND_LINE = Caller(device="command line")
