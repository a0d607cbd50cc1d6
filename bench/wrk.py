"""wrk, the load generator."""

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from bench.cores import REST, pinned

CONNECTIONS = 32
THREADS = 1
LUA = Path(__file__).parent / "tokens.lua"
POSTS = Path(__file__).parent / "posts.lua"


@dataclass(frozen=True)
class Load:
    """What one run of wrk measured: requests a second, and latencies in milliseconds."""

    rate: float
    p50: float
    p99: float


def gets(url: str, seconds: int, tokens: Path | None = None, connections: int = CONNECTIONS) -> Load:
    """Load `url` for so many seconds; with a file of tokens each request takes the next one of them.

    Raises RuntimeError when an answer had another status than 200: a refused request is no measurement.
    """
    return _run(LUA, url, connections, seconds, "200", *([str(tokens)] if tokens else []))


def posts(url: str, path: str, bodies: Path, connections: int, seconds: int, token: str = "", key: str = "") -> Load:
    """Load `path` with POST requests, whose bodies are the lines of a file; for refreshes and `key` see posts.lua."""
    return _run(POSTS, url, connections, seconds, "200", path, str(bodies), token, key)


def _run(script: Path, url: str, connections: int, seconds: int, *arguments: str) -> Load:
    command = pinned(REST, ["wrk", "--latency", "--timeout=30s", f"-t{THREADS}", f"-c{connections}", f"-d{seconds}s"])
    output = subprocess.run(
        [*command, "-s", str(script), url, "--", *arguments], capture_output=True, text=True, check=True
    ).stdout
    wrong = re.search(r"^wrong answers: (\d+)", output, re.MULTILINE)
    rate = re.search(r"^Requests/sec:\s*([\d.]+)", output, re.MULTILINE)
    latencies = {share: _milliseconds(output, share) for share in (50, 99)}
    if wrong is None or rate is None or int(wrong[1]) or "Socket errors" in output:
        raise RuntimeError(f"{url}: not a clean run\n{output}")
    return Load(float(rate[1]), latencies[50], latencies[99])


def _milliseconds(output: str, share: int) -> float:
    found = re.search(rf"^\s+{share}%\s+([\d.]+)(us|ms|s)", output, re.MULTILINE)
    return float(found[1]) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[found[2]] if found else float("nan")
