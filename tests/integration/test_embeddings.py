"""OpenAI's own clients, unchanged, with our address and an access token for a key."""

import functools
import json
import os
import re
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import openai
import pytest

from devtools.given import ROOT
from devtools.node_packages import installed
from quartet.testing.waiting import eventually
from tests.integration.platform_client import Api, User

CLIENT = Path(__file__).parent / "openai"
FOX, FAST, TAX = "The quick brown fox", "A fast dark fox", "Tax law of the country"
MODEL = "wordllama-256"


def client_of(api: Api, key: str | Callable[[], str]) -> openai.OpenAI:
    """OpenAI's client, which retries nothing; from here straight to the platform, whatever proxy there is."""
    trusted = ssl.create_default_context(cafile=os.environ.get("REQUESTS_CA_BUNDLE"))
    http = openai.DefaultHttpxClient(trust_env=False, verify=trusted)
    return openai.OpenAI(base_url=f"{api.url}/v1", api_key=key, max_retries=0, http_client=http)


@pytest.fixture
def client(api: Api, new_user: Callable[[], User]) -> Iterator[openai.OpenAI]:
    with client_of(api, new_user()["access_token"]) as client:
        yield client


def test_the_python_client_embeds(client: openai.OpenAI) -> None:
    answer = client.embeddings.create(model=MODEL, input=[FOX, FAST, TAX])
    fox, fast, tax = (np.array(each.embedding) for each in answer.data)
    assert [each.index for each in answer.data] == [0, 1, 2]
    assert fox @ fast > 0.5 > fox @ tax
    assert answer.model == MODEL
    assert answer.usage.prompt_tokens == answer.usage.total_tokens > 10

    plain = client.embeddings.create(model=MODEL, input=FOX, encoding_format="float").data[0].embedding
    assert np.array(plain, np.float32).tolist() == fox.astype(np.float32).tolist()

    cut = np.array(client.embeddings.create(model=MODEL, input=FOX, dimensions=64, user="me").data[0].embedding)
    assert cut == pytest.approx(fox[:64] / np.linalg.norm(fox[:64]), abs=1e-6)


def test_the_example_of_the_readme_runs(api: Api, new_user: Callable[[], User]) -> None:
    (example,) = re.findall("```python\n(.*?)```", (ROOT / "services/vectors/README.md").read_text(), re.DOTALL)
    environment = {"OPENAI_BASE_URL": f"{api.url}/v1", "OPENAI_API_KEY": new_user()["access_token"], "NO_PROXY": "*"}
    if authority := os.environ.get("REQUESTS_CA_BUNDLE"):
        environment["SSL_CERT_FILE"] = authority
    result = subprocess.run(
        (sys.executable, "-c", example), env=os.environ | environment, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    assert re.fullmatch(r"\[(-?0\.\d+(e-\d+)?(, )?){3}\] \d+\n", result.stdout)


def test_the_python_client_asks_for_its_key_when_it_needs_one(api: Api, new_user: Callable[[], User]) -> None:
    keys = iter([new_user()["access_token"], "none-of-ours"])
    with client_of(api, lambda: next(keys)) as client:
        assert client.models.retrieve(MODEL).id == MODEL
        with pytest.raises(openai.AuthenticationError):
            client.models.retrieve(MODEL)


def test_the_python_client_takes_as_much_as_openai_does(client: openai.OpenAI) -> None:
    answer = client.embeddings.create(model=MODEL, input=[f"{'fox ' * 40}{n}" for n in range(2_048)])
    assert [each.index for each in answer.data] == list(range(2_048))


def test_the_python_client_finds_the_models(client: openai.OpenAI) -> None:
    assert MODEL in [model.id for model in client.models.list()]
    assert client.models.retrieve(MODEL).id == MODEL


def test_the_python_client_raises_what_its_users_expect(client: openai.OpenAI) -> None:
    with pytest.raises(openai.BadRequestError) as tokens:
        client.embeddings.create(model=MODEL, input=[791, 4062])
    assert (tokens.value.param, tokens.value.code) == ("input", "invalid_input")
    assert "Token ids are not taken; send the text itself" in tokens.value.message
    with pytest.raises(openai.BadRequestError, match="at most 2048 items"):
        client.embeddings.create(model=MODEL, input=["fox"] * 2_049)
    with pytest.raises(openai.NotFoundError, match=f"there is .*{MODEL}") as unknown:
        client.embeddings.create(model="text-embedding-3-small", input=FOX)
    assert (unknown.value.param, unknown.value.code) == ("model", "model_not_found")
    with pytest.raises(openai.NotFoundError, match="There is no such route"):
        client.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": FOX}])
    with pytest.raises(openai.APIStatusError, match="longer than this route takes") as large:
        client.embeddings.create(model=MODEL, input="x" * 6 * 2**20)
    assert large.value.status_code == 413


def test_a_token_that_was_given_up_is_an_authentication_error(api: Api, new_user: Callable[[], User]) -> None:
    user = new_user()
    assert api.post("/api/auth/logout", token=user["access_token"]).status_code == 204
    for key, code in (("sk-none-of-ours", "token_invalid"), (user["access_token"], "token_revoked")):
        with client_of(api, key) as stranger:
            error = eventually(functools.partial(authentication_error, stranger))
        assert error.code == code
        assert error.type == "invalid_request_error"
        assert error.message.startswith("Error code: 401")


def authentication_error(client: openai.OpenAI) -> openai.AuthenticationError | None:
    try:
        client.models.list()
    except openai.AuthenticationError as error:
        return error
    return None


@pytest.fixture(scope="module")
def node_client(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A script that uses OpenAI's client for Node, with the client installed beside it as the lock file has it."""
    return installed(CLIENT, tmp_path_factory.mktemp("openai")) / "embed.js"


@pytest.mark.needs("node", "npm")
def test_the_node_client_works_as_it_is(node_client: Path, api: Api, new_user: Callable[[], User]) -> None:
    environment = {"OPENAI_BASE_URL": f"{api.url}/v1", "OPENAI_API_KEY": new_user()["access_token"], "MODEL": MODEL}
    if authority := os.environ.get("REQUESTS_CA_BUNDLE"):
        environment["NODE_EXTRA_CA_CERTS"] = authority
    result = subprocess.run(
        ("node", node_client), env=os.environ | environment, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    answers: dict[str, Any] = json.loads(result.stdout)

    (one,) = answers["one"]["data"]
    assert len(one["embedding"]) == 256
    assert [len(each["embedding"]) for each in answers["many"]["data"]] == [256, 256]
    assert answers["many"]["data"][0]["embedding"] == pytest.approx(one["embedding"], abs=1e-7)
    assert np.linalg.norm(answers["cut"]["data"][0]["embedding"]) == pytest.approx(1, abs=1e-6)
    assert answers["one"]["usage"]["total_tokens"] > 0
    assert MODEL in [each["id"] for each in answers["models"]]
    assert answers["model"]["id"] == MODEL

    thrown = {name: answer for name, answer in answers.items() if "thrown" in answer}
    assert {name: (error["thrown"], error["code"], error["param"]) for name, error in thrown.items()} == {
        "tokens": ("BadRequestError", "invalid_input", "input"),
        "unknown": ("NotFoundError", "model_not_found", "model"),
        "stranger": ("AuthenticationError", "token_invalid", None),
        "elsewhere": ("NotFoundError", "not_found", None),
    }
    assert thrown["unknown"]["message"].startswith("404 There is no model of this name")
    assert thrown["stranger"]["message"] == "401 The access token is not valid."
