"""Asking another part of the platform over HTTP: straight, whatever proxy and .netrc are for the world outside."""

import os
from collections.abc import Mapping

import requests


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
        return session.get(url, timeout=timeout, params=params, headers=headers)
