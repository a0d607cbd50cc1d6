"""`python -m devtools.api_document`: write the published documents."""

from devtools.api_document import pages
from devtools.given import ROOT


def main() -> None:
    for path, text in pages().items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        print(f"Wrote {path.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
