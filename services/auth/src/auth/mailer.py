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
    """Return the worker; `run()` works until it is told to stop. A broken template is told of, and holds up its mails."""
    for problem in mail_templates.check(settings):
        log.error("a template of mail is broken", extra={"reason": problem})
    auth = Resources.of(settings)
    transport = SesTransport(settings)
    return Worker(settings, lambda: outbox.send_due(auth, transport), settings.mail_interval, settings.worker_port)
