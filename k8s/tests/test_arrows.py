"""Who may reach whom: the picture in docs/architecture.md as a table, and nothing beside it."""

import pytest

from k8s.tests.rendering import Object, Tree, labels, of_kind, pods, selects, variables_of

PUBLIC = "0.0.0.0/0"
STORES = "10.0.0.0/8"  # production's, outside the cluster
WITH_MYSQL = (
    *("auth", "auth-mailer", "auth-upkeep", "auth-purge", "auth-migrate", "auth-first-admin"),
    *("catalog", "catalog-follower", "catalog-migrate"),
)
CLUSTER = {
    *(("gateway", service, 8000) for service in ("auth", "catalog", "counter", "vectors")),
    *((service, "auth", 8000) for service in ("catalog", "catalog-follower", "counter", "vectors")),
}
DEVELOPMENT = {
    *CLUSTER,
    *((name, "mysql", 3306) for name in WITH_MYSQL),
    ("counter", "redis", 6379),
    ("gateway", "ses", 8000),
    ("auth-mailer", "ses", 8001),
}
# To where, outside the cluster.
DEVELOPMENT_OUT = {("auth-mailer", PUBLIC, 443)}
PRODUCTION_OUT = {
    ("auth-mailer", PUBLIC, 443),
    *((name, STORES, 3306) for name in WITH_MYSQL),
    ("counter", STORES, 6379),
}

Arrow = tuple[str, str, int]


def policies_of(objects: list[Object], pod: Object, direction: str) -> list[Object]:
    return [
        each["spec"]
        for each in of_kind(objects, "NetworkPolicy")
        if direction in each["spec"]["policyTypes"] and selects(each["spec"]["podSelector"], labels(pod))
    ]


def rules(objects: list[Object], pod: Object, direction: str) -> list[Object]:
    return [rule for policy in policies_of(objects, pod, direction) for rule in policy.get(direction.lower()) or []]


def is_for_names(rule: Object) -> bool:
    return [port["port"] for port in rule["ports"]] == [53, 53]


def arrows(objects: list[Object], direction: str) -> set[Arrow]:
    """Of all pods, those that may be talked to (or from) as this direction's rules say: (from, to, port)."""
    found = set()
    for name, pod in pods(objects):
        for rule in rules(objects, pod, direction):
            for peer in rule.get("to" if direction == "Egress" else "from", []):
                if set(peer) != {"podSelector"}:
                    continue
                for other, other_pod in pods(objects):
                    if selects(peer["podSelector"], labels(other_pod)):
                        pair = (name, other) if direction == "Egress" else (other, name)
                        found |= {(*pair, port["port"]) for port in rule["ports"]}
    return found


def outward(objects: list[Object]) -> set[Arrow]:
    return {
        (name, peer["ipBlock"]["cidr"], port["port"])
        for name, pod in pods(objects)
        for rule in rules(objects, pod, "Egress")
        for peer in rule["to"]
        if "ipBlock" in peer
        for port in rule["ports"]
    }


def test_development_has_the_arrows_of_the_picture_and_no_other(tree: Tree) -> None:
    objects = tree.dev()
    assert arrows(objects, "Egress") == DEVELOPMENT
    assert arrows(objects, "Ingress") == DEVELOPMENT
    assert outward(objects) == DEVELOPMENT_OUT


def test_production_has_the_arrows_of_the_picture_and_no_other(tree: Tree) -> None:
    objects = tree.production()
    assert arrows(objects, "Egress") == CLUSTER
    assert arrows(objects, "Ingress") == CLUSTER
    assert outward(objects) == PRODUCTION_OUT


def test_who_is_told_of_the_collector_may_reach_it(tree: Tree) -> None:
    objects = tree.combine(("ingress", "external-secrets", "monitoring", "tracing"))
    variable = "OTEL_EXPORTER_OTLP_ENDPOINT"
    told = {name for name, pod in pods(objects) if variable in variables_of(objects, pod)}
    allowed = {
        name
        for name, pod in pods(objects)
        for rule in rules(objects, pod, "Egress")
        if {"port": 4318, "protocol": "TCP"} in rule["ports"]
    }
    assert allowed == told >= {"gateway", "auth", "catalog", "counter", "vectors", "auth-mailer", "catalog-follower"}


@pytest.mark.parametrize("folder", ["overlays/dev", "overlays/production"])
def test_whatever_is_not_allowed_is_refused(tree: Tree, folder: str) -> None:
    objects = tree.render(folder)
    everything = [each["spec"] for each in of_kind(objects, "NetworkPolicy") if each["spec"]["podSelector"] == {}]
    assert everything == [{"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}]
    for name, pod in pods(objects):
        own = [each for each in policies_of(objects, pod, "Ingress") if each["podSelector"] != {}]
        assert [each["podSelector"] for each in own] == [{"matchLabels": {"app.kubernetes.io/name": name}}]
        assert own[0]["policyTypes"] == ["Ingress", "Egress"], name


@pytest.mark.parametrize("folder", ["overlays/dev", "overlays/production"])
def test_the_world_comes_to_the_gateway_alone(tree: Tree, folder: str) -> None:
    objects = tree.render(folder)
    open_to_all = {
        (name, port["port"])
        for name, pod in pods(objects)
        for rule in rules(objects, pod, "Ingress")
        if "from" not in rule
        for port in rule["ports"]
    }
    assert open_to_all == {("gateway", 8080)}


@pytest.mark.parametrize("folder", ["overlays/dev", "overlays/production"])
def test_all_but_the_stores_may_ask_the_clusters_dns_for_names(tree: Tree, folder: str) -> None:
    objects = tree.render(folder)
    for name, pod in pods(objects):
        asking = [rule for rule in rules(objects, pod, "Egress") if is_for_names(rule)]
        assert len(asking) == (0 if name in ("mysql", "redis") else 1), name
        for rule in asking:
            ((peer,), ports) = rule["to"], rule["ports"]
            assert {port["protocol"] for port in ports} == {"UDP", "TCP"}
            assert selects(peer["podSelector"], {"k8s-app": "kube-dns"})
            assert selects(peer["namespaceSelector"], {"kubernetes.io/metadata.name": "kube-system"})


@pytest.mark.parametrize("folder", ["overlays/dev", "overlays/production"])
def test_labels_given_by_kustomize_have_not_changed_whom_a_policy_lets_in(tree: Tree, folder: str) -> None:
    """`labels` with includeSelectors writes into every matchLabels, those of peers too, and leaves matchExpressions."""
    for policy in of_kind(tree.render(folder), "NetworkPolicy"):
        for direction, peers in (("ingress", "from"), ("egress", "to")):
            for rule in policy["spec"].get(direction) or []:
                for peer in rule.get(peers, []):
                    for kind in ("podSelector", "namespaceSelector"):
                        assert "matchLabels" not in peer.get(kind, {}), policy["metadata"]["name"]
