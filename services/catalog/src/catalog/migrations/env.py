"""Alembic's environment; the platform knows how."""

from catalog.models import Base
from quartet.migrations import run_environment

run_environment(Base.metadata)
