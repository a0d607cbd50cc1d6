"""docs/settings.md: every setting, of the services as of the gateway."""

from devtools.parts import SERVICES
from devtools.reference.fields import Row, fields, gateway_settings, own_fields
from quartet.settings import Settings

HEAD = """\
# Settings

Settings come from these places; for each setting the first that has it wins:

1. the environment
2. `.env` in the working folder
3. files in `/run/secrets` named like the setting
4. a secret of AWS Secrets Manager, when `AWS_SECRETS_ID` (an id or an ARN) names one
5. a JSON file, when `SETTINGS_FILE` names one
6. the default

They are read once, at the start; a wrong one ends the start with one line that names it and where it came from. Empty
ones count as left out. Durations are in seconds. `make run` passes on all that it finds in the environment or in
`.env`; `.env.example` lists what there is. The gateway knows the environment alone.

The secret and the file hold one JSON object of names and values, as `settings.example.json` does. Numbers, lists and
documents may stand there as such, or as the text that the environment would have; `null` is "left out". What stands
under a service's name is for that service alone, and goes before the rest. In the file, a name that is no setting of
the service is refused, and so are sections without one for the service; in the secret, other names are passed over.
`AWS_SECRETS_ID` may stand in the file. A relative `SETTINGS_FILE` is looked for in the service's working folder: give
`make run` the whole path. How the secret is read: [Running one service](running-one-service.md#settings-from-aws).

<!-- Made by `make docs`; changes here are overwritten. -->
"""


def settings_page() -> str:
    sections = [HEAD, "## Every service\n", _table(fields(Settings))]
    for service in SERVICES:
        sections += [f"## {service}\n", _table(own_fields(service))]
    sections += ["## The gateway\n", _table(gateway_settings())]
    return "\n".join(sections)


def _table(rows: list[Row]) -> str:
    lines = ["| setting | default | meaning |", "|---|---|---|"]
    lines += [f"| `{name}` | {f'`{default}`' if default else ''} | {meaning} |" for name, default, meaning in rows]
    return "\n".join(lines) + "\n"
