"""How a badge looks: a label and a number side by side, as SVG."""

from importlib.resources import files
from string import Template
from unicodedata import combining, east_asian_width
from xml.sax.saxutils import escape

TEMPLATE = Template(files("counter").joinpath("templates/badge.svg").read_text())
MARGIN = 6
UNITS = "kMGTPE"
FULL = 999_999
"""Up to here a number stands in full."""

WIDTHS = {"ijl|!.,:;'": 3.2, "I()[]frt/- ": 4.3, "mwMW@%&": 10.5}
WIDTH = {letter: width for letters, width in WIDTHS.items() for letter in letters}


def draw(label: str, value: int, color: str) -> str:
    """Return a badge as an SVG document; `color` is `#rrggbb`. The title has the value in full."""
    number = shortened(value)
    label_length, value_length = length(label), length(number)
    label_width, value_width = label_length + 2 * MARGIN, value_length + 2 * MARGIN
    text = {"label": label, "value": number, "title": f"{label}: {value}", "color": color, "ink": ink(color)}
    numbers = {
        "label_length": label_length,
        "value_length": value_length,
        "label_width": label_width,
        "value_width": value_width,
        "label_middle": label_width / 2,
        "value_middle": label_width + value_width / 2,
        "width": label_width + value_width,
        "inner_width": label_width + value_width - 1,
    }
    return TEMPLATE.substitute({name: escape(each, {'"': "&quot;"}) for name, each in text.items()}, **numbers)


def shortened(value: int) -> str:
    """Return a number in at most seven digits, cut rather than rounded: 999999, 1.23M, 9.22E."""
    if abs(value) <= FULL:
        return str(value)
    digits = str(abs(value))
    unit, whole = divmod(len(digits) - 1, 3)
    shown = f"{digits[: whole + 1]}.{digits[whole + 1 : 3]}".rstrip("0").rstrip(".") if whole < 2 else digits[:3]
    return f"{'-' if value < 0 else ''}{shown}{UNITS[unit - 1]}"


def length(text: str) -> int:
    """Return about how many pixels a text takes; the image tells browsers to keep to that, whatever their font."""
    return max(round(sum(map(_width, text))), 7)


def _width(character: str) -> float:
    if combining(character):
        return 0
    if east_asian_width(character) in "WF":
        return 11
    return WIDTH.get(character, 7)


def ink(color: str) -> str:
    """Return white or near black, whichever is read more easily on a colour (WCAG 2.2, contrast ratio)."""
    channels = (int(color[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return "#fff" if 0.2126 * red + 0.7152 * green + 0.0722 * blue < 0.179 else "#111"
