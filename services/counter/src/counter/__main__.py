"""`python -m counter` serves."""

from counter.cli import main

main(["serve"])
