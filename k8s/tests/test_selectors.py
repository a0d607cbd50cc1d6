"""What points at something points at what is meant, and at nothing else."""

from typing import Any

import pytest

from k8s.tests.rendering import SERVICES, Object, Tree, container, labels, of_kind, pods, selects, workloads

Match = dict[str, str]


@pytest.fixture(scope="module", params=["development", "production"])
def objects(request: pytest.FixtureRequest, tree: Tree) -> list[Object]:
    if request.param == "development":
        return tree.dev()
    return tree.combine(("gateway-api", "sealed-secrets", "monitoring", "tracing"))


def chosen(objects: list[Object], selector: Any) -> set[str]:
    return {name for name, pod in pods(objects) if selects(selector, labels(pod))}


def test_a_service_leads_to_the_pods_of_its_name_at_a_port_that_they_have(objects: list[Object]) -> None:
    ports = {name: {port["name"] for port in container_ports(pod)} for name, pod in pods(objects)}
    found = {}
    for each in of_kind(objects, "Service"):
        name = each["metadata"]["name"]
        assert chosen(objects, {"matchLabels": each["spec"]["selector"]}) == {name}
        found[name] = [(port["port"], port["targetPort"]) for port in each["spec"]["ports"]]
        assert {target for _, target in found[name]} <= ports[name]
    assert found.items() >= {name: [(8000, "http")] for name in SERVICES}.items()
    assert found["gateway"] == [(80, "http")]


def container_ports(pod: Object) -> list[Any]:
    return [port for each in pod["spec"]["containers"] for port in each.get("ports", [])]


def test_the_services_behind_the_gateway_are_headless(objects: list[Object]) -> None:
    for each in of_kind(objects, "Service"):
        assert (each["spec"].get("clusterIP") == "None") is (each["metadata"]["name"] != "gateway")


def test_the_gateway_names_each_service_in_full_and_where_it_is(objects: list[Object]) -> None:
    """nginx knows no search domains."""
    there = {
        f"{each['metadata']['name']}.{each['metadata']['namespace']}.svc.cluster.local:{port['port']}"
        for each in of_kind(objects, "Service")
        for port in each["spec"]["ports"]
    }
    (settings,) = (each for each in of_kind(objects, "ConfigMap") if each["metadata"]["name"].startswith("gateway-s"))
    upstreams = {name: value for name, value in settings["data"].items() if name.endswith("_UPSTREAM")}
    assert upstreams.keys() >= {f"{service.upper()}_UPSTREAM" for service in SERVICES}
    assert set(upstreams.values()) <= there


def test_a_workload_selects_its_own_pods(objects: list[Object]) -> None:
    for each in workloads(objects):
        if "selector" in each["spec"]:
            assert chosen(objects, each["spec"]["selector"]) == {each["metadata"]["name"]}


def test_what_guards_and_scales_a_service_means_that_service(objects: list[Object]) -> None:
    for each in of_kind(objects, "PodDisruptionBudget"):
        assert chosen(objects, each["spec"]["selector"]) == {each["metadata"]["name"]}
    for each in of_kind(objects, "HorizontalPodAutoscaler"):
        target = each["spec"]["scaleTargetRef"]
        assert target == {"apiVersion": "apps/v1", "kind": "Deployment", "name": each["metadata"]["name"]}
    names = {each["metadata"]["name"] for each in of_kind(objects, "HorizontalPodAutoscaler")}
    assert (
        names
        == {each["metadata"]["name"] for each in of_kind(objects, "PodDisruptionBudget")}
        == {*SERVICES, "gateway"}
    )


def test_pods_are_spread_by_where_those_of_their_name_are(objects: list[Object]) -> None:
    for name, pod in pods(objects):
        if name in (*SERVICES, "gateway"):
            constraints = pod["spec"]["topologySpreadConstraints"]
            assert {each["topologyKey"] for each in constraints} == {
                "kubernetes.io/hostname",
                "topology.kubernetes.io/zone",
            }
            for each in constraints:
                assert chosen(objects, each["labelSelector"]) == {name}


def test_prometheus_finds_each_process_under_the_name_that_it_has_in_compose(tree: Tree) -> None:
    objects = tree.combine(("gateway-api", "sealed-secrets", "monitoring", "tracing"))
    jobs = set()
    for monitor in of_kind(objects, "PodMonitor"):
        found = [(name, pod) for name, pod in pods(objects) if selects(monitor["spec"]["selector"], labels(pod))]
        for endpoint in monitor["spec"]["podMetricsEndpoints"]:
            (relabeling,) = endpoint["relabelings"]
            assert relabeling["targetLabel"] == "job"
            for name, pod in found:
                assert endpoint["port"] in {port["name"] for port in container_ports(pod)}
                jobs.add(relabeling.get("replacement") or name.removesuffix("-exporter"))
    services = {"auth", "auth-mailer", "auth-upkeep", "catalog", "catalog-follower", "counter", "vectors"}
    assert jobs == {*services, "gateway", "mysql", "redis", "nginx"}


def test_prometheus_may_reach_every_port_that_it_reads(tree: Tree) -> None:
    objects = tree.combine(("gateway-api", "sealed-secrets", "monitoring", "tracing"))
    (policy,) = (each for each in of_kind(objects, "NetworkPolicy") if each["metadata"]["name"] == "from-prometheus")
    open_ports = {port["port"] for rule in policy["spec"]["ingress"] for port in rule["ports"]}
    for monitor in of_kind(objects, "PodMonitor"):
        for _, pod in pods(objects):
            if selects(monitor["spec"]["selector"], labels(pod)):
                assert selects(policy["spec"]["podSelector"], labels(pod))
                asked = {endpoint["port"] for endpoint in monitor["spec"]["podMetricsEndpoints"]}
                assert {p["containerPort"] for p in container_ports(pod) if p["name"] in asked} <= open_ports


def test_the_way_in_leads_to_the_gateway(tree: Tree) -> None:
    (ingress,) = of_kind(tree.production(), "Ingress")
    ((path,),) = (rule["http"]["paths"] for rule in ingress["spec"]["rules"])
    assert path["backend"] == {"service": {"name": "gateway", "port": {"name": "http"}}}
    assert ingress["spec"]["tls"] == [{"hosts": ["quartet.example"], "secretName": "gateway-tls"}]
    routes = of_kind(tree.combine(("gateway-api", "external-secrets")), "HTTPRoute")
    backends = [rule["backendRefs"] for route in routes for rule in route["spec"]["rules"] if "backendRefs" in rule]
    assert backends == [[{"name": "gateway", "port": 80}]]
    assert container(dict(pods(tree.production()))["gateway"])["ports"][0] == {"containerPort": 8080, "name": "http"}
