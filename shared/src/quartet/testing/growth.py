"""How much metrics of this process have grown: a test shares them with all tests before it."""

from prometheus_client import REGISTRY


class Growth:
    """Of one metric; the samples that have not grown are left out."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._before = self._read()

    def by_label(self) -> dict[str, float]:
        """By the value of the metric's one label, or "" where it has none."""
        grown = {label: value - self._before.get(label, 0.0) for label, value in self._read().items()}
        return {label: value for label, value in grown.items() if value}

    def total(self) -> float:
        return sum(self.by_label().values())

    def _read(self) -> dict[str, float]:
        samples = (sample for family in REGISTRY.collect() for sample in family.samples if sample.name == self._name)
        return {next(iter(sample.labels.values()), ""): sample.value for sample in samples}
