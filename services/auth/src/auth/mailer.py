"""`auth mailer`: sends what the outbox holds."""

from auth.mail import SesTransport
from auth.resources import Resources
from auth.settings import AuthSettings
from auth.use_cases import outbox
from quartet.worker import Worker


def create_mailer(settings: AuthSettings) -> Worker:
    """Return the worker; `run()` works until it is told to stop."""
    auth = Resources.of(settings)
    transport = SesTransport(settings)
    return Worker(settings, lambda: outbox.send_due(auth, transport), settings.mail_interval, settings.worker_port)
