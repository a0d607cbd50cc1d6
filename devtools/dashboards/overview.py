"""Is anybody hurt, and where does it come from: the golden signals of all parts on one page."""

from devtools.dashboards import signals
from devtools.dashboards.boards import Dashboard
from devtools.dashboards.panels import Limits, Panel
from devtools.dashboards.promql import or_none, quantile, rate, share

REQUESTS = "gateway_requests_total"
FAILED = 'gateway_requests_total{class="5xx"}'
FIRING = 'ALERTS{alertstate="firing", alertname!="Watchdog"}'
# Replicas are found by name: one that is gone is not there to be down. So whoever has been there lately counts.
GONE = "max by (job) (max_over_time(up[6h])) unless max by (job) (up)"

HURT = [
    Panel("Pages firing", "Alerts that wake somebody. Each has a page in docs/runbooks.", "short",
          [('count(ALERTS{alertstate="firing", severity="page"}) or vector(0)', "")], Limits(bad=1), width=4,
          kind="stat"),
    Panel("Targets down", "What Prometheus cannot scrape: the process is gone, or cut off. Which one is shown below.",
          "short", [(f"(count(up == 0) or vector(0)) + (count({GONE}) or vector(0))", "")],
          Limits(bad=1, alert="TargetDown"), width=4,
          kind="stat"),
    Panel("Answered well", "Share of requests at the gateway that were not answered 5xx.", "percentunit",
          [(f"1 - {share(FAILED, REQUESTS)}", "")], Limits(0.999, 0.98, falling=True), width=4, kind="stat"),
    Panel("p99 latency", "One in a hundred requests takes longer, from its first byte to the last of its answer.", "s",
          [(quantile(0.99, "gateway_request_duration_seconds"), "")],
          Limits(0.5, 1, alert="GatewaySlow"), width=4, kind="stat"),
    Panel("Logout bites within", "Age of the gateways' copy of auth's feed: as long may a revoked token be let in.",
          "s", [("max(gateway_feed_age_seconds)", "")], Limits(2, 10, alert="GatewayFeedStale"), width=4, kind="stat"),
    Panel("Requests", "At the gateway. None at all is bad news too: look whether clients reach it.", "reqps",
          [(rate(REQUESTS), "")], width=4, kind="stat"),
]  # fmt: skip

WHERE = [
    Panel("Alerts firing", "All of them, tickets too. The page of each: docs/runbooks, under the alert's name.",
          "short", [(or_none(FIRING, "alertname"), "")], width=10, kind="table",
          hidden=("__name__", "alertstate", "instance", "job", "Value")),
    Panel("Parts up", "Share of the replicas that answer Prometheus; 0 too where all have gone in the last six hours.",
          "percentunit", [(f"avg by (job) (up) or 0 * ({GONE})", "{{job}}")], Limits(1, 0.5, falling=True), width=14,
          kind="stat"),
]  # fmt: skip

FAST = "14.4 (for an hour) or 6 (for six hours) pages: docs/slo.md."
BURN = [
    Panel("Errors: budget burnt", f"1 uses up what the SLO allows in exactly 30 days. {FAST}", "short",
          [("max by (service) (service:slo_availability:burn1h)", "{{service}} 1 h"),
           ("max by (service) (service:slo_availability:burn6h)", "{{service}} 6 h")],
          Limits(6, 14.4, alert="SloAvailabilityBurnsFast")),
    Panel("Latency: budget burnt", f"Requests that took longer than the SLO's bound. {FAST}", "short",
          [("max by (service) (service:slo_latency:burn1h)", "{{service}} 1 h"),
           ("max by (service) (service:slo_latency:burn6h)", "{{service}} 6 h")],
          Limits(6, 14.4, alert="SloLatencyBurnsFast")),
    Panel("Revocation: budget burnt", f"Time in which a logout would not have bitten within the SLO's bound. {FAST}",
          "short",
          [("max(instance:slo_revocation:burn1h)", "1 h"), ("max(instance:slo_revocation:burn6h)", "6 h")],
          Limits(6, 14.4, alert="SloRevocationBurnsFast")),
]  # fmt: skip

DASHBOARD = Dashboard(
    "quartet-overview", "Quartet: overview",
    "The golden signals of all parts. Read it from the top: is anybody hurt, where, since when, and what is full.",
    [("Is anybody hurt?", HURT), ("Where?", WHERE), ("SLO burn", BURN), *signals.ROWS],
)  # fmt: skip
