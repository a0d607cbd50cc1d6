"""`counter`: the commands of this service."""

from counter import create_app
from counter.settings import CounterSettings
from quartet.cli import service_commands

main = service_commands("counter", CounterSettings, create_app)
