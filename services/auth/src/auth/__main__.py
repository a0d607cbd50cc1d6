"""`python -m auth` serves."""

from auth.cli import main

main(["serve"])
