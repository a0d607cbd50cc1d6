"""`auth mailer`: sends what the outbox holds, and tells how much that is."""

import functools
import logging
import time
from dataclasses import dataclass

from prometheus_client import Gauge

from auth import mail_templates
from auth.mail import SesTransport, Transport
from auth.resources import Resources
from auth.settings import AuthSettings
from auth.use_cases import outbox
from quartet.outcomes import begin_at_zero
from quartet.worker import Worker

MAILS = Gauge("auth_outbox_mails", "Mails that wait, and mails that were given up.", ["state"])
LOOK_INTERVAL = 5.0

log = logging.getLogger(__name__)


@functools.cache
def oldest_mail() -> Gauge:
    """The gauge; made by the mailer alone, for whoever tends no outbox would say that nothing waits there."""
    return Gauge("auth_outbox_oldest_seconds", "How long the oldest of the mails that wait has waited.")


def create_mailer(settings: AuthSettings) -> Worker:
    """Return the worker; `run()` works until it is told to stop. It starts with a broken template, and names it."""
    for problem in mail_templates.check(settings):
        log.error("a template of mail is broken: %s", problem)  # structured logs begin when the worker runs
    begin_at_zero(outbox.MAILS, outbox.OUTCOMES)
    mailer = Mailer(Resources.of(settings), SesTransport(settings))
    return Worker(settings, mailer.step, settings.mail_interval, settings.worker_port)


@dataclass
class Mailer:
    """What the worker repeats. The outbox is looked through now and then: sending does not wait for it."""

    auth: Resources
    transport: Transport
    look_at: float = 0.0

    def step(self) -> bool:
        """Send the mails that are due; tell whether there may be more."""
        if time.monotonic() >= self.look_at:
            self.look_at = time.monotonic() + LOOK_INTERVAL
            tell_of_backlog(self.auth)
        return outbox.send_due(self.auth, self.transport)


def tell_of_backlog(auth: Resources) -> None:
    """Set the gauges of the outbox."""
    backlog = outbox.backlog(auth)
    MAILS.labels("waiting").set(backlog.waiting)
    MAILS.labels("failed").set(backlog.failed)
    posted_at = backlog.oldest.timestamp() if backlog.oldest is not None else None
    oldest_mail().set_function(lambda: max(0.0, time.time() - posted_at) if posted_at is not None else 0.0)
