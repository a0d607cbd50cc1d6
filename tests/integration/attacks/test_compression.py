"""Bodies that are larger inside than outside."""

import gzip
import re
import zlib
from pathlib import Path

import pytest

from tests.integration.attacks.bodies import FORM, JSON, MIB, PARTS, POSTS, post
from tests.integration.attacks.wire import exchange, request
from tests.integration.platform_choice import Platform
from tests.integration.platform_client import Api
from tests.integration.platform_embedded import EmbeddedPlatform


def bomb(coding: str, size: int) -> bytes:
    text = b'{"sentence":"' + b"a" * size + b'"}'
    return gzip.compress(text) if "gzip" in coding.lower() else zlib.compress(text)


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd", "x-gzip", "gzip, gzip", "GZIP", "evil"])
def test_a_compressed_body_is_refused_and_not_unpacked(api: Api, bearer: str, coding: str) -> None:
    for path in POSTS:
        for body in (bomb(coding, 1000), b'{"sentence":"a","name":"a","price":1,"by":1,"token":"a"}'):
            assert post(api, bearer, path, body, JSON, f"Content-Encoding: {coding}").code == "unsupported_media_type"


def test_a_compressed_form_is_refused(api: Api, bearer: str) -> None:
    for fields in ((FORM,), (PARTS,)):
        answer = post(api, bearer, "/api/auth/confirm", b"token=x", *fields, "Content-Encoding: gzip")
        assert answer.status == 415


@pytest.mark.parametrize("coding", ["gzip, chunked", "deflate, chunked", "gzip", "br, chunked"])
def test_a_compressed_transfer_is_refused(api: Api, bearer: str, coding: str) -> None:
    fields = (bearer, JSON, f"Transfer-Encoding: {coding}", "Connection: close")
    data = request(api.url, "/api/vectors", *fields, method="POST", body=b"5\r\n\x1f\x8b\x08\0\0\r\n0\r\n\r\n")
    (answer,) = exchange(api.url, data)
    assert (answer.status, answer.code) == (501, "not_implemented")


def test_bombs_do_not_fill_the_memory(platform: Platform, api: Api, bearer: str) -> None:
    if not isinstance(platform, EmbeddedPlatform) or not Path("/proc/self/status").exists():
        pytest.skip("needs processes of this machine, and Linux")
    body, nested = bomb("gzip", 100 * MIB), b"[" * (MIB - 1)
    before = peaks(platform)
    for _ in range(4):
        assert post(api, bearer, "/api/vectors", body, JSON, "Content-Encoding: gzip").status == 415
        assert post(api, bearer, "/api/vectors", body).status == 400
        assert post(api, bearer, "/api/vectors", nested).status == 400
    assert all(after - before[process] < 50 * MIB for process, after in peaks(platform).items())


def peaks(platform: EmbeddedPlatform) -> dict[int, int]:
    """The most memory that each worker of the gateway and of vectors has had, in bytes."""
    workers = platform.workers("gateway") | platform.workers("vectors")
    told = {worker: re.findall(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{worker}/status").read_text()) for worker in workers}
    return {worker: int(kilobytes) * 1024 for worker, (kilobytes,) in told.items()}
