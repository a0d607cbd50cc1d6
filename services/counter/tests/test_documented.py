"""What the OpenAPI document promises, and counter can keep."""

from flask.testing import FlaskClient

from counter.errors import CounterLimitReached, CounterOverflow
from quartet import openapi


def test_an_increment_is_one_step_and_so_never_in_progress(client: FlaskClient) -> None:
    document = openapi.document(client.application)  # type: ignore[arg-type]
    answers = document["paths"]["/api/counters/{name}/increment"]["post"]["responses"]
    named = {code.strip("`") for code in answers["409"]["description"].split(" · ")}
    assert named == {CounterOverflow.code, CounterLimitReached.code}
