"""Products, their transfers, and the follower of auth's feed."""

from devtools.dashboards import services
from devtools.dashboards.boards import Dashboard
from devtools.dashboards.panels import Limits, Panel
from devtools.dashboards.promql import or_none, rate

PRODUCTS = [
    Panel(
        "Products written", "By what was done with them.", "ops",
        [(or_none(rate("catalog_product_writes_total", "action"), "action"), "{{action}}")],
    ),
    Panel(
        "Imports and exports under way", "Each holds a thread and a connection for as long as it lasts.", "short",
        [("sum(catalog_transfers_in_progress)", "transfers")],
    ),
    Panel(
        "Imports and exports refused", "For want of a place, with 503.", "ops",
        [(or_none(rate("catalog_transfers_refused_total")), "refused")],
    ),
]  # fmt: skip

FOLLOWER = [
    Panel(
        "Age of the feed", "Since the follower last read auth's feed to its end. Until it has, products of deleted "
        "users stay, and names are old.", "s",
        [("max(catalog_feed_age_seconds)", "age")], Limits(60, 1800, alert="CatalogFollowerLags"),
    ),
    Panel(
        "Events applied", "By type; 0 while nobody is deleted or renamed.", "eps",
        [(or_none(rate("catalog_feed_events_total", "type"), "type"), "{{type}}")],
    ),
    Panel(
        "Place in the feed", "Number of the last event read. It goes back after a restored backup of auth.", "short",
        [("max(catalog_feed_cursor)", "cursor")],
    ),
    Panel(
        "Feed begun anew", "The cursor was unknown to auth: a restored backup, or a fence.", "short",
        [("sum(increase(catalog_feed_resets_total[$__rate_interval])) or vector(0)", "resets")],
        Limits(warn=1, alert="CatalogFeedReset"),
    ),
    *services.workers("catalog-follower"),
]  # fmt: skip

DASHBOARD = Dashboard(
    "quartet-catalog", "Quartet: catalog", "Products: the service, and the follower of auth's feed.",
    [
        services.requests("catalog"), services.process("catalog"),
        ("Products", [*PRODUCTS, services.keys("catalog")]), ("Follower", FOLLOWER),
        services.database("catalog|catalog-follower"),
    ],
)  # fmt: skip
