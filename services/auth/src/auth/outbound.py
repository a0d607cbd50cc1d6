"""Requests to hosts outside that a message names: only where they were allowed, never elsewhere, small and quick."""

import re
import time
from collections.abc import Collection
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import HTTPError

CONNECT_TIMEOUT, READ_TIMEOUT, LONGEST = 3.0, 3.0, 8.0
LARGEST = 64 * 1024

PLAIN = re.compile(r"https://[a-z0-9.-]+(:[0-9]{1,5})?/[A-Za-z0-9._~%?&=:/+-]*")
"""A URL that can be read in one way only: no user, no fragment, no backslash, nothing but ASCII."""


class HostNotAllowed(Exception):
    """The URL leads elsewhere than it may; nothing was asked there."""


class FetchFailed(Exception):
    """The host did not answer as it should; it may later."""


def check_url(url: str, hosts: Collection[str]) -> str:
    """Return the path of an https URL at one of `hosts` (with a port where it is not 443); raises HostNotAllowed."""
    if not PLAIN.fullmatch(url) or urlsplit(url).netloc not in hosts:
        raise HostNotAllowed
    return urlsplit(url).path


def fetch(url: str) -> bytes:
    """Return what a GET brings; redirects are not followed, and it is small and quick or not at all.

    Raises:
        FetchFailed: in every other case.
    """
    give_up = time.monotonic() + LONGEST
    found = bytearray()
    try:
        with requests.get(url, timeout=(CONNECT_TIMEOUT, READ_TIMEOUT), allow_redirects=False, stream=True) as answer:
            if answer.status_code != requests.codes.ok:
                raise FetchFailed(f"status {answer.status_code}")
            while part := answer.raw.read1(LARGEST):
                found += part
                if len(found) > LARGEST or time.monotonic() > give_up:
                    raise FetchFailed("too long")
    except (requests.RequestException, OSError, HTTPError) as error:
        raise FetchFailed(f"{type(error).__name__}: {error}") from error
    return bytes(found)
