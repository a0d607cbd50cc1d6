"""`auth mailer`: sends what the outbox holds."""

import logging

from auth import mail_templates
from auth.mail import SesTransport
from auth.resources import Resources
from auth.settings import AuthSettings
from auth.use_cases import outbox
from quartet.worker import Worker

log = logging.getLogger(__name__)


def create_mailer(settings: AuthSettings) -> Worker:
    """Return the worker; `run()` works until it is told to stop. It starts with a broken template, and names it."""
    for problem in mail_templates.check(settings):
        log.error("a template of mail is broken: %s", problem)  # structured logs begin when the worker runs
    auth = Resources.of(settings)
    transport = SesTransport(settings)
    return Worker(settings, lambda: outbox.send_due(auth, transport), settings.mail_interval, settings.worker_port)
