"""`python -m vectors` serves."""

from vectors.cli import main

main(["serve"])
