"""What every service tells in the same words: its requests, threads, token checks, database."""

from devtools.dashboards.panels import Limits, Panel
from devtools.dashboards.promql import or_none, quantile, rate, share

Row = tuple[str, list[Panel]]


def requests(service: str) -> Row:
    asked = f'job="{service}", route!~"/health/.*|/metrics"'
    answered = f"quartet_http_requests_total{{{asked}}}"
    failed = f'quartet_http_requests_total{{{asked}, status=~"5.."}}'
    taken = f"quartet_http_request_duration_seconds{{{asked}}}"
    return "Requests", [
        Panel(
            "Requests by route", "Answered by the service itself, without probes; what the gateway refuses or has "
            "in its cache never comes here.", "reqps", [(rate(answered, "route"), "{{route}}")], kind="stacked",
        ),
        Panel(
            "Answers by status", "A rise of 401 or 429 is clients; of 5xx, the service or its store.", "reqps",
            [(rate(answered, "status"), "{{status}}")], kind="stacked",
        ),
        Panel(
            "Failed", "Share of requests answered 5xx. Look at its store below, then at its log lines of level ERROR.",
            "percentunit", [(share(failed, answered), service)], Limits(bad=0.02, alert="ServiceErrors"),
        ),
        Panel(
            "Latency", "Time in the service: half, and 99 of 100, of its requests take less.", "s",
            [(quantile(0.5, taken), "p50"), (quantile(0.99, taken), "p99")], Limits(bad=1), width=12,
        ),
        Panel(
            "p99 by route", "Tells one slow route from a slow service.", "s",
            [(quantile(0.99, taken, "route"), "{{route}}")], width=12,
        ),
    ]  # fmt: skip


def process(service: str) -> Row:
    jobs = f'job="{service}"'
    return "Processes", [
        Panel(
            "Replicas up", "Replicas that Prometheus can scrape.", "short",
            [(f"sum(up{{{jobs}}})", "")], Limits(bad=1, falling=True), width=4, kind="stat",
        ),
        Panel(
            "Versions", "How many replicas run which version; two during a rolling update, one otherwise.", "short",
            [(f"count by (version) (quartet_build_info{{{jobs}}})", "{{version}}")], width=4, kind="stat",
        ),
        Panel(
            "Threads busy", "Requests being answered, as a share of the threads. At 1 requests wait in the socket: "
            "add a replica, or raise THREADS.", "percentunit",
            [(f"sum by (instance) (quartet_http_requests_in_progress{{{jobs}}}) / "
              f"sum by (instance) (quartet_http_threads{{{jobs}}})", "{{instance}}")],
            Limits(0.7, 0.9, alert="ServiceSaturated"), maximum=1,
        ),
        Panel(
            "Token checks", "By outcome: `ok`, or the code of the error. Many token_invalid: somebody forges tokens, "
            "or a key is missing here.", "ops",
            [(or_none(rate(f"quartet_token_checks_total{{{jobs}}}", "outcome"), "outcome"), "{{outcome}}")],
        ),
    ]  # fmt: skip


def keys(service: str) -> Panel:
    return Panel(
        "Age of the keys", "Since the service last fetched auth's keys; every 300 s, and once for an unknown one. "
        "Old keys go on verifying, new ones are not known.", "s",
        [(f'time() - min by (instance) (quartet_jwks_refreshed_timestamp_seconds{{job="{service}"}} > 0)',
          "{{instance}}")],
        Limits(600, 900, alert="ServiceKeysStale"),
    )  # fmt: skip


def database(jobs: str) -> Row:
    where = f'job=~"{jobs}"'
    transactions = f"quartet_database_transactions_total{{{where}}}"
    duration = f"quartet_database_transaction_duration_seconds{{{where}}}"
    return "Database", [
        Panel(
            "Connections in use", "Share of the pool. At 1 requests wait for one, and end in 503.", "percentunit",
            [(f'sum by (job) (quartet_database_connections{{{where}, state="in_use"}}) / '
              f"sum by (job) (quartet_database_connections_limit{{{where}}})", "{{job}}")],
            Limits(0.7, 0.9, alert="DatabasePoolFull"), maximum=1,
        ),
        Panel(
            "Transactions", "`rolled_back` is usual for refused requests; `unavailable`: MySQL could not be reached.",
            "ops", [(rate(transactions, "job, outcome"), "{{job}} {{outcome}}")],
        ),
        Panel(
            "p99 of a transaction", "From its begin to the end of its commit, waits for locks included.", "s",
            [(quantile(0.99, duration, "job"), "{{job}}")],
        ),
        Panel(
            "Retries", "Transactions begun anew, by reason; a steady rate of deadlocks wants a look at MySQL's locks.",
            "ops", [(or_none(rate(f"quartet_database_retries_total{{{where}}}", "reason"), "reason"), "{{reason}}")],
        ),
    ]  # fmt: skip


def workers(jobs: str) -> list[Panel]:
    where = f'job=~"{jobs}"'
    return [
        Panel(
            "Steps of the workers", "`failed` steps are tried again; the log says why.", "ops",
            [(rate(f"quartet_worker_steps_total{{{where}}}", "job, outcome"), "{{job}} {{outcome}}")],
        ),
        Panel(
            "Since a step last ended well", "Rises without end where a worker is stuck, or cannot reach its store.",
            "s", [(f"time() - max by (job) (quartet_worker_last_success_seconds{{{where}}} > 0)", "{{job}}")],
            Limits(600, 1800, alert="WorkerStopped"),
        ),
    ]  # fmt: skip
