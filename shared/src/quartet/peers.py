"""Asking another part of the platform over HTTP: straight, whatever proxy and .netrc are for the world outside."""

import os
from collections.abc import Mapping
from urllib.parse import urlsplit

import requests

from quartet import tracing


def get(
    url: str,
    *,
    timeout: tuple[float, float],
    params: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> requests.Response:
    """Return what a GET is answered with; raises requests.RequestException."""
    with requests.Session() as session:
        session.trust_env = False
        # Only proxies and .netrc would take the secret elsewhere: the authority of a private network is still believed.
        session.verify = os.environ.get("REQUESTS_CA_BUNDLE") or True
        host = urlsplit(url)
        asked: tracing.Attributes = {
            "http.request.method": "GET",
            "url.full": url,
            "server.address": host.hostname or "",
            "server.port": host.port or (443 if host.scheme == "https" else 80),
        }
        with tracing.span("GET", asked) as span:
            answer = session.get(url, timeout=timeout, params=params, headers={**(headers or {}), **tracing.headers()})
            if span is not None:
                span.set_attribute("http.response.status_code", answer.status_code)
            return answer
