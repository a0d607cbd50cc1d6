"""Reading answers as old clients do: exactly this status and these members."""

from typing import Any

import requests

LONGEST = 10


def told(answer: requests.Response, status: int, *members: str, at_least: bool = False) -> Any:
    """Return the body of an answer with exactly this status and these members.

    `at_least`: it may have more of them, as refusals of the gateway have.
    """
    seen = f"{answer.request.method} {answer.url}: {answer.status_code} {answer.text[:500]}"
    assert answer.status_code == status, seen
    body = answer.json()
    if members:
        assert isinstance(body, dict), seen
        assert set(members) <= body.keys() if at_least else set(members) == body.keys(), seen
    for member in {"message", "error"} & set(members):
        assert isinstance(body[member], str), seen
        assert body[member], seen
    return body


def page(answer: requests.Response) -> str:
    """Return a page for a human."""
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"].startswith("text/html")
    return answer.text


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def is_random_array(array: Any) -> bool:
    """Whether these are 500 floats in [0, 1)."""
    return len(array) == 500 and all(isinstance(each, float) and 0 <= each < 1 for each in array)
