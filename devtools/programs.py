"""The programs of a developer's platform: what each one runs, with which settings, and how one knows it is ready."""

import sys
from dataclasses import dataclass, field
from pathlib import Path

from devtools import parts
from devtools.binaries import find_nginx, find_valkey
from devtools.given import ROOT, Given
from devtools.local_tls import LocalTls
from devtools.problem import Problem
from devtools.run_directory import RunDirectory
from devtools.secret_files import secret_settings

STORES, SERVICES, EDGE = "stores", "services", "edge"
NAMES = ("valkey", "ses", *parts.COMMANDS, "gateway")


@dataclass(frozen=True)
class Program:
    """One supervised program. Groups start in the order stores, services, edge and stop the other way round."""

    name: str
    group: str
    command: tuple[str, ...]
    ready: str  # an http URL that answers 200, or tcp://host:port
    environment: dict[str, str] = field(default_factory=dict)
    after: str = ""  # at the platform's start, begins when that one is ready; on its own it would do so later


def make_programs(given: Given, ports: dict[str, int], run: RunDirectory) -> tuple[Program, ...]:
    """Every program of a platform, in the order of NAMES; a store or SES that was given is not started.

    Raises Problem when a binary is missing or a setting cannot be meant for several services.
    """
    if "DATABASE_URL" in given.environment:
        raise Problem(
            "DATABASE_URL: auth and catalog have one database each; give AUTH_DATABASE_URL and CATALOG_DATABASE_URL."
        )
    secrets = secret_settings(given, run.secrets)
    programs = [*service_programs(given, ports, run, secrets), gateway(given, ports, run, secrets)]
    if not given.get("REDIS_URL", ""):
        programs.insert(0, valkey(ports))
    if not given.get("AWS_ENDPOINT_URL", ""):
        programs.insert(0, ses(given, ports))
    return tuple(sorted(programs, key=lambda program: NAMES.index(program.name)))


def service_programs(
    given: Given, ports: dict[str, int], run: RunDirectory, secrets: dict[str, str]
) -> tuple[Program, ...]:
    """The four services and their workers."""
    common = {
        "ENVIRONMENT": given.get("ENVIRONMENT", "development"),
        "HOST": "127.0.0.1",
        "PUBLIC_URL": public_url(given, ports),
        "AUTH_URL": f"http://127.0.0.1:{ports['auth']}",
    }
    own = {
        "auth": secrets | {"DATABASE_URL": database_url("auth", given, run)} | mail_settings(given, ports),
        "catalog": {
            "INTERNAL_SECRET": secrets["INTERNAL_SECRET"],
            "DATABASE_URL": database_url("catalog", given, run),
        },
        "counter": {"REDIS_URL": given.get("REDIS_URL", f"redis://127.0.0.1:{ports['valkey']}/0")},
        "vectors": {},
    }

    return tuple(
        Program(
            name=part,
            group=SERVICES,
            command=(service_command(service), command),
            ready=f"http://127.0.0.1:{ports[part]}/health/ready",
            environment=common
            | own[service]
            | {"PORT" if command == "serve" else "WORKER_PORT": str(ports[part]), "STATE_DIR": str(run.of(part))},
            after="auth" if part == "catalog-follower" else "",
        )
        for part, (service, command) in parts.COMMANDS.items()
    )


def gateway(given: Given, ports: dict[str, int], run: RunDirectory, secrets: dict[str, str]) -> Program:
    """nginx, with its configuration rendered by its entrypoint."""
    upstreams = {f"{part.upper()}_UPSTREAM": f"127.0.0.1:{ports[part]}" for part in (*parts.SERVICES, "mailbox")}
    if given.get("AWS_ENDPOINT_URL", ""):
        upstreams["MAILBOX_UPSTREAM"] = ""
    return Program(
        name="gateway",
        group=EDGE,
        after="auth",
        command=(str(ROOT / "gateway" / "entrypoint.sh"),),
        ready=f"{local_url(given, ports)}/health",
        environment=upstreams
        | {
            "NGINX": given.get("NGINX", "") or find_nginx(),
            "HOST": given.host,
            "PORT": str(ports["gateway"]),
            "INTERNAL_PORT": str(ports["gateway-internal"]),
            "METRICS_PORT": str(ports["gateway-metrics"]),
            "INTERNAL_SECRET": secrets["INTERNAL_SECRET"],
            "RUN_DIR": str(run.of("gateway")),
        }
        | tls_settings(given, ports, run),
    )


