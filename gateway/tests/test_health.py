"""The health of the platform, asked through the gateway."""

from gateway.tests.platform_under_test import Gateway, Start
from quartet.testing.waiting import eventually


def test_all_services_ready_is_ok(gateway: Gateway) -> None:
    answer = gateway.get("/health")
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ok",
        "message": "All services are ready.",
        "services": {"auth": "ok", "catalog": "ok", "counter": "ok", "vectors": "ok"},
    }
    assert answer.headers["Cache-Control"] == "no-store"


def test_one_service_not_ready_is_degraded_and_none_is_down(start: Start) -> None:
    gateway = start()
    gateway.services["counter"].ready = False
    gateway.services["vectors"].stop()
    eventually(lambda: gateway.get("/health").json()["status"] == "degraded")
    answer = gateway.get("/health")
    assert answer.status_code == 200
    assert answer.json()["services"] == {
        "auth": "ok",
        "catalog": "ok",
        "counter": "unavailable",
        "vectors": "unavailable",
    }
    assert answer.json()["message"] == "Not ready: counter, vectors."
    for service in gateway.everything:
        service.ready = False
    eventually(lambda: gateway.get("/health").status_code == 503)
    assert gateway.get("/health").json()["status"] == "down"
    for service in gateway.everything:
        service.ready = True
    gateway.services["vectors"].start()
    eventually(lambda: gateway.get("/health").json()["status"] == "ok")


def test_many_questions_ask_the_services_once_a_second(gateway: Gateway) -> None:
    before = gateway.services["catalog"].health_asked
    for _ in range(200):
        assert gateway.get("/health").status_code == 200
    assert gateway.services["catalog"].health_asked - before < 20


def test_live_and_ready_ask_no_service(start: Start) -> None:
    gateway = start(with_auth=False)
    assert gateway.get("/health/live").json() == {"status": "ok"}
    answer = gateway.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json() == {"status": "unavailable", "checks": {"keys": "unavailable", "feed": "unavailable"}}
    gateway.auth.start()
    eventually(gateway.is_ready)
    for service in gateway.everything:
        service.stop()
    assert gateway.get("/health/ready").json() == {"status": "ok", "checks": {"keys": "ok", "feed": "ok"}}
    assert gateway.get("/health/live").status_code == 200


def test_a_service_without_an_upstream_is_neither_routed_nor_asked(start: Start) -> None:
    gateway = start(VECTORS_UPSTREAM="", CATALOG_UPSTREAM="")
    assert gateway.get("/health").json()["services"] == {"auth": "ok", "counter": "ok"}
    assert gateway.request("POST", "/api/vectors", gateway.auth.keys[0].token()).status_code == 404
    assert gateway.get("/api/products").status_code == 404


def test_the_mailbox_is_there_where_it_is_set(start: Start) -> None:
    gateway = start(MAILBOX_UPSTREAM="127.0.0.1:1")
    assert gateway.get("/mailbox").status_code == 502
    assert gateway.get("/mailbox/messages").status_code == 502
    assert "mailbox" not in gateway.get("/health").json()["services"]
