"""What cannot import the list of parts names the same ones."""

import re
import tomllib

import yaml

from devtools.given import ROOT
from devtools.parts import COMMANDS, IMAGES, PARTS, SERVICES
from devtools.reference.fields import gateway_settings


def read(path: str) -> str:
    return (ROOT / path).read_text()


def test_the_makefile_has_the_services_and_the_images() -> None:
    makefile = read("Makefile")
    assert re.findall(r"^SERVICES := (.*)$", makefile, re.MULTILINE) == [" ".join(SERVICES)]
    assert f"(SERVICE={'|'.join(IMAGES)} " in makefile


def test_an_image_can_be_built_of_each() -> None:
    cases = re.findall(r"^    ([a-z| ]+)\) set --", read("deploy/image.sh"), re.MULTILINE)
    assert [image for case in cases for image in case.split(" | ")] == list(IMAGES)


def test_compose_runs_each_part_as_its_service_would() -> None:
    parts = {
        name: part
        for file in ("compose/compose.yaml", "compose/compose.dev.yaml")
        for name, part in yaml.load(read(file), ComposeLoader)["services"].items()  # noqa: S506 - a SafeLoader
        if "image" in part and part.get("healthcheck") != {"disable": True}
    }
    assert set(parts) == {"mysql", *PARTS}
    for name, (service, command) in COMMANDS.items():
        assert parts[name]["image"] == f"${{REGISTRY:-quartet}}/{service}:${{{service.upper()}_TAG:-${{TAG:-dev}}}}"
        assert parts[name].get("command", ["serve"]) == [command]


class ComposeLoader(yaml.SafeLoader):
    """YAML with Compose's own tags, which say how to join and not what."""


ComposeLoader.add_multi_constructor("!", lambda loader, _, node: loader.construct_sequence(node))


def test_the_gateway_reaches_each_service() -> None:
    upstreams = [name for name, _, _ in gateway_settings() if name.endswith("_UPSTREAM")]
    assert upstreams == [f"{name.upper()}_UPSTREAM" for name in (*SERVICES, "mailbox")]


def test_the_tools_look_at_each_service() -> None:
    tools = tomllib.loads(read("pyproject.toml"))["tool"]
    contracts = {contract["name"]: contract for contract in tools["importlinter"]["contracts"]}
    assert tools["importlinter"]["root_packages"] == ["quartet", *SERVICES]
    assert contracts["The shared library knows no service"]["forbidden_modules"] == list(SERVICES)
    assert contracts["Services do not know each other"]["modules"] == list(SERVICES)
    assert contracts["Use cases know no Flask"]["source_modules"] == [f"{name}.use_cases" for name in SERVICES]
    assert contracts["Routes reach the repository through use cases"]["source_modules"] == [
        f"{name}.{room}" for room in ("routes", "legacy") for name in SERVICES
    ]
    for name in SERVICES:
        assert f"services/{name}/src" in tools["mypy"]["mypy_path"].split(":")
        assert f"services/{name}/tests" in tools["pytest"]["testpaths"]