def local_tls(given: Given, run: RunDirectory) -> LocalTls | None:
    """The certificate of this machine's own; None without TLS, and where another one was given."""
    return LocalTls(run.certificates) if given.tls and not given.get("TLS_CERTIFICATE", "") else None


def tls_settings(given: Given, ports: dict[str, int], run: RunDirectory) -> dict[str, str]:
    """Nothing without TLS; else where, and the certificate of this machine's own unless another was given.

    Browsers are told to forget what HSTS says of localhost, where other things run too, without TLS.
    """
    if not given.tls:
        return {}
    settings = {"TLS_PORT": str(ports["gateway-tls"]), "PUBLIC_URL": public_url(given, ports)}
    local = local_tls(given, run)
    if local is None:
        return settings
    local.prepare()
    own = {"TLS_CERTIFICATE": str(local.certificate), "TLS_KEY": str(local.key)}
    return settings | own | {"HSTS_MAX_AGE": given.get("HSTS_MAX_AGE", "0")}


def valkey(ports: dict[str, int]) -> Program:
    """Valkey on this machine's own address, with every write logged to disk."""
    listening = ("--bind", "127.0.0.1", "--port", str(ports["valkey"]), "--loglevel", "warning")
    return Program(
        name="valkey",
        group=STORES,
        command=(find_valkey(), *listening, "--appendonly", "yes", "--save", "", "--dir", "."),
        ready=f"tcp://127.0.0.1:{ports['valkey']}",
    )


def ses(given: Given, ports: dict[str, int]) -> Program:
    """The local SES and its mailbox page."""
    return Program(
        name="ses",
        group=STORES,
        command=(sys.executable, "-m", "devtools.mailbox"),
        ready=f"http://127.0.0.1:{ports['mailbox']}/mailbox/messages",
        environment=mail_settings(given, ports)
        | {"HOST": "127.0.0.1"}
        | {name: str(ports[name[:-5].lower()]) for name in ("SES_PORT", "MAILBOX_PORT")},
    )


def mail_settings(given: Given, ports: dict[str, int]) -> dict[str, str]:
    """Where mail goes. The local SES takes any credentials; a developer's own ones must not reach it."""
    settings = {
        "MAIL_FROM": given.get("MAIL_FROM", "Quartet <no-reply@quartet.example>"),
        "AWS_REGION": given.get("AWS_REGION", "eu-central-1"),
    }
    if endpoint := given.get("AWS_ENDPOINT_URL", ""):
        return settings | {"AWS_ENDPOINT_URL": endpoint}
    return settings | {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{ports['ses']}",
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
    }


def database_url(service: str, given: Given, run: RunDirectory) -> str:
    """The service's own database: as given, else an SQLite file in the service's folder."""
    return given.get(f"{service.upper()}_DATABASE_URL", f"sqlite:///{run.of(service) / service}.db")


def public_url(given: Given, ports: dict[str, int]) -> str:
    own = f"https://localhost:{ports['gateway-tls']}" if given.tls else f"http://localhost:{ports['gateway']}"
    return given.get("PUBLIC_URL", own)


def local_url(given: Given, ports: dict[str, int]) -> str:
    """The gateway's address for programs on this machine; with TLS, only its health answers there."""
    host = "127.0.0.1" if given.host in ("0.0.0.0", "localhost") else given.host  # noqa: S104
    return f"http://{host}:{ports['gateway']}"


def service_command(name: str) -> str:
    """The service's console script, beside the Python that runs the launcher."""
    return str(Path(sys.executable).parent / name)
