"""`python -m devtools.leash PID CREATED`, run by supervisord: when that process is gone, supervisord ends everything.

So a launcher or a test run that was killed leaves nothing behind.
"""

import os
import signal
import sys
import time

from devtools.processes import ProcessId


def main(pid: str, created: str) -> None:
    holder, supervisor = ProcessId(int(pid), float(created)), os.getppid()
    while holder.find():
        if os.getppid() != supervisor:  # supervisord itself was killed: its place is taken by init
            return
        time.sleep(0.25)
    if os.getppid() == supervisor:
        os.kill(supervisor, signal.SIGTERM)
        signal.pause()


if __name__ == "__main__":
    main(*sys.argv[1:])
