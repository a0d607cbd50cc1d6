"""Sentences and how long a model takes for them."""

from devtools.dashboards import services
from devtools.dashboards.boards import Dashboard
from devtools.dashboards.panels import Panel
from devtools.dashboards.promql import mean, or_none, quantile, rate

DURATION = "vectors_embedding_duration_seconds"

MODELS = [
    Panel("Sentences", "By model.", "ops", [(or_none(rate("vectors_sentences_total", "model"), "model"), "{{model}}")]),
    Panel(
        "p99 of embedding", "For all sentences of one request, by model. Long lists take long; see the mean beside it.",
        "s", [(or_none(quantile(0.99, DURATION, "model"), "model"), "{{model}}")],
    ),
    Panel(
        "Mean of embedding", "For all sentences of one request, by model.", "s",
        [(or_none(mean(DURATION, "model"), "model"), "{{model}}")],
    ),
    services.keys("vectors"),
]  # fmt: skip

DASHBOARD = Dashboard(
    "quartet-vectors", "Quartet: vectors", "Sentences made vectors. It has no store: what is slow here is processors.",
    [services.requests("vectors"), services.process("vectors"), ("Models", MODELS)],
)  # fmt: skip
