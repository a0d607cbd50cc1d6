"""The kinds of values that settings have, beside plain ones."""

import ssl
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, HttpUrl, TypeAdapter
from pydantic_settings import NoDecode


def _plain_url(value: Any) -> str:
    return str(TypeAdapter(HttpUrl).validate_python(value)).rstrip("/")


Url = Annotated[str, BeforeValidator(_plain_url)]
"""An http or https URL without a trailing slash."""


def _words(value: Any) -> Any:
    return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value


Algorithms = Annotated[tuple[Literal["ES256", "RS256"], ...], NoDecode, BeforeValidator(_words), Field(min_length=1)]
"""Algorithms, in one setting apart by spaces or commas."""


def _networks(value: Any) -> Any:
    words = _words(value)
    if not isinstance(words, list | tuple) or not all(isinstance(word, str) for word in words):
        return words  # the type's own complaint is clear
    return tuple(str(ip_network(word, strict=False)) for word in words)


Networks = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_networks)]
"""Addresses and networks in CIDR notation, in one setting apart by spaces or commas."""


def _with_certificates(file: Path) -> Path:
    try:
        ssl.create_default_context(cafile=file)
    except OSError:
        raise ValueError("there is no file with certificates (PEM) that can be read") from None
    return file


Authority = Annotated[Path, AfterValidator(_with_certificates)]
"""A file with the certificates of authorities, in PEM."""
