"""docs/errors.md: every error that a service or the gateway answers with."""

import importlib
import json
from collections.abc import Iterator

from devtools.given import ROOT
from devtools.parts import SERVICES
from quartet import problems
from quartet.errors import DomainError, InvalidInput

HEAD = """\
# Errors

Every error, of a service as of the gateway, is one document (RFC 9457) with the media type `application/problem+json`:

```json
{
  "type": "urn:quartet:error:not_owner",
  "title": "Forbidden",
  "status": 403,
  "detail": "Only the owner of a product may do this.",
  "code": "not_owner",
  "request_id": "5f2b1c0e9d7a4e61b3c8f0a2d4e6b8c1"
}
```

`code` is stable: programs decide by it. `detail` is for people and may change. With 422 comes `errors`, a list of
`{field, message}`. `request_id` is that of the `X-Request-ID` header and of the log lines. 429 and 503 say in
`Retry-After` how many seconds to wait; 401 says in `WWW-Authenticate` what is missing.

On the paths of OpenAI's API (`/v1/…`) the document also has `error`, `{message, type, param, code}`, where OpenAI's
clients look for it, and `invalid_input` is 400.

<!-- Made by `make docs`; changes here are overwritten. -->

| code | status | from | meaning |
|---|---|---|---|
"""


def errors_page() -> str:
    found: dict[tuple[int, str], tuple[set[str], str]] = {}

    def add(status: int, code: str, source: str, meaning: str) -> None:
        sources, first = found.setdefault((status, code), (set(), meaning))
        sources.add(source)
        found[status, code] = (sources, first)

    for service in SERVICES:
        importlib.import_module(f"{service}.cli")
    for error in _descendants(DomainError):
        owner = error.__module__.partition(".")[0]
        if "code" in vars(error) and owner in {"quartet", *SERVICES}:
            add(problems.status_of(error), error.code, "any service" if owner == "quartet" else owner, error.detail)
    # vectors.openai_errors gives it the status that OpenAI's clients expect.
    add(400, InvalidInput.code, "vectors", f"{InvalidInput.detail} (On the paths of OpenAI's API.)")
    for status, (code, detail) in problems.CODES.items():
        add(status, code, "any service", detail)
    for entry in json.loads((ROOT / "gateway/errors.json").read_text()):
        add(entry["status"], entry["code"], "gateway", entry["meaning"])
    rows = (
        f"| `{code}` | {int(status)} | {', '.join(sorted(sources))} | {meaning} |"
        for (status, code), (sources, meaning) in sorted(found.items())
    )
    return HEAD + "\n".join(rows) + "\n"


def _descendants(kind: type[DomainError]) -> Iterator[type[DomainError]]:
    for child in kind.__subclasses__():
        yield child
        yield from _descendants(child)
