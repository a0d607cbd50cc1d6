"""Increments, streams of live values, and Redis as counter sees it."""

from devtools.dashboards import services
from devtools.dashboards.boards import Dashboard
from devtools.dashboards.panels import Limits, Panel
from devtools.dashboards.promql import or_none, quantile, rate, share

COMMANDS = "quartet_redis_commands_total"

COUNTS = [
    Panel("Increments", "Acknowledged ones.", "ops", [(rate("counter_increments_total"), "increments")]),
    Panel(
        "Streams open", "Server-sent events, each at most 60 s. They have places of their own and hold a thread each.",
        "short", [("sum by (instance) (counter_streams_open)", "{{instance}}")], kind="stacked",
    ),
    Panel(
        "Streams refused", "By whose places were taken: the process' (raise STREAM_PLACES with THREADS) or the user's.",
        "ops", [(or_none(rate("counter_streams_refused_total", "places"), "places"), "{{places}}")],
    ),
]  # fmt: skip

REDIS = [
    Panel("Redis commands", "By outcome.", "ops", [(rate(COMMANDS, "outcome"), "{{outcome}}")]),
    Panel(
        "Redis commands failed", "Share of them. The log says Redis's own word: READONLY, OOM, LOADING, TimeoutError.",
        "percentunit", [(share('quartet_redis_commands_total{outcome="failed"}', COMMANDS), "failed")],
        Limits(bad=0.02, alert="RedisCommandsFail"),
    ),
    Panel(
        "Time of a Redis command", "As counter waits for it: with appendfsync always, the disk's time too.", "s",
        [(quantile(0.5, "quartet_redis_command_duration_seconds"), "p50"),
         (quantile(0.99, "quartet_redis_command_duration_seconds"), "p99")],
    ),
]  # fmt: skip

DASHBOARD = Dashboard(
    "quartet-counter", "Quartet: counter", "Counters, their streams, and Redis as the service sees it.",
    [
        services.requests("counter"), services.process("counter"),
        ("Counts and streams", [*COUNTS, services.keys("counter")]), ("Redis", REDIS),
    ],
)  # fmt: skip
