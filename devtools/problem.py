"""The one error of the launcher: what a developer can put right."""

import click


class Problem(click.ClickException):
    """Ends the command with exit code 1 and one clear line instead of a traceback."""
