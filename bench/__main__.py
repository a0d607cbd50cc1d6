"""`make bench`: prints the tables."""

import argparse
import logging
import math
import shutil
import statistics
import sys
import tempfile
from pathlib import Path

from bench import accounts, builds, capacity, catalog, counter, gateway, oracle, vectors
from bench.builds import Build
from bench.wrk import Load, gets
from quartet.testing import SigningKey, TokenMaker

NEW_TOKENS = 12_000  # made for each second of the run in which none may come twice


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description="Measure side by side, as ratios of one run.")
    parser.add_argument("tables", nargs="*", metavar="TABLE", help=f"of {', '.join(TABLES)} (default: all)")
    parser.add_argument("--seconds", type=int, default=5, help="length of each measurement (default: 5)")
    given = parser.parse_args()
    if unknown := set(given.tables) - set(TABLES):
        parser.error(f"no such table: {', '.join(sorted(unknown))}")
    if shutil.which("wrk") is None:
        sys.exit("make bench needs wrk; on Debian and Ubuntu: apt-get install wrk")
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    for name in given.tables or TABLES:
        TABLES[name](given.seconds)


def gateway_tables(seconds: int) -> None:
    """One table for each build of nginx."""
    for build in builds.found():
        with tempfile.TemporaryDirectory() as folder:
            gateway_table(Path(folder), build, seconds)


def gateway_table(folder: Path, build: Build, seconds: int) -> None:
    """The gateway with all that it does, beside others: each on one core, the same upstream, the same token."""
    key = SigningKey()
    print(f"Making {2 * NEW_TOKENS * seconds} tokens …", file=sys.stderr)
    one, many, more = (
        write_tokens(folder / str(n), key, n) for n in (1, NEW_TOKENS * seconds, NEW_TOKENS * seconds + 1)
    )
    with gateway.benches(folder, build, key) as bench:
        rows = [
            ("bare nginx proxy", bench.bare + gateway.PROTECTED, one, one),
            ("the upstream itself", bench.upstream + gateway.PROTECTED, one, one),
            ("gateway, public route", bench.gateway + gateway.PUBLIC, one, one),
            ("gateway, token seen before", bench.gateway + gateway.PROTECTED, one, one),
            ("gateway, a new token each time", bench.gateway + gateway.PROTECTED, many, more),
            ("nginx asking a Flask service", bench.asking + gateway.PROTECTED, one, one),
        ]
        if bench.haproxy:
            rows.append(("HAProxy jwt_verify", bench.haproxy + gateway.PROTECTED, one, one))
        print(f"\n| {build.name} | requests/s | ÷ bare proxy | p50 of one connection, ms | added, ms |")
        print("|---|---:|---:|---:|---:|")
        base: tuple[Load, Load] | None = None
        for name, url, tokens, others in rows:
            print(f"Measuring: {name} …", file=sys.stderr)
            load, alone = gets(url, seconds, tokens), gets(url, seconds, others, connections=1)
            base_load, base_alone = base = base or (load, alone)
            ratio, added = load.rate / base_load.rate, alone.p50 - base_alone.p50
            print(f"| {name} | {load.rate:,.0f} | {ratio:.2f} | {alone.p50:.3f} | {added:+.3f} |")
    if not bench.haproxy:
        print("NOT MEASURED: HAProxy, which is not installed (apt-get install haproxy)", file=sys.stderr)


def write_tokens(file: Path, key: SigningKey, number: int) -> Path:
    file.write_text("".join(TokenMaker(key).token() + "\n" for _ in range(number)))
    return file


def counter_table(seconds: int) -> None:
    """One worker of counter and one Valkey, directly and through the gateway, beside a Flask view that does an INCR."""
    print("\n| counter | requests/s | ÷ bare view | p50 ms | p99 ms |\n|---|---:|---:|---:|---:|")
    with tempfile.TemporaryDirectory() as name, counter.benches(Path(name)) as bench:
        base = 0.0
        for title, measure in bench.cases(seconds):
            print(f"Measuring: {title} …", file=sys.stderr)
            load = measure()
            base = base or load.rate
            print(f"| {title} | {load.rate:,.0f} | {load.rate / base:.2f} | {load.p50:.1f} | {load.p99:.1f} |")


def oracle_table(seconds: int) -> None:
    """Whether the time of an answer tells who has an account: the ratio must be lost in the spread."""
    print("\n| asked for a known and an unknown person | known ms | unknown ms | known ÷ unknown | spread ms |")
    print("|---|---:|---:|---:|---:|")
    with tempfile.TemporaryDirectory() as folder, oracle.benches(Path(folder) / "run") as bench:
        for question in oracle.QUESTIONS:
            found = bench.compared(question, seconds * oracle.ROUNDS_PER_SECOND)
            known, unknown = statistics.median(found.known), statistics.median(found.unknown)
            low, _, high = statistics.quantiles(found.unknown, n=4)
            print(f"| {question} | {known:.1f} | {unknown:.1f} | {found.ratio:.2f} | {high - low:.1f} |")


