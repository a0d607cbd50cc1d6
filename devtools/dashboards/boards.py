"""A dashboard: rows of panels, and what Grafana shows around them."""

from collections.abc import Sequence
from dataclasses import dataclass

from grafana_foundation_sdk.builders import dashboard as builders
from grafana_foundation_sdk.models import dashboard as models

from devtools.dashboards.panels import PROMETHEUS, Panel, links


@dataclass(frozen=True)
class Dashboard:
    """`variables` are pairs of a name and the query of its values; a panel uses them as `$name`."""

    uid: str
    title: str
    description: str
    rows: Sequence[tuple[str, Sequence[Panel]]]
    variables: Sequence[tuple[str, str]] = ()

    @property
    def panels(self) -> list[Panel]:
        return [panel for _, panels in self.rows for panel in panels]

    def build(self) -> models.Dashboard:
        made = builders.Dashboard(self.title).uid(self.uid).description(self.description).tags(["quartet"])
        made.links(list(links())).time("now-1h", "now").refresh("30s").timezone("browser").readonly()
        made.tooltip(models.DashboardCursorSync.CROSSHAIR)
        for name, query in self.variables:
            variable = builders.QueryVariable(name).label(name).query(query).datasource(PROMETHEUS)
            everything = models.VariableOption(selected=True, text="All", value="$__all")
            variable.multi(True).include_all(True).all_value(".*").current(everything)
            made.with_variable(variable.refresh(models.VariableRefresh.ON_TIME_RANGE_CHANGED))
        number = 0
        for title, panels in self.rows:
            number += 1
            made.with_row(builders.Row(title).id(number))
            height = 4 if all(panel.kind == "stat" for panel in panels) else 8
            for panel in panels:
                number += 1
                made.with_panel(panel.builder(height).id(number))
        return made.build()
