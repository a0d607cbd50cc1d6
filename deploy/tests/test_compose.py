"""What `make compose` prints, read as Docker reads it."""

import re
import subprocess
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import yaml

from devtools.deployment_secrets import make_secrets
from devtools.given import ROOT
from devtools.parts import COMMANDS, parts_of

STEPS = {"auth-migrate", "auth-first-admin", "catalog-migrate"}
STORES = {"mysql", "redis"}
BASIC = STEPS | STORES | COMMANDS.keys()
VARIANTS = {
    ("dev", "basic"): BASIC,
    ("dev", "nginx"): BASIC | {"gateway"},
    ("dev", "full"): BASIC | {"gateway", "ses"},
    ("prod", "basic"): BASIC,
    ("prod", "nginx"): BASIC | {"gateway"},
    ("prod", "full"): BASIC | {"gateway"},
}


def rendered(environment: str, variant: str, **more: str) -> dict[str, Any]:
    given = [f"{name}={value}" for name, value in ({"ENV": environment, "VARIANT": variant} | more).items()]
    result = subprocess.run(["make", "compose", *given], cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return dict(yaml.safe_load(result.stdout))


@pytest.fixture(scope="module", params=VARIANTS, ids="-".join)
def services(request: pytest.FixtureRequest) -> dict[str, Any]:
    return dict(rendered(*request.param)["services"])


@pytest.mark.parametrize(("environment", "variant"), VARIANTS)
def test_a_variant_has_its_parts(environment: str, variant: str) -> None:
    assert set(rendered(environment, variant)["services"]) == VARIANTS[environment, variant]


def test_every_part_is_held_within_limits(services: dict[str, Any]) -> None:
    for name, part in services.items():
        assert part["deploy"]["resources"]["limits"].keys() >= {"cpus", "memory"}, name
        assert part["logging"]["options"]["max-size"], name


def test_every_part_has_the_least_rights(services: dict[str, Any]) -> None:
    for name, part in services.items():
        assert part["read_only"], name
        assert part["cap_drop"] == ["ALL"], name
        assert "no-new-privileges:true" in part["security_opt"], name


def test_every_part_that_stays_tells_its_health(services: dict[str, Any]) -> None:
    for name in services.keys() - STEPS:
        assert services[name]["healthcheck"]["test"], name
        assert services[name]["restart"] == "unless-stopped", name


def test_in_production_only_the_gateway_can_be_reached() -> None:
    services = rendered("prod", "full")["services"]
    assert {name for name, part in services.items() if part.get("ports")} == {"gateway"}


def test_in_development_the_parts_can_be_reached_from_this_machine_alone() -> None:
    services = rendered("dev", "full")["services"]
    for name, part in services.items():
        for port in part.get("ports", []):
            assert port.get("host_ip") == "127.0.0.1", name


def test_what_holds_data_meets_no_network_that_leads_outside() -> None:
    document = rendered("prod", "full")
    inner = {name for name, network in document["networks"].items() if network.get("internal")}
    for name in STORES | COMMANDS.keys() - {"auth-mailer"}:
        assert set(document["services"][name]["networks"]) <= inner, name


def holders(services: dict[str, Any], *secrets: str) -> set[str]:
    return {
        name for name, part in services.items() for secret in part.get("secrets", []) if secret["source"] in secrets
    }


def test_only_who_changes_the_schema_holds_the_account_that_may(services: dict[str, Any]) -> None:
    found = holders(services, "auth_schema_url", "catalog_schema_url")
    assert found == {"mysql", "auth-migrate", "catalog-migrate"}


def test_only_who_serves_or_reads_the_feed_holds_its_secret(services: dict[str, Any]) -> None:
    found = holders(services, "internal_secret")
    assert found - {"gateway"} == {*STEPS, *parts_of("auth"), *parts_of("catalog")}


def test_only_who_sends_mail_holds_credentials_of_aws(services: dict[str, Any]) -> None:
    assert holders(services, "aws_credentials") == {"auth-mailer"}
    assert services["auth-mailer"]["environment"]["AWS_SHARED_CREDENTIALS_FILE"] == "/run/secrets/aws_credentials"
    assert {name for name, part in services.items() if "AWS_SECRET_ACCESS_KEY" in part.get("environment", {})} <= {
        "auth-mailer"
    }


@pytest.mark.parametrize("environment", ["dev", "prod"])
def test_the_settings_file_of_every_container_has_no_place_for_a_secret(environment: str) -> None:
    names = re.findall(r"\b[A-Z][A-Z_]+\b", (ROOT / f"compose/{environment}.env").read_text())
    assert "ENVIRONMENT" in names
    assert not [name for name in names if re.search("SECRET|KEY|PASSWORD|TOKEN|CREDENTIAL", name)]


def test_no_secret_is_in_the_rendered_file(tmp_path: Path) -> None:
    make_secrets(tmp_path)
    for environment, variant in product(("dev", "prod"), ("full",)):
        text = yaml.dump(rendered(environment, variant, SECRETS_DIR=str(tmp_path)))
        for file in tmp_path.iterdir():
            secret = file.read_text().strip()
            assert not secret or secret not in text, file.name


@pytest.mark.parametrize(
    ("environment", "url", "address", "port"),
    [("dev", "https://localhost:8443", "127.0.0.1", "8443"), ("prod", "https://quartet.example", "0.0.0.0", "443")],  # noqa: S104 - compared, not listened at
)
def test_with_tls_the_gateway_has_its_certificate_and_all_know_the_address(
    environment: str, url: str, address: str, port: str
) -> None:
    services = rendered(environment, "full", TLS="1")["services"]
    gateway = services["gateway"]
    assert {name for name, part in services.items() if part.get("environment", {}).get("PUBLIC_URL") == url} >= {
        "gateway",
        *COMMANDS,
    }
    assert {secret["source"] for secret in gateway["secrets"]} == {"internal_secret", "tls_certificate", "tls_key"}
    assert gateway["environment"]["TLS_KEY"] == "/run/secrets/tls_key"
    assert gateway["environment"]["TLS_PORT"] == "8443"
    (published,) = (entry for entry in gateway["ports"] if entry["target"] == 8443)
    assert (published["host_ip"], published["published"]) == (address, port)
    for name in services.keys() - {"gateway"}:
        assert not any(secret["source"].startswith("tls") for secret in services[name].get("secrets", []))
