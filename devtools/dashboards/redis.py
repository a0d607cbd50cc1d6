"""Redis, as its exporter tells."""

from devtools.dashboards.boards import Dashboard
from devtools.dashboards.panels import Limits, Panel
from devtools.dashboards.promql import or_none, rate

STATE = [
    Panel("Up", "Whether the exporter can log in and ask.", "short", [("min(redis_up)", "")],
          Limits(bad=1, falling=True, alert="RedisDown"), width=4, kind="stat"),
    Panel("Up for", "Since it was started.", "s", [("min(redis_uptime_in_seconds)", "")], width=4, kind="stat"),
    Panel("Memory", "Share of maxmemory; full, Redis refuses writes, and counter answers 503. 0 where there is no "
          "maxmemory: then the container's limit counts.", "percentunit",
          [("max(redis_memory_used_bytes / (redis_memory_max_bytes > 0)) or vector(0)", "")],
          Limits(0.7, 0.8, alert="RedisMemoryFills"),
          width=4, kind="stat"),
    Panel("Clients", "Connected ones.", "short", [("max(redis_connected_clients)", "")], width=4, kind="stat"),
    Panel("Last append", "Whether the last write of the append-only file went well; 0: the disk is full or gone.",
          "short", [("min(redis_aof_last_write_status)", "")],
          Limits(bad=1, falling=True, alert="RedisDoesNotPersist"), width=4, kind="stat"),
    Panel("Keys evicted", "Must be 0: maxmemory-policy noeviction. Otherwise counts are being forgotten.", "short",
          [("sum(redis_evicted_keys_total)", "")], Limits(bad=1), width=4, kind="stat"),
]  # fmt: skip

TRAFFIC = [
    Panel("Commands", "By command; counting is done in scripts.", "ops",
          [(rate("redis_commands_total", "cmd"), "{{cmd}}")], kind="stacked"),
    Panel("Mean time of a command", "In Redis itself.", "s",
          [(f"{rate('redis_commands_duration_seconds_total', 'cmd')} / "
            f"({rate('redis_commands_total', 'cmd')} > 0)", "{{cmd}}")]),
    Panel("Commands refused or failed", "NOPERM, READONLY, OOM: Redis's words are in counter's log.", "ops",
          [(or_none(rate("redis_commands_rejected_calls_total")), "rejected"),
           (or_none(rate("redis_commands_failed_calls_total")), "failed")]),
    Panel("Bytes", "Over the network.", "Bps",
          [(rate("redis_net_input_bytes_total"), "in"), (rate("redis_net_output_bytes_total"), "out")]),
    Panel("Connections refused", "maxclients is reached.", "ops",
          [(rate("redis_rejected_connections_total"), "refused")], Limits(bad=0.001)),
    Panel("Keys", "And those that will expire: the records of Idempotency-Key.", "short",
          [("sum(redis_db_keys)", "all"), ("sum(redis_db_keys_expiring)", "expiring")]),
]  # fmt: skip

MEMORY_AND_DISK = [
    Panel("Memory", "Used, the most so far, and what the system has given.", "bytes",
          [("max(redis_memory_used_bytes)", "used"), ("max(redis_memory_used_peak_bytes)", "most so far"),
           ("max(redis_memory_used_rss_bytes)", "of the system"), ("max(redis_memory_max_bytes)", "maxmemory")]),
    Panel("Append-only file", "Its size; a rewrite makes it small again.", "bytes",
          [("max(redis_aof_current_size_bytes)", "now"), ("max(redis_aof_base_size_bytes)", "after the last rewrite")]),
    Panel("Delayed fsyncs", "The disk is slow: with appendfsync everysec up to two seconds may be lost.", "ops",
          [(rate("redis_aof_delayed_fsync"), "delayed")], Limits(warn=0.1)),
]  # fmt: skip

DASHBOARD = Dashboard(
    "quartet-redis", "Quartet: Redis", "The store of counter.",
    [("State", STATE), ("Traffic", TRAFFIC), ("Memory and disk", MEMORY_AND_DISK)],
)  # fmt: skip
