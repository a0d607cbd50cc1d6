"""What the gateway is measured beside: a proxy that checks nothing, HAProxy's own check, and a check asked of Flask."""

from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from quartet.testing import SigningKey

NGINX = """
daemon off; worker_processes 1; pid nginx.pid; error_log stderr crit;
events {{ worker_connections 1024; }}
http {{
    access_log off; keepalive_requests 1000000;
    client_body_temp_path body; proxy_temp_path proxy;
    fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
    default_type application/json;
    {http}
    server {{ listen 127.0.0.1:{port}; {server} }}
}}
"""
PROXIED = 'proxy_http_version 1.1; proxy_set_header Connection "";'
HAPROXY = """
global
    nbthread 1
    maxconn 1000
defaults
    mode http
    timeout connect 5s
    timeout client 30s
    timeout server 30s
frontend gateway
    bind 127.0.0.1:{port}
    http-request set-var(txn.token) http_auth_bearer
    http-request set-var(txn.alg) var(txn.token),jwt_header_query('$.alg')
    http-request set-var(txn.exp) var(txn.token),jwt_payload_query('$.exp','int')
    http-request set-var(txn.now) date()
    http-request deny deny_status 401 unless {{ var(txn.alg) -m str ES256 }}
    http-request deny deny_status 401 unless {{ var(txn.token),jwt_payload_query('$.iss') -m str quartet-auth }}
    http-request deny deny_status 401 unless {{ var(txn.token),jwt_verify(txn.alg,"{key}") -m int 1 }}
    http-request deny deny_status 401 if {{ var(txn.exp),sub(txn.now) -m int lt 0 }}
    default_backend same
backend same
    http-reuse always
    server upstream 127.0.0.1:{upstream}
"""


def write_upstream(folder: Path, port: int) -> None:
    """An nginx that answers from memory."""
    _write_nginx(folder, port, "", "location / { return 200 '{\"visits\":1}'; }")


def write_bare_proxy(folder: Path, port: int, upstream: int) -> None:
    """An nginx that passes everything on: no log, no limits, no check."""
    _write_nginx(folder, port, _upstream("same", upstream), f"location / {{ proxy_pass http://same; {PROXIED} }}")


def write_asking_proxy(folder: Path, port: int, upstream: int, checker: int) -> None:
    """An nginx that asks a service about each request, as many tutorials have it."""
    check = (
        'internal; proxy_pass http://checker/check; proxy_pass_request_body off; proxy_set_header Content-Length "";'
    )
    _write_nginx(
        folder,
        port,
        _upstream("same", upstream) + _upstream("checker", checker),
        f"location / {{ auth_request /check; proxy_pass http://same; {PROXIED} }}"
        f"location = /check {{ {check} {PROXIED} }}",
    )


def write_haproxy(folder: Path, port: int, upstream: int, key: SigningKey) -> None:
    """HAProxy with jwt_verify: signature, algorithm, issuer and expiry of every request; it remembers nothing."""
    folder.mkdir()
    write_public_key(folder / "key.pem", key)
    (folder / "haproxy.cfg").write_text(HAPROXY.format(port=port, upstream=upstream, key=folder / "key.pem"))


def write_public_key(path: Path, key: SigningKey) -> None:
    path.write_bytes(key.private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))


def _upstream(name: str, port: int) -> str:
    return f"upstream {name} {{ server 127.0.0.1:{port}; keepalive 64; }}\n"


def _write_nginx(folder: Path, port: int, http: str, server: str) -> None:
    folder.mkdir()
    (folder / "nginx.conf").write_text(NGINX.format(port=port, http=http, server=server))
