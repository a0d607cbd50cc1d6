"""The table of faults: every container, and what stops without it. All else goes on meanwhile."""

LOG_IN = "log in"
ACCOUNT = "read one's account"
MY_PRODUCTS = "read one's products"
PRODUCT = "look at a product"
COUNT = "count"
PING = "ping"
EMBED = "embed"
REFUSE = "refuse who has logged out"

ALL = {LOG_IN, ACCOUNT, MY_PRODUCTS, PRODUCT, COUNT, PING, EMBED, REFUSE}

STOPS: dict[str, set[str]] = {
    "gateway": ALL,
    "auth": {LOG_IN, ACCOUNT},
    "auth-mailer": set(),
    "auth-upkeep": set(),
    "catalog": {MY_PRODUCTS},
    "catalog-follower": set(),
    "counter": {COUNT, PING},
    "vectors": {EMBED},
    "mysql": {LOG_IN, ACCOUNT, MY_PRODUCTS},
    "redis": {COUNT},
    "ses": set(),
}
