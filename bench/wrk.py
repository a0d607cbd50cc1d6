"""wrk, the load generator."""

import re
import subprocess
from pathlib import Path

CONNECTIONS = 32
THREADS = 1
LUA = Path(__file__).parent / "tokens.lua"


def requests_per_second(url: str, seconds: int, tokens: Path | None = None, status: int = 200) -> float:
    """Load `url` for so many seconds; with a file of tokens each request takes the next one of them.

    Raises RuntimeError when an answer had another status: a refused request is no measurement.
    """
    command = ["wrk", f"-t{THREADS}", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", str(LUA), url]
    arguments = ["--", str(status), *([str(tokens)] if tokens else [])]
    output = subprocess.run([*command, *arguments], capture_output=True, text=True, check=True).stdout
    wrong = re.search(r"^wrong answers: (\d+)", output, re.MULTILINE)
    rate = re.search(r"^Requests/sec:\s*([\d.]+)", output, re.MULTILINE)
    if wrong is None or rate is None or int(wrong[1]) or "Socket errors" in output:
        raise RuntimeError(f"{url}: not a clean run\n{output}")
    return float(rate[1])
