"""The bundled Swagger UI: as it was published, and packed for those who take it."""

import gzip
import hashlib
import re

import pytest

from gateway.tests.platform_under_test import GATEWAY, Gateway
from gateway.tests.www import TYPES, WWW, served


@pytest.mark.parametrize("path", ["/docs/swagger-ui-bundle.js", "/docs/swagger-ui.css"])
def test_a_large_file_comes_packed_to_those_who_take_it(gateway: Gateway, path: str) -> None:
    plain = served()[path].read_bytes()
    for accepted in ("gzip", "gzip, deflate, br", "br;q=1.0,gzip;q=0.8", "identity, GZIP"):
        packed = gateway.get(path, headers={"Accept-Encoding": accepted})
        assert (packed.headers["Content-Encoding"], packed.content) == ("gzip", plain)
        assert int(packed.headers["Content-Length"]) < len(plain) / 3
        assert "Accept-Encoding" in packed.headers["Vary"]
        assert packed.headers["Content-Type"] == TYPES[served()[path].suffix]
    for accepted in ("", "identity", "br", "gzip;q=0", "gzip; q=0.0, br", "x-gzipped"):
        answer = gateway.get(path, headers={"Accept-Encoding": accepted})
        assert (answer.headers.get("Content-Encoding"), answer.content) == (None, plain)
        assert "Accept-Encoding" in answer.headers["Vary"]
        assert answer.headers["ETag"] != packed.headers["ETag"]


def test_swagger_ui_is_as_it_was_published() -> None:
    version, *lines = (GATEWAY / "swagger-ui.sha256").read_text().splitlines()
    assert re.fullmatch(r"# swagger-ui-dist 5\.\d+\.\d+", version)
    stated = {name: digest for digest, name in (line.split("  ") for line in lines)}
    found = {name: hashlib.sha256((WWW / "docs" / name).read_bytes()).hexdigest() for name in stated}
    assert found == stated
    for packed in (WWW / "docs").glob("*.gz"):
        assert gzip.decompress(packed.read_bytes()) == packed.with_suffix("").read_bytes()
    own = {"index.html", "page.css", "page.js"}
    assert {file.name.removesuffix(".gz") for file in (WWW / "docs").iterdir()} - own == set(stated)
