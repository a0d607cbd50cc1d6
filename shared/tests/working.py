"""A worker as a process: it writes a line a step, and fails while the file `broken` is there."""

import sys
from pathlib import Path

from quartet.worker import Worker
from shared.tests.toy import ToySettings

folder = Path(sys.argv[1])


def step() -> bool:
    if (folder / "broken").exists():
        raise RuntimeError("broken")
    with (folder / "steps").open("a") as file:
        file.write("begun ")
        file.flush()
        while (folder / "slow").exists():
            pass
        file.write("ended\n")
    return False


Worker(ToySettings(state_dir=folder), step, interval=float(sys.argv[3]), port=int(sys.argv[2]), longest_pause=0.2).run()
