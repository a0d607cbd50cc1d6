"""The golden signals of all parts: traffic, errors, latency, saturation, and the work that comes after an answer."""

from devtools.dashboards.panels import Limits, Panel
from devtools.dashboards.promql import or_none, quantile, rate, share

REQUESTS = "gateway_requests_total"
SERVICES = 'service=~"auth|catalog|counter|vectors"'
OF_SERVICES = f"gateway_requests_total{{{SERVICES}}}"
FAILED_OF_SERVICES = f'gateway_requests_total{{{SERVICES}, class="5xx"}}'
ITS_DASHBOARD = "/d/quartet-${__field.labels.service}?${__url_time_range}"

TRAFFIC = [
    Panel("Requests by service", "Click a series to open its dashboard.", "reqps",
          [(rate(OF_SERVICES, "service"), "{{service}}")], width=12, kind="stacked", opens=ITS_DASHBOARD),
    Panel("Answers by class", "4xx is clients (or a broken release of theirs), 5xx is us.", "reqps",
          [(rate(REQUESTS, "class"), "{{class}}")], width=12, kind="stacked"),
]  # fmt: skip

ERRORS = [
    Panel("Failed by service", "Share of requests answered 5xx. One service: itself or its store. All: the gateway, "
          "MySQL, or the machine.", "percentunit",
          [(share(FAILED_OF_SERVICES, OF_SERVICES, "service"), "{{service}}")], Limits(bad=0.02, alert="GatewayErrors"),
          opens=ITS_DASHBOARD),
    Panel("Tokens refused", "By code. token_expired is usual; token_invalid is forgery or a missing key; not_ready and "
          "internal_error are the gateway's.", "ops",
          [(or_none(rate('gateway_auth_total{outcome!="ok"}', "outcome"), "outcome"), "{{outcome}}")]),
    Panel("Database transactions that failed", "`unavailable` on all jobs: MySQL is away.", "ops",
          [(or_none(rate('quartet_database_transactions_total{outcome="unavailable"}', "job"), "job"), "{{job}}")],
          Limits(bad=0.001, alert="DatabaseUnavailable")),
]  # fmt: skip

LATENCY = [
    Panel("p99 by service", "From the first byte of a request to the last of its answer.", "s",
          [(quantile(0.99, f"gateway_request_duration_seconds{{{SERVICES}}}", "service"), "{{service}}")],
          Limits(bad=1, alert="GatewaySlow"), opens=ITS_DASHBOARD),
    Panel("p99 of transactions", "Slow here as well: look at MySQL, its locks and disk.", "s",
          [(quantile(0.99, "quartet_database_transaction_duration_seconds", "job"), "{{job}}")],
          opens="/d/quartet-mysql?${__url_time_range}"),
    Panel("p99 of Redis commands", "Slow here as well: look at Redis, its disk above all.", "s",
          [(quantile(0.99, "quartet_redis_command_duration_seconds"), "redis")],
          opens="/d/quartet-redis?${__url_time_range}"),
]  # fmt: skip

SATURATION = [
    Panel("Threads busy", "Share of a service's threads. At 1 requests wait: add a replica.", "percentunit",
          [("sum by (job) (quartet_http_requests_in_progress) / sum by (job) (quartet_http_threads)", "{{job}}")],
          Limits(0.7, 0.9, alert="ServiceSaturated"), maximum=1),
    Panel("Database pools", "Share of the connections that a process may hold.", "percentunit",
          [('sum by (job) (quartet_database_connections{state="in_use"}) / '
            "sum by (job) (quartet_database_connections_limit)", "{{job}}")],
            Limits(0.7, 0.9, alert="DatabasePoolFull"), maximum=1),
    Panel("Stores and gateway", "Shares of what they may take: connections of MySQL, memory of Redis, the gateway's "
          "memory for revocations, slots for password hashes.", "percentunit",
          [("max(mysql_global_status_threads_connected / mysql_global_variables_max_connections)", "MySQL connections"),
           ("max(redis_memory_used_bytes / (redis_memory_max_bytes > 0)) or vector(0)", "Redis memory"),
           ('1 - min(gateway_zone_free_bytes{zone="revocations"} / gateway_zone_bytes{zone="revocations"})',
            "gateway revocations"),
           ("sum(auth_hash_slots_in_use) / sum(auth_hash_slots)", "hash slots")], Limits(0.7, 0.8), maximum=1),
]  # fmt: skip

BEHIND = [
    Panel("Oldest mail that waits", "SES is away, or the mailer.", "s",
          [("max(auth_outbox_oldest_seconds)", "oldest")],
          Limits(300, 1800, alert="MailsWait"), opens="/d/quartet-auth"),
    Panel("Age of catalog's feed", "Products of deleted users stay as long.", "s",
          [("max(catalog_feed_age_seconds)", "age")],
          Limits(60, 1800, alert="CatalogFollowerLags"), opens="/d/quartet-catalog"),
    Panel("Since a worker's step ended well", "Rises without end where a worker is stuck.", "s",
          [("time() - max by (job) (quartet_worker_last_success_seconds > 0)", "{{job}}")],
          Limits(600, 1800, alert="WorkerStopped")),
]  # fmt: skip

ROWS = [
    ("Traffic", TRAFFIC), ("Errors", ERRORS), ("Latency", LATENCY), ("Saturation", SATURATION),
    ("What comes after", BEHIND),
]  # fmt: skip
