"""The templates of mail: ours, a folder for each language, and the operator's, which take the place of ours one by one.

`TEMPLATES_DIR/mail/<language>/<template>.txt` and `.html` go before the files of the same names in `templates/mail`.
The first line of a text is the subject of the mail.
"""

import functools
import math
from collections.abc import Iterator, Mapping
from email.message import EmailMessage
from email.policy import default
from email.utils import formatdate, make_msgid, parseaddr
from pathlib import Path

from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PackageLoader,
    StrictUndefined,
    TemplateNotFound,
    select_autoescape,
)

from auth.mail import Letter
from auth.settings import AuthSettings

LANGUAGE = "en"  # of whoever reads none of those that there are

_NAME = {"username": "ada"}
_PROOF = {**_NAME, "link": "https://quartet.example/…", "code": "123456", "hours": 24, "minutes": 15}
VALUES: dict[str, Mapping[str, object]] = {
    "confirm": _PROOF,
    "new_email": _PROOF,
    "password_reset": _PROOF,
    "already_registered": _NAME,
    "password_changed": _NAME,
    "email_changed": _NAME,
}
"""All templates, each with examples of the values that it can use."""

KINDS = ("txt", "html")
SEVEN_BITS = default.clone(cte_type="7bit")  # all that SES takes


class BrokenTemplate(Exception):
    """A template can't be read or filled; the message names the file."""


def lives(link: int, code: int) -> dict[str, int]:
    """Return what templates say of how long a link and a code are good, given in seconds."""
    return {"hours": math.ceil(link / 3600), "minutes": math.ceil(code / 60)}


def compose(
    settings: AuthSettings, template: str, languages: str, recipient: str, values: Mapping[str, object]
) -> Letter:
    """Fill a template, in the first of the languages that it is there in.

    Raises:
        BrokenTemplate: the operator's template is wrong.
    """
    language = _language(settings.templates_dir, template, languages)
    text = _fill(settings.templates_dir, f"{language}/{template}.txt", values)
    html = _fill(settings.templates_dir, f"{language}/{template}.html", values)
    subject, _, text = text.lstrip().partition("\n")
    message = EmailMessage(policy=SEVEN_BITS)
    message["From"] = settings.mail_from
    message["To"] = recipient
    message["Subject"] = _one_line(subject)
    message["Date"] = formatdate(usegmt=True)
    message["Message-ID"] = make_msgid(domain=parseaddr(settings.mail_from)[1].rpartition("@")[2])
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text.lstrip("\n"))
    message.add_alternative(html, subtype="html")
    message["Content-Language"] = language
    return Letter(settings.mail_from, recipient, message.as_bytes())


def check(settings: AuthSettings) -> list[str]:
    """Fill every template in every language; return what is wrong, one line each."""
    return list(_problems(settings.templates_dir))


def _problems(directory: Path | None) -> Iterator[str]:
    found = set(_environment(directory).list_templates())
    known = {f"{template}.{kind}": template for template in VALUES for kind in KINDS}
    for path in sorted(found):
        language, _, name = path.partition("/")
        if name not in known:
            yield f"{path}: there is no such template"
        elif not {f"{language}/{known[name]}.{kind}" for kind in KINDS} <= found:
            yield f"{path}: is not used without its other half (a mail needs {' and '.join(KINDS)})"
        else:
            try:
                _fill(directory, path, VALUES[known[name]])
            except BrokenTemplate as error:
                yield str(error)


@functools.cache
def _loader(directory: Path | None) -> BaseLoader:
    ours = PackageLoader("auth", "templates/mail")
    return ChoiceLoader([FileSystemLoader(directory / "mail"), ours]) if directory else ours


@functools.cache
def _environment(directory: Path | None) -> Environment:
    return Environment(
        loader=_loader(directory),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        cache_size=0,  # a file that is put there, or mended, counts at once
    )


def _language(directory: Path | None, template: str, languages: str) -> str:
    for tag in languages.lower().split():
        for language in (tag, tag.partition("-")[0]):
            if all(_is_there(directory, f"{language}/{template}.{kind}") for kind in KINDS):
                return language
    return LANGUAGE


def _is_there(directory: Path | None, path: str) -> bool:
    try:
        _loader(directory).get_source(_environment(directory), path)
    except TemplateNotFound:
        return False
    except Exception:  # it is there and can't be read, which filling it will tell
        return True
    return True


def _fill(directory: Path | None, path: str, values: Mapping[str, object]) -> str:
    lines = {name: _one_line(value) if isinstance(value, str) else value for name, value in values.items()}
    try:
        return _environment(directory).get_template(path).render(lines)
    except Exception as error:  # an operator's template can raise anything
        raise BrokenTemplate(f"{path}: {type(error).__name__}: {error}") from error


def _one_line(text: str) -> str:
    """Return a text without anything that could end a line, and with it a header."""
    return "".join(each if each.isprintable() else " " for each in text)
