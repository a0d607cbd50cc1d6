"""Origins (RFC 6454): scheme, host and port, as a browser names the page that calls."""

from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import BeforeValidator
from pydantic_settings import NoDecode

PORTS = {"http": 80, "https": 443}


def origin_of(url: str) -> str:
    """Return the origin of an http or https URL as browsers write it; raises ValueError."""
    parts = urlsplit(url)
    if parts.scheme not in PORTS or not parts.hostname:
        raise ValueError("should be an origin such as https://app.example")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    port = "" if parts.port in (None, PORTS[parts.scheme]) else f":{parts.port}"
    return f"{parts.scheme}://{host}{port}"


def _origins(value: Any) -> Any:
    words = value.replace(",", " ").split() if isinstance(value, str) else value
    if not isinstance(words, list | tuple) or not all(isinstance(word, str) for word in words):
        return words  # the type's own complaint is clear
    for word in words:
        if origin_of(word) != word.lower():
            raise ValueError("should hold origins such as https://app.example, without a path or a usual port")
    return tuple(word.lower() for word in words)


Origins = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_origins)]
"""Origins, in one setting apart by spaces or commas."""
