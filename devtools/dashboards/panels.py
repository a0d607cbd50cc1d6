"""The kinds of panel that the dashboards are made of."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Literal

from grafana_foundation_sdk.builders import common, dashboard, prometheus, stat, table, timeseries
from grafana_foundation_sdk.models import common as looks
from grafana_foundation_sdk.models.dashboard import (
    DashboardLinkType,
    DashboardSpecialValueMapOptions,
    DataSourceRef,
    DataTransformerConfig,
    SpecialValueMap,
    SpecialValueMatch,
    Threshold,
    ThresholdsMode,
    ValueMappingResult,
)
from grafana_foundation_sdk.models.prometheus import PromQueryFormat

PROMETHEUS = DataSourceRef(type_val="prometheus", uid="prometheus")

Builder = timeseries.Panel | stat.Panel | table.Panel


@dataclass(frozen=True)
class Limits:
    """From where on a value is orange and red, as the alert has it; `falling`: the smaller, the worse."""

    warn: float | None = None
    bad: float | None = None
    falling: bool = False
    alert: str = ""

    def steps(self) -> list[Threshold]:
        known = [(color, value) for color, value in (("orange", self.warn), ("red", self.bad)) if value is not None]
        if not self.falling:
            return [Threshold(color="green", value=None), *(Threshold(color=c, value=v) for c, v in known)]
        # Grafana's steps rise: the worst colour is that of the smallest values.
        colors = [color for color, _ in reversed(known)] + ["green"]
        values = [None, *(value for _, value in reversed(known))]
        return [Threshold(color=color, value=value) for color, value in zip(colors, values, strict=True)]


@dataclass(frozen=True)
class Panel:
    """One panel: `queries` are pairs of a PromQL expression and the legend of its series."""

    title: str
    description: str
    unit: str
    queries: Sequence[tuple[str, str]]
    limits: Limits = field(default_factory=Limits)
    width: int = 8
    kind: Literal["graph", "stacked", "stat", "table"] = "graph"
    maximum: float | None = None
    opens: str = ""  # where a click on a series leads
    hidden: Sequence[str] = ()  # columns of a table

    def builder(self, height: int) -> Builder:
        made: Builder
        if self.kind == "stat":
            made = self._stat()
        elif self.kind == "table":
            made = self._table()
        else:
            made = self._graph()
        steps = dashboard.ThresholdsConfig().mode(ThresholdsMode.ABSOLUTE).steps(self.limits.steps())
        made.title(self.title).description(self._description()).unit(self.unit).thresholds(steps)
        made.datasource(PROMETHEUS).span(self.width).height(height)
        for number, (expression, legend) in zip(count(), self.queries):
            query = prometheus.Dataquery().expr(expression).legend_format(legend).ref_id(chr(ord("A") + number))
            query.datasource(PROMETHEUS)
            made.with_target(query.instant().format(PromQueryFormat.TABLE) if self.kind == "table" else query.range())
        if self.opens:
            made.data_links([dashboard.DashboardLink("Open its dashboard").url(self.opens)])
        return made

    def _description(self) -> str:
        alert = self.limits.alert
        return f"{self.description} Alert: docs/runbooks/{alert}.md." if alert else self.description

    def _graph(self) -> timeseries.Panel:
        made = timeseries.Panel().min(0).fill_opacity(10).show_points(looks.VisibilityMode.NEVER)
        made.legend(
            common.VizLegendOptions()
            .show_legend(True)
            .display_mode(looks.LegendDisplayMode.LIST)
            .placement(looks.LegendPlacement.BOTTOM)
        )
        made.tooltip(common.VizTooltipOptions().mode(looks.TooltipDisplayMode.MULTI).sort(looks.SortOrder.DESCENDING))
        if self.maximum is not None:
            made.max(self.maximum)
        if self.kind == "stacked":
            made.stacking(common.StackingConfig().mode(looks.StackingMode.NORMAL)).fill_opacity(40)
        if self.limits != Limits():
            made.thresholds_style(common.GraphThresholdsStyleConfig().mode(looks.GraphTresholdsStyleMode.DASHED))
        return made

    def _stat(self) -> stat.Panel:
        made = stat.Panel().graph_mode(looks.BigValueGraphMode.AREA).color_mode(looks.BigValueColorMode.BACKGROUND)
        several = any("{{" in legend for _, legend in self.queries)
        made.text_mode(looks.BigValueTextMode.VALUE_AND_NAME if several else looks.BigValueTextMode.VALUE)
        idle = SpecialValueMap(
            options=DashboardSpecialValueMapOptions(
                match=SpecialValueMatch.NULL_AND_NAN, result=ValueMappingResult(text="idle", color="green")
            )
        )
        made.mappings([idle])
        return made.reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"]))

    def _table(self) -> table.Panel:
        left_out = DataTransformerConfig(
            id_val="organize", options={"excludeByName": dict.fromkeys(("Time", *self.hidden), True)}
        )
        return table.Panel().with_transformation(left_out)


def links() -> list[dashboard.DashboardLink]:
    """All dashboards of Quartet, in a row at the top of each."""
    kind = dashboard.DashboardLink("Quartet").type(DashboardLinkType.DASHBOARDS).tags(["quartet"])
    return [kind.include_vars(False).keep_time(True)]
