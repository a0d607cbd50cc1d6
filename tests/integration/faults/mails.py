"""The mailbox, watched: which addresses have had mail, and how often."""

from collections import defaultdict

from tests.integration.faults.caller import Caller


class Mailbox:
    """The local SES keeps its mails in memory, so what was seen is kept here."""

    def __init__(self, url: str) -> None:
        self.caller = Caller(url)
        self.seen: dict[str, set[str]] = defaultdict(set)
        self.forgiven: set[str] = set()

    def look(self) -> None:
        reply = self.caller.ask("GET", "/mailbox/messages")
        for mail in reply.body if reply.done else ():
            self.seen[mail["to"]].add(mail["id"])

    def forgive_unseen(self, addresses: set[str]) -> None:
        """Expect no mail that nobody has seen yet: the SES that has ended may have taken it."""
        self.forgiven |= {address for address in addresses if not self.has(address)}

    def has(self, address: str) -> bool:
        return any(address in to for to in list(self.seen))

    def missing(self, addresses: set[str]) -> set[str]:
        return {address for address in addresses - self.forgiven if not self.has(address)}
