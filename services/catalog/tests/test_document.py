"""The OpenAPI document says who may call what, and how it can end."""

from apiflask import APIFlask

from quartet.openapi import document


def test_every_operation_says_who_may_call_it_and_how_it_can_end(app: APIFlask) -> None:
    paths = document(app)["paths"]
    operations = {
        f"{method.upper()} {path}": operation for path, item in paths.items() for method, operation in item.items()
    }
    assert {name for name, operation in operations.items() if operation["security"]} == {
        "GET /api/products/my",
        "POST /api/products",
        "POST /api/products/import",
        "PATCH /api/products/{product_id}",
        "DELETE /api/products/{product_id}",
        "GET /legacy/catalog/api/products/my",
        "POST /legacy/catalog/api/products",
        "DELETE /legacy/catalog/api/products/{product_id}",
    }
    statuses = {name: set(operation["responses"]) for name, operation in operations.items()}
    assert {"200", "422"} <= statuses["GET /api/products"]
    assert {"200", "401", "422"} <= statuses["GET /api/products/my"]
    assert {"200", "404"} <= statuses["GET /api/products/{product_id}"]
    assert {"200", "401", "413", "415", "422", "503"} <= statuses["POST /api/products/import"]
    assert {"200", "406", "422", "503"} <= statuses["GET /api/products/export"]
    sent = operations["POST /api/products/import"]["requestBody"]["content"]
    assert set(sent) == {"application/x-ndjson", "application/jsonl", "text/csv"}
    assert {"201", "400", "401", "409", "413", "415", "422"} <= statuses["POST /api/products"]
    assert {"200", "401", "403", "404", "412", "415", "422", "428"} <= statuses["PATCH /api/products/{product_id}"]
    assert {"204", "401", "403", "404", "412"} <= statuses["DELETE /api/products/{product_id}"]
    created = operations["POST /api/products"]["responses"]["201"]
    assert {"Location", "ETag", "Idempotency-Replayed"} <= set(created["headers"])
    change = operations["PATCH /api/products/{product_id}"]
    assert set(change["requestBody"]["content"]) == {"application/json", "application/merge-patch+json"}
    headers = {parameter["name"]: parameter["required"] for parameter in change["parameters"]}
    assert headers["If-Match"] is True
    assert created["content"]["application/json"]["example"]["owner"] == "ada"


def test_routes_of_the_older_system_tell_their_bare_arrays_and_their_errors(app: APIFlask) -> None:
    described = document(app)
    paths, schemas = described["paths"], described["components"]["schemas"]
    listing = paths["/legacy/catalog/api/products"]["get"]["responses"]
    schema = schemas[listing["200"]["content"]["application/json"]["schema"]["$ref"].rsplit("/", 1)[1]]
    assert (schema["type"], schema["items"]["$ref"].rpartition(".")[2]) == ("array", "OwnedOldProduct")
    assert "transfers_busy" in listing["503"]["content"]["application/problem+json"]["examples"]
    creation = paths["/legacy/catalog/api/products"]["post"]["responses"]
    assert set(creation["400"]["content"]["application/json"]["examples"]) == {"invalid_input", "malformed_request"}
    assert "422" not in creation
    deletion = paths["/legacy/catalog/api/products/{product_id}"]["delete"]["responses"]
    assert set(deletion["403"]["content"]) == {"application/json"}
    assert "product_not_found" in deletion["404"]["content"]["application/json"]["examples"]
