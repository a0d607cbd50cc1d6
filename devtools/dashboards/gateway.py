"""What clients see, and what the gateway knows of tokens and revocations."""

from devtools.dashboards.boards import Dashboard
from devtools.dashboards.panels import Limits, Panel
from devtools.dashboards.promql import mean, or_none, quantile, rate, share

OF_SERVICE = '{service=~"$service"}'
REQUESTS = f"gateway_requests_total{OF_SERVICE}"
FAILED = 'gateway_requests_total{service=~"$service", class="5xx"}'
DURATION = f"gateway_request_duration_seconds{OF_SERVICE}"
UPSTREAM = f"gateway_upstream_duration_seconds{OF_SERVICE}"

TRAFFIC = [
    Panel("Requests by service", "An empty service: refused before a route was known, or the gateway's own pages.",
          "reqps", [(rate(REQUESTS, "service"), "{{service}}")], kind="stacked"),
    Panel("Answers by status", "All answers, with those of the gateway itself.", "reqps",
          [(rate(REQUESTS, "status"), "{{status}}")], kind="stacked"),
    Panel("Bytes sent", "To clients, with headers.", "Bps", [(rate("gateway_sent_bytes_total"), "sent")]),
    Panel("Busiest routes", "The ten with most requests.", "reqps",
          [(f"topk(10, {rate(REQUESTS, 'service, route')})", "{{service}} {{route}}")], width=12),
    Panel("Slowest routes", "The ten with the highest p99.", "s",
          [(f"topk(10, {quantile(0.99, DURATION, 'service, route')})", "{{service}} {{route}}")], width=12),
]  # fmt: skip

ERRORS = [
    Panel("Failed", "Share of requests answered 5xx. 502 and 504: the service cannot be reached.", "percentunit",
          [(share(FAILED, REQUESTS, "service"), "{{service}}")], Limits(bad=0.02, alert="GatewayErrors")),
    Panel("5xx by status", "500: a bug. 502, 504: not reachable, too slow. 503: no place, no store, or not ready.",
          "reqps", [(or_none(rate(FAILED, "service, status"), "status"), "{{service}} {{status}}")], kind="stacked"),
    Panel("Refused by limits", "429 by the limit that was met: per address (public, strict), per user, for bad tokens, "
          "connections at once.", "reqps",
          [(or_none(rate("gateway_rate_limited_total", "limit"), "limit"), "{{limit}}")], kind="stacked"),
]  # fmt: skip

LATENCY = [
    Panel("p99 by service", "From the first byte of a request to the last of its answer.", "s",
          [(quantile(0.99, DURATION, "service"), "{{service}}")], Limits(bad=1, alert="GatewaySlow")),
    Panel("p50 by service", "Half of the requests take less.", "s",
          [(quantile(0.5, DURATION, "service"), "{{service}}")]),
    Panel("Mean time of the service", "Of the whole, what the service took; the rest is the gateway's and the "
          "client's line.", "s", [(mean(UPSTREAM, "service"), "{{service}}")]),
]  # fmt: skip

TOKENS = [
    Panel("Token checks", "By outcome: `ok`, or the code of the error.", "ops",
          [(rate("gateway_auth_total", "outcome"), "{{outcome}}")], kind="stacked"),
    Panel("Invalid tokens", "Forged ones, or of a key that the gateway does not know.", "ops",
          [(or_none(rate('gateway_auth_total{outcome="token_invalid"}')), "token_invalid")],
          Limits(bad=5, alert="GatewayForgedTokens")),
    Panel("Checks that failed", "The check itself failed, or there are no keys yet: requests are refused.", "ops",
          [(or_none(rate('gateway_auth_total{outcome=~"internal_error|not_ready"}')), "failed")],
          Limits(bad=0.001, alert="GatewayCheckFails")),
    Panel("Age of the feed", "Since auth's feed of revocations was last read to its end: how late a logout bites. "
          "From FEED_MAX_AGE (60 s) on, FEED_STALE decides.", "s",
          [("max by (instance) (gateway_feed_age_seconds)", "{{instance}}")], Limits(2, 10, alert="GatewayFeedStale")),
    Panel("Age of the keys", "Since auth last said which keys it publishes.", "s",
          [("max by (instance) (gateway_jwks_age_seconds)", "{{instance}}")], Limits(10, 60, alert="GatewayKeysStale")),
    Panel("Keys in force", "None: every protected route answers 503.", "short",
          [("min(gateway_jwks_keys)", "keys")], Limits(bad=1, falling=True)),
    Panel("Pulls that failed", "Of feed and keys; auth is away, or slow.", "ops",
          [(or_none(rate('gateway_pulls_total{outcome="failed"}', "what"), "what"), "{{what}}")]),
    Panel("Place in the feed", "All gateways should be at the same place.", "short",
          [("gateway_feed_cursor", "{{instance}}")]),
    Panel("Everybody logged out", "How often the floor of revocations was raised: a fence, a leaked key, a full zone.",
          "short", [("sum(changes(gateway_revocation_floor_timestamp_seconds[$__rate_interval]))", "raised")],
          Limits(bad=1, alert="GatewayEverybodyLoggedOut")),
]  # fmt: skip

SATURATION = [
    Panel("Shared memory in use", "By zone, in whole pages. `tokens` and `limits` make room by themselves; "
          "`revocations` must not fill up: raise REVOCATIONS_SIZE.", "percentunit",
          [("1 - min by (zone) (gateway_zone_free_bytes / gateway_zone_bytes)", "{{zone}}")],
          Limits(0.7, 0.8, alert="GatewayRevocationsFillMemory"),
          maximum=1),
    Panel("Revocations held", "Sessions and users that are refused.", "short",
          [("max by (instance) (gateway_revocations)", "{{instance}}")]),
    Panel("Requests that were not counted", "The figures of this page are too small by these.", "ops",
          [(rate("gateway_lost_counts_total"), "lost")], Limits(bad=0.001, alert="GatewayLosesCounts")),
    Panel("Cache", "Public reads of catalog by what the cache had; mostly hits under load.", "reqps",
          [(or_none(rate("gateway_cache_total", "result"), "result"), "{{result}}")], kind="stacked"),
    Panel("Gateways", "Replicas up.", "short", [('sum(up{job="gateway"})', "")], Limits(bad=1, falling=True),
          width=4, kind="stat"),
    Panel("Restarts", "Starts in the last hour; counts begin at 0 with each.", "short",
          [("sum(changes(gateway_start_time_seconds[1h]))", "")],
          Limits(1, 2, alert="GatewayRestarts"), width=4, kind="stat"),
]  # fmt: skip

DASHBOARD = Dashboard(
    "quartet-gateway", "Quartet: gateway", "What clients see, tokens and revocations, shared memory.",
    [("Traffic", TRAFFIC), ("Errors", ERRORS), ("Latency", LATENCY), ("Tokens and revocations", TOKENS),
     ("Saturation and cache", SATURATION)],
    [("service", "label_values(gateway_requests_total, service)")],
)  # fmt: skip
