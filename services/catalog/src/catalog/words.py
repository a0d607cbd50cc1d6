"""The words of a product, as both databases keep and compare them: in ASCII, so that no collation has a say.

Case does not count, nor do the accents of Latin, Greek and Cyrillic letters. A word is a run of letters, digits and the
marks that belong to them. Scripts that put no space between words are cut into pairs of neighbours: 白色茶壶 is found
by 茶壶 and by 壶.
"""

import re
import unicodedata
from collections.abc import Iterator

LONGEST_KEY = 64  # characters of a name that its place in a list depends on
LONGEST_CODE = 80  # MySQL leaves words of more than 84 out of its index (innodb_ft_max_token_size)
END = "__"  # makes every word long enough for MySQL's index, and none of them one of its stopwords

ACCENTS = re.compile("[\u0300-\u036f]+")
CONTROLS = re.compile("[\0-\x1f\x7f-\x9f]+")
PLAIN_WORDS = re.compile("[a-z0-9]+")
RUNS = re.compile(
    "([\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\U00020000-\U0003ffff]+)"
)
"""Thai, Lao, Burmese, Khmer, Japanese syllables, Chinese characters."""
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def fold(text: str) -> str:
    """Return text of which case, accents and compatibility forms have been taken away."""
    if text.isascii():
        return text.lower()
    bare = ACCENTS.sub("", unicodedata.normalize("NFKD", text.casefold()))
    return unicodedata.normalize("NFKC", bare.casefold())


def sort_key(name: str) -> str:
    """Return what names are ordered by, code point by code point; names with the same key are parted by their id."""
    return " ".join(CONTROLS.sub(" ", fold(name)).split())[:LONGEST_KEY].rstrip()


def kept_words(*texts: str) -> str:
    """Return the words of some texts, each once, as they are kept: a space before each, END behind."""
    codes = dict.fromkeys(code for text in texts for word in _words(text) for code in _codes(word, whole=True))
    return "".join(f" {code}{END}" for code in codes) or " "


def wanted_words(text: str) -> list[list[str]]:
    """Return, for each word of a search, the beginnings that have to occur among the kept words."""
    return [list(dict.fromkeys(_codes(word, whole=False))) for word in dict.fromkeys(_words(text))]


def _words(text: str) -> Iterator[str]:
    folded = fold(text)
    if folded.isascii():
        yield from PLAIN_WORDS.findall(folded)
        return
    spaced = "".join(each if unicodedata.category(each)[0] in "LNM" else " " for each in folded)
    for run in spaced.split():
        yield from filter(None, RUNS.split(run))


def _codes(word: str, *, whole: bool) -> Iterator[str]:
    if not RUNS.fullmatch(word):
        yield _code(word)
        return
    for place in range(max(len(word) - 1, 1)):
        yield _code(word[place : place + 2])
    if whole:
        yield _code(word[-1])


def _code(word: str) -> str:
    """Return a word in a-z and 0-9; the code of a word's beginning is the beginning of the word's code."""
    if word.isascii() and len(word) <= LONGEST_CODE // 2:
        return word.replace("z", "zz")
    code = ""
    for each in word:
        sign = each if each in DIGITS and each != "z" else "zz" if each == "z" else _sign(ord(each))
        if len(code) + len(sign) > LONGEST_CODE:
            break
        code += sign
    return code


def _sign(number: int) -> str:
    """Return z and four digits of base 36, of which the first is none after n."""
    digits = ""
    for _ in range(4):
        number, digit = divmod(number, 36)
        digits = DIGITS[digit] + digits
    return f"z{digits}"
