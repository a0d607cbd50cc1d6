"""`python -m devtools.api_compatibility check`, or `release`, which makes today's API the released one."""

import sys

from devtools.api_compatibility.documents import DOCUMENTS, read, released_file, write_surface
from devtools.api_compatibility.operations import breaking_changes

ADVICE = "A breaking change needs a new route, and the old one stays: docs/operations/api-versions.md"


def main() -> int:
    if sys.argv[1:] not in (["check"], ["release"]):
        print("usage: python -m devtools.api_compatibility check|release", file=sys.stderr)
        return 64
    found = [
        f"{name}: {change}"
        for name, file in DOCUMENTS.items()
        if released_file(file).exists()
        for change in breaking_changes(read(released_file(file)), read(file))
    ]
    if found:
        print("\n".join([*found, ADVICE]), file=sys.stderr)
        return 1
    if sys.argv[1] == "release":
        for file in DOCUMENTS.values():
            write_surface(file)
    elif missing := [name for name, file in DOCUMENTS.items() if not released_file(file).exists()]:
        print(f"no released API of {', '.join(missing)}: make release-api", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
