"""Asking a program whether it is ready."""

import socket
from http import HTTPStatus
from urllib.parse import urlsplit

import requests


def is_ready(address: str, timeout: float = 2) -> bool:
    """Whether a tcp://host:port takes connections, or an http URL answers 200 and, where it tells a status, "ok"."""
    target = urlsplit(address)
    if target.scheme == "tcp":
        try:
            socket.create_connection((target.hostname or "", target.port or 0), timeout).close()
        except OSError:
            return False
        return True
    try:
        with requests.Session() as session:
            session.trust_env = False  # a proxy setting is not meant for this machine's own addresses
            response = session.get(address, timeout=timeout, allow_redirects=False)
            document = response.json()
    except requests.RequestException:
        return False
    status = document.get("status", "ok") if isinstance(document, dict) else "ok"
    return response.status_code == HTTPStatus.OK and status == "ok"
