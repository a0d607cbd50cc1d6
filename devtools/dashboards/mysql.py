"""MySQL, as its exporter tells."""

from devtools.dashboards.boards import Dashboard
from devtools.dashboards.panels import Limits, Panel
from devtools.dashboards.promql import rate

STATUS = "mysql_global_status"

STATE = [
    Panel("Up", "Whether the exporter can log in.", "short", [("min(mysql_up)", "")],
          Limits(bad=1, falling=True, alert="MySQLDown"),
          width=4, kind="stat"),
    Panel("Up for", "Since mysqld was started.", "s", [(f"min({STATUS}_uptime)", "")], width=4, kind="stat"),
    Panel("Connections", "Share of max_connections. At 1 new ones are refused, and the services answer 503.",
          "percentunit", [(f"max({STATUS}_threads_connected / mysql_global_variables_max_connections)", "")],
          Limits(0.7, 0.8, alert="MySQLConnectionsUsed"), width=4, kind="stat"),
    Panel("Running", "Threads that work at a statement now; more than processors, for long, is a queue.", "short",
          [(f"max({STATUS}_threads_running)", "")], Limits(warn=16), width=4, kind="stat"),
    Panel("Buffer pool hits", "Share of page reads that needed no disk.", "percentunit",
          [(f"1 - {rate(STATUS + '_innodb_buffer_pool_reads')} / "
            f"({rate(STATUS + '_innodb_buffer_pool_read_requests')} > 0) or vector(1)", "")],
          Limits(0.99, 0.95, falling=True, alert="MySQLReadsFromDisk"), width=4, kind="stat"),
    Panel("Lock waits", "Transactions that wait for a row's lock now.", "short",
          [(f"max({STATUS}_innodb_row_lock_current_waits)", "")], Limits(5, 20), width=4, kind="stat"),
]  # fmt: skip

TRAFFIC = [
    Panel("Statements", "By kind.", "ops",
          [(rate(STATUS + '_commands_total{command=~"select|insert|update|delete|commit|rollback"}', "command"),
            "{{command}}")], kind="stacked"),
    Panel("Slow statements", "Longer than long_query_time. The slow log names them.", "ops",
          [(rate(f"{STATUS}_slow_queries"), "slow")], Limits(warn=0.1, alert="MySQLSlowQueries")),
    Panel("Bytes", "Over the network.", "Bps",
          [(rate(f"{STATUS}_bytes_received"), "received"), (rate(f"{STATUS}_bytes_sent"), "sent")]),
]  # fmt: skip

CONNECTIONS = [
    Panel("Connections", "Connected, at work, and the most there have been.", "short",
          [(f"max({STATUS}_threads_connected)", "connected"), (f"max({STATUS}_threads_running)", "running"),
           (f"max({STATUS}_max_used_connections)", "most so far"),
           ("max(mysql_global_variables_max_connections)", "allowed")]),
    Panel("Refused and broken off", "Refused for max_connections; failed logins; connections that ended without a "
          "goodbye.", "ops",
          [(rate(STATUS + '_connection_errors_total{error="max_connections"}'), "no place"),
           (rate(f"{STATUS}_aborted_connects"), "login failed"), (rate(f"{STATUS}_aborted_clients"), "broken off")]),
    Panel("New connections", "Services keep theirs in a pool: few are new.", "ops",
          [(rate(f"{STATUS}_connections"), "connections")]),
]  # fmt: skip

INNODB = [
    Panel("Time waited for row locks", "Milliseconds a second, over all transactions.", "ms",
          [(rate(f"{STATUS}_innodb_row_lock_time"), "waited")]),
    Panel("Writes to disk", "fsyncs of data and of the log; each commit needs one of the log.", "ops",
          [(rate(f"{STATUS}_innodb_data_fsyncs"), "data"), (rate(f"{STATUS}_innodb_os_log_fsyncs"), "log")]),
    Panel("Waits for the log's buffer", "More than 0 for long: innodb_log_buffer_size is too small.", "ops",
          [(rate(f"{STATUS}_innodb_log_waits"), "waits")]),
    Panel("Buffer pool", "What is in it.", "bytes",
          [(f"max({STATUS}_innodb_buffer_pool_bytes_data)", "data"),
           (f"max({STATUS}_innodb_buffer_pool_bytes_dirty)", "not yet written"),
           ("max(mysql_global_variables_innodb_buffer_pool_size)", "size")]),
    Panel("Rows", "Read and written by InnoDB.", "ops",
          [(rate(STATUS + "_innodb_row_ops_total", "operation"), "{{operation}}")]),
    Panel("Temporary tables", "On disk: a query that sorts or groups too much.", "ops",
          [(rate(f"{STATUS}_created_tmp_tables"), "all"), (rate(f"{STATUS}_created_tmp_disk_tables"), "on disk")]),
]  # fmt: skip

DASHBOARD = Dashboard(
    "quartet-mysql", "Quartet: MySQL", "The store of auth and catalog.",
    [("State", STATE), ("Traffic", TRAFFIC), ("Connections", CONNECTIONS), ("InnoDB", INNODB)],
)  # fmt: skip
