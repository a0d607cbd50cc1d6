"""`python -m catalog` serves."""

from catalog.cli import main

main(["serve"])
