"""Expressions that say 0, not nothing, where nothing has happened yet: an empty panel looks like a broken one."""

RATE = "$__rate_interval"


def rate(selector: str, by: str = "", window: str = RATE) -> str:
    """Events a second, added up by these labels."""
    return f"{added(by)} (rate({selector}[{window}]))"


def added(by: str) -> str:
    return f"sum by ({by})" if by else "sum"


def or_none(expression: str, label: str = "") -> str:
    """The expression; where it has no series, one of value 0 whose label says `none`."""
    if not label:
        return f"{expression} or vector(0)"
    return f'{expression} or on () label_replace(vector(0), "{label}", "none", "", "")'


def share(part: str, whole: str, by: str = "", window: str = RATE) -> str:
    """Which share of `whole` is `part`: 0 where there is whole and no part."""
    all_of_it = rate(whole, by, window)
    return f"({rate(part, by, window)} or 0 * {all_of_it}) / {all_of_it}"


def quantile(q: float, histogram: str, by: str = "") -> str:
    """A quantile of a histogram, told with its labels but without `_bucket`: `name{labels}`."""
    name, brace, labels = histogram.partition("{")
    names = ", ".join(label for label in ("le", by) if label)
    return f"histogram_quantile({q}, sum by ({names}) (rate({name}_bucket{brace}{labels}[{RATE}])))"


def mean(histogram: str, by: str = "") -> str:
    """The mean of what a histogram has observed."""
    name, brace, labels = histogram.partition("{")
    observed = rate(f"{name}_count{brace}{labels}", by)
    return f"{rate(f'{name}_sum{brace}{labels}', by)} / {observed}"
