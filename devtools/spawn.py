"""`python -m devtools.spawn`, run by supervisord in a program's directory: becomes the program described there.

It first ends what an earlier run left, so that orphans (the workers of a killed nginx master, say) hold neither
the port nor the data.
"""

import json
import os
from pathlib import Path

from devtools.processes import end_groups, record_group

PROGRAM_FILE = "program.json"


def main() -> None:
    directory = Path.cwd()
    end_groups([directory], grace=0.3)
    if os.getpgrp() != os.getpid():
        os.setpgid(0, 0)
    record_group(directory)
    program = json.loads((directory / PROGRAM_FILE).read_text())
    os.execvpe(program["command"][0], program["command"], os.environ | program["environment"])  # noqa: S606


if __name__ == "__main__":
    main()
