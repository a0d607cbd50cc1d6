"""`python -m devtools` starts the command line."""

from devtools.cli import main

main(prog_name="devtools")
