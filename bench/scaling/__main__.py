"""`python -m bench.scaling [TABLE …]` prints tables; `write` brings the pages up to date; `measure` measures."""

import sys

from bench.scaling.pages import PAGES, TABLES, filled


def main(names: list[str]) -> None:
    if names == ["measure"]:
        from bench.scaling import measure

        print(measure.table())
    elif names == ["write"]:
        for page in PAGES:
            page.write_text(filled(page.read_text()))
    elif unknown := set(names) - set(TABLES):
        sys.exit(f"no such table: {', '.join(sorted(unknown))}; there are {', '.join(TABLES)}, write and measure")
    else:
        for name in names or TABLES:
            print(f"\n{name}\n\n{TABLES[name]()}")


if __name__ == "__main__":
    main(sys.argv[1:])
