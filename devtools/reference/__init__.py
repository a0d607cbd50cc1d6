"""What is made from the code; `make docs` writes it.

docs/errors.md, docs/settings.md, and the examples .env.example and settings.example.json.
"""

from pathlib import Path

from devtools.given import ROOT
from devtools.reference.errors import errors_page
from devtools.reference.examples import example_environment, example_file
from devtools.reference.settings import settings_page


def pages() -> dict[Path, str]:
    """Return every made page with its text."""
    return {
        ROOT / "docs/errors.md": errors_page(),
        ROOT / "docs/settings.md": settings_page(),
        ROOT / ".env.example": example_environment(),
        ROOT / "settings.example.json": example_file(),
    }
