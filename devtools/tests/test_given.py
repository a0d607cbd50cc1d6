"""Broken settings are told in one line that names them."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from devtools.given import ROOT, Given, read_env_file
from devtools.parts import parts_of
from devtools.ports import choose_ports, free_block
from devtools.problem import Problem
from devtools.programs import make_programs, public_url
from devtools.run_directory import RunDirectory


def devtools(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        (sys.executable, "-m", "devtools", *arguments),
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_busy_port_is_told_in_one_line_that_names_the_setting(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        result = devtools("--env-file", str(tmp_path / ".env"), "start", RUN_DIR=str(tmp_path), PORT=str(port))

    assert result.returncode == 1
    assert result.stderr == (
        f"Error: Port {port} is in use; choose another with PORT, for example: PORT=18080 make run\n"
    )


def test_a_line_that_cannot_be_read_is_told_by_its_number(tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text("# mail\n\nEMAIL_CONFIRMATION=off\n\nthis is no setting\n")

    result = devtools("--env-file", str(env_file), "status")

    assert result.returncode == 1
    assert result.stderr == "Error: .env line 5: 'this is no setting': expected NAME=value.\n"


@pytest.mark.parametrize("line", ["NAME", "=value", "NAME='never closed", "two words=1"])
def test_lines_that_are_no_settings_are_refused(tmp_path: Path, line: str) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text(line + "\n")

    with pytest.raises(Problem, match=r"\.env line 1: "):
        read_env_file(env_file)


def test_the_message_about_a_broken_line_does_not_show_its_value(tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text("INTERNAL_SECRET='do not print me\n")

    with pytest.raises(Problem) as problem:
        read_env_file(env_file)

    assert "do not print me" not in problem.value.message


def test_the_process_environment_wins_over_the_file(tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_text(f"RUN_DIR={tmp_path}/from-file\nPORT=70000\n")

    result = devtools("--env-file", str(env_file), "start", RUN_DIR=str(tmp_path / "from-environment"))

    assert result.stderr == "Error: PORT: 70000 is no port.\n"
    assert (tmp_path / "from-environment").is_dir()
    assert not (tmp_path / "from-file").exists()


def test_a_run_directory_that_nginx_cannot_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Problem, match=r"RUN_DIR: .* has a character other than"):
        _ = Given({"RUN_DIR": str(tmp_path / "my folder")}).run_dir


def test_internal_ports_can_be_chosen_and_never_repeat() -> None:
    chosen = free_block()[-1]

    ports = choose_ports(Given({"PORT": "0", "AUTH_PORT": str(chosen)}))

    assert ports["auth"] == chosen
    assert len(set(ports.values())) == len(ports)


def test_one_database_for_two_services_is_refused(tmp_path: Path) -> None:
    given = Given({"PORT": "0", "DATABASE_URL": "mysql+pymysql://somewhere/quartet"})

    with pytest.raises(Problem, match="AUTH_DATABASE_URL and CATALOG_DATABASE_URL"):
        make_programs(given, choose_ports(given), RunDirectory(tmp_path))


def test_a_given_store_is_not_started(tmp_path: Path) -> None:
    given = Given({"PORT": "0", "REDIS_URL": "redis://elsewhere/0", "AWS_ENDPOINT_URL": "https://elsewhere"})

    programs = {program.name: program for program in make_programs(given, choose_ports(given), RunDirectory(tmp_path))}

    assert not {"valkey", "ses"} & set(programs)
    assert programs["counter"].environment["REDIS_URL"] == "redis://elsewhere/0"
    assert programs["gateway"].environment["MAILBOX_UPSTREAM"] == ""
    assert "AWS_ACCESS_KEY_ID" not in programs["auth-mailer"].environment


def test_no_secret_is_in_a_command_or_readable_by_others(tmp_path: Path) -> None:
    given = Given({"PORT": "0"})
    programs = make_programs(given, choose_ports(given), RunDirectory(tmp_path))

    for file in (tmp_path / "secrets").iterdir():
        assert file.stat().st_mode & 0o077 == 0
        assert not any(file.read_text().strip() in " ".join(program.command) for program in programs)


def test_a_program_gets_no_secret_that_it_does_not_use(tmp_path: Path) -> None:
    given = Given({"RUN_DIR": str(tmp_path)})
    holders: dict[str, set[str]] = {"INTERNAL_SECRET": set(), "SECRET_KEYS": set()}
    for program in make_programs(given, choose_ports(given), RunDirectory(tmp_path)):
        for secret in holders.keys() & program.environment.keys():
            holders[secret].add(program.name)
    auth, catalog = set(parts_of("auth")), set(parts_of("catalog"))
    assert holders == {"INTERNAL_SECRET": auth | catalog | {"gateway"}, "SECRET_KEYS": auth}


def test_without_tls_no_port_is_taken_for_it_and_no_certificate_made(tmp_path: Path) -> None:
    given = Given({"PORT": "0", "TLS": "0", "TLS_PORT": "1"})
    ports = choose_ports(given)
    gateway = next(
        program for program in make_programs(given, ports, RunDirectory(tmp_path)) if program.name == "gateway"
    )
    assert "gateway-tls" not in ports
    assert not any(name.startswith("TLS") for name in gateway.environment)
    assert not (tmp_path / "certificates").exists()
    assert public_url(given, ports).startswith("http:")


def test_with_tls_the_gateway_gets_a_certificate_and_all_get_the_address(tmp_path: Path) -> None:
    given = Given({"PORT": "0", "TLS": "1", "TLS_PORT": "0"})
    ports = choose_ports(given)
    url = f"https://localhost:{ports['gateway-tls']}"
    programs = {program.name: program for program in make_programs(given, ports, RunDirectory(tmp_path))}
    gateway = programs["gateway"].environment
    assert {programs[name].environment["PUBLIC_URL"] for name in ("auth", "auth-mailer", "gateway")} == {url}
    assert (gateway["TLS_PORT"], gateway["HSTS_MAX_AGE"]) == (str(ports["gateway-tls"]), "0")
    assert gateway["TLS_CERTIFICATE"] == str(tmp_path / "certificates/certificate.pem")
    assert (tmp_path / "certificates/key.pem").stat().st_mode & 0o777 == 0o600


def test_a_certificate_that_was_given_is_used(tmp_path: Path) -> None:
    given = Given(
        {"PORT": "0", "TLS_PORT": "0", "TLS_CERTIFICATE": "/given.pem", "PUBLIC_URL": "https://given.example"}
    )
    programs = make_programs(given, choose_ports(given), RunDirectory(tmp_path))
    gateway = next(program for program in programs if program.name == "gateway").environment
    assert gateway["PUBLIC_URL"] == "https://given.example"
    assert "TLS_CERTIFICATE" not in gateway
    assert not (tmp_path / "certificates").exists()


def test_a_tls_that_is_no_answer_is_refused() -> None:
    with pytest.raises(Problem, match="TLS: expected 0 or 1, got 'yes'"):
        choose_ports(Given({"PORT": "0", "TLS": "yes"}))