def accounts_table(seconds: int) -> None:
    """Logins and refreshes on MySQL, with one worker of auth; what bounds a rate is seen at auth's share of a core."""
    if shutil.which("docker") is None:
        print("NOT MEASURED: logins and refreshes on MySQL, which need Docker", file=sys.stderr)
        return
    print("\n| auth on MySQL, through the gateway | a second | a core-second of auth | p50 ms | p99 ms |")
    print("|---|---:|---:|---:|---:|")
    with tempfile.TemporaryDirectory() as name, accounts.benches(Path(name) / "run") as bench:
        logins, refreshes = Path(name) / "logins", Path(name) / "refreshes"
        accounts.write_bodies(bench, logins, refreshes)
        for name, path, bodies, connections in (
            ("password logins", "/api/auth/login", logins, 2),
            ("refreshes", "/api/auth/refresh", refreshes, 8),
        ):
            load, core = bench.load(path, bodies, connections, seconds)
            print(f"| {name} | {load.rate:,.0f} | {load.rate / core:,.0f} | {load.p50:.1f} | {load.p99:.1f} |")


def vectors_table(seconds: int) -> None:
    """Sentences a second, one worker: what the service adds to its model, and the gateway to the service."""
    head = "| sentences to vectors | the model | service | gateway | naive | beyond the model | service ÷ naive |"
    print(f"\n{head} gateway ÷ service |\n|---|---:|---:|---:|---:|---:|---:|---:|")
    with tempfile.TemporaryDirectory() as name, vectors.benches(Path(name)) as bench:
        for case in bench.cases():
            title = f"{case.name} at {case.path}, {case.sentences} a request"
            print(f"Measuring: {title} …", file=sys.stderr)
            rates = bench.rates(case, seconds)
            found = f"{rates.model:,.0f} | {rates.service:,.0f} | {rates.gateway:,.0f} | {rates.naive:,.0f}"
            beyond = 1 - rates.service / rates.model
            share = f"{beyond:.2f}" if beyond >= 0 else "–"  # batches of several requests outdo one thread
            naive, service = rates.naive or math.nan, rates.service or math.nan  # no answer in the time
            ratios = f"{share} | {rates.service / naive:.2f} | {rates.gateway / service:.2f}"
            print(f"| {title} | {found} | {ratios} |")


def catalog_table(seconds: int) -> None:
    """Pages of a million products on MySQL: a late one costs what the first one does, and not what OFFSET costs."""
    if shutil.which("docker") is None:
        print("NOT MEASURED: the lists of catalog on MySQL, which need Docker", file=sys.stderr)
        return
    print(f"Making up {catalog.PRODUCTS:,} products, which takes some minutes …", file=sys.stderr)
    with tempfile.TemporaryDirectory() as folder, catalog.benches(Path(folder) / "run") as bench:
        print(f"\n| GET, of {catalog.PRODUCTS:,} products | service ms | ÷ page 1 | gateway ms | ÷ service |")
        print("|---|---:|---:|---:|---:|")
        base = 0.0
        for name, path in bench.reads():
            print(f"Measuring: {name} …", file=sys.stderr)
            direct, through = bench.directly(path, seconds), bench.through_the_gateway(path, seconds)
            base = base or direct
            print(f"| {name} | {direct:.1f} | {direct / base:.2f} | {through:.1f} | {through / direct:.2f} |")
        print("\n| the queries alone | by cursor, ms | by OFFSET, ms | OFFSET ÷ cursor |\n|---|---:|---:|---:|")
        for page in (1, 100, catalog.LATER):
            cursor, offset = bench.by_cursor(page, seconds), bench.by_offset(page, seconds)
            print(f"| page {page:,} | {cursor:.1f} | {offset:.1f} | {offset / cursor:.1f} |")


def capacity_table(seconds: int) -> None:
    """What each main route costs, and so how many a core can answer."""
    print("\n| route | service, ms of a core | requests/s a core of the service | gateway, ms of a core |")
    print("|---|---:|---:|---:|")
    with tempfile.TemporaryDirectory() as folder, capacity.benches(Path(folder)) as bench:
        for route in capacity.ROUTES:
            cost = bench.cost(route, seconds)
            body = " semantic" if "semantic" in str(route[3]) else ""
            print(
                f"| {route[1]} `{route[2]}`{body} | {cost.service * 1000:.1f} | {1 / cost.service:,.0f} "
                f"| {cost.gateway * 1000:.2f} |",
                flush=True,
            )


TABLES = {
    "gateway": gateway_tables,
    "counter": counter_table,
    "oracle": oracle_table,
    "accounts": accounts_table,
    "vectors": vectors_table,
    "catalog": catalog_table,
    "capacity": capacity_table,
}

if __name__ == "__main__":
    main()
