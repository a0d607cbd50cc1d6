"""Who calls and from where, as use cases and the audit log are told."""

from dataclasses import dataclass
from ipaddress import ip_address, ip_network


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

    @property
    def place(self) -> str:
        """The address as far as it tells one client from another: of an IPv6 one, the network (/64) that is his."""
        if ":" not in self.address:
            return self.address
        return str(ip_network((ip_address(self.address), 64), strict=False))


COMMAND_LINE = Caller(device="command line")
