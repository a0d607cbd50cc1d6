"""`make bench`: prints the tables."""

import argparse
import logging
import shutil
import statistics
import sys
import tempfile
from pathlib import Path

from bench import accounts, gateway, oracle, service
from bench.wrk import requests_per_second
from quartet.testing import SigningKey, TokenMaker

PER_SECOND = 15_000  # tokens made for each second of the run in which none may come twice


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description="Measure side by side, as ratios of one run.")
    parser.add_argument("--seconds", type=int, default=5, help="length of each measurement (default: 5)")
    seconds = parser.parse_args().seconds
    if shutil.which("wrk") is None:
        sys.exit("make bench needs wrk; on Debian and Ubuntu: apt-get install wrk")
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory() as folder:
        gateway_table(Path(folder), seconds)
    with tempfile.TemporaryDirectory() as folder:
        service_table(Path(folder), seconds)
    with tempfile.TemporaryDirectory() as folder:
        oracle_table(Path(folder))
    if shutil.which("docker") is None:
        print("NOT MEASURED: logins and refreshes on MySQL, which need Docker", file=sys.stderr)
        return
    with tempfile.TemporaryDirectory() as folder:
        accounts_table(Path(folder), seconds)


def gateway_table(folder: Path, seconds: int) -> None:
    """The gateway with its log, limits and revocations on; one worker each, an upstream that costs nothing."""
    key = SigningKey()
    maker = TokenMaker(key)
    one, many = folder / "one", folder / "many"
    one.write_text(maker.token() + "\n")
    print(f"Making {PER_SECOND * seconds} tokens …", file=sys.stderr)
    many.write_text("\n".join(maker.token() for _ in range(PER_SECOND * seconds)) + "\n")
    with gateway.benches(folder, key) as bench:
        rates = {
            "bare nginx proxy": measured("bare nginx proxy", f"{bench.bare}/api/ping", seconds),
            "the upstream itself": measured("the upstream itself", f"{bench.direct}/api/ping", seconds),
            "gateway, raw (public route)": measured("gateway, raw", f"{bench.gateway}/api/ping", seconds),
            "gateway, cached token": measured("cached token", f"{bench.gateway}/api/count", seconds, one),
            "gateway, first-seen token": measured("first-seen token", f"{bench.gateway}/api/count", seconds, many),
        }
    table("gateway, one worker, before an upstream that costs nothing", rates)


def service_table(folder: Path, seconds: int) -> None:
    """What the gateway adds to a real service: GET /api/count, one worker, eight threads, Valkey behind it."""
    with service.benches(folder / "run") as bench:
        one = folder / "one"
        one.write_text(bench.token + "\n")
        rates = {
            "directly": measured("counter directly", f"{bench.counter}/api/count", seconds, one),
            "through the gateway": measured("counter through the gateway", f"{bench.gateway}/api/count", seconds, one),
        }
    table("GET /api/count of the real counter service", rates)


def oracle_table(folder: Path) -> None:
    """Whether the time of an answer tells who has an account: the ratio must be lost in the spread."""
    print("\n| asked for a known and an unknown person | known ms | unknown ms | known ÷ unknown | spread ms |")
    print("|---|---:|---:|---:|---:|")
    with oracle.benches(folder / "run") as bench:
        for question in oracle.QUESTIONS:
            found = bench.compared(question)
            known, unknown = statistics.median(found.known), statistics.median(found.unknown)
            low, _, high = statistics.quantiles(found.unknown, n=4)
            print(f"| {question} | {known:.1f} | {unknown:.1f} | {found.ratio:.2f} | {high - low:.1f} |")


def accounts_table(folder: Path, seconds: int) -> None:
    """Logins and refreshes on MySQL, with one worker of auth; what bounds a rate is seen at auth's share of a core."""
    logins, refreshes = folder / "logins", folder / "refreshes"
    print("\n| auth on MySQL, through the gateway | a second | a core-second of auth | p50 ms | p99 ms |")
    print("|---|---:|---:|---:|---:|")
    with accounts.benches(folder / "run") as bench:
        accounts.write_bodies(bench, logins, refreshes)
        for name, path, bodies, connections in (
            ("password logins", "/api/auth/login", logins, 2),
            ("refreshes", "/api/auth/refresh", refreshes, 8),
        ):
            load, core = bench.load(path, bodies, connections, seconds)
            print(f"| {name} | {load.rate:,.0f} | {load.rate / core:,.0f} | {load.p50:.1f} | {load.p99:.1f} |")


def measured(name: str, url: str, seconds: int, tokens: Path | None = None) -> float:
    print(f"Measuring: {name} …", file=sys.stderr)
    return requests_per_second(url, seconds, tokens)


def table(title: str, rates: dict[str, float]) -> None:
    """Print the rates, each as a ratio of the first."""
    (first, base), *_ = rates.items()
    print(f"\n| {title} | requests/s | ÷ {first} |\n|---|---:|---:|")
    for name, rate in rates.items():
        print(f"| {name} | {rate:,.0f} | {rate / base:.2f} |")


if __name__ == "__main__":
    main()
