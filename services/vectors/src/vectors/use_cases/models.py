"""Which models there are, and how much each takes."""

from dataclasses import dataclass

from vectors.models.limits import Limits
from vectors.models.registry import Models
from vectors.models.rows import DIMENSIONS

VECTORS, SIMILARITY, EMBEDDINGS = "/api/vectors", "/api/vectors/similarity", "/v1/embeddings"


@dataclass(frozen=True)
class Description:
    """One model; `routes` are those where it may be named, `made_by` is the model beneath."""

    name: str
    dimensions: int
    normalized: bool
    made_by: str | None
    routes: tuple[str, ...]
    default: bool
    limits: Limits


def described(models: Models) -> list[Description]:
    """Return what there is, the default first."""
    beneath = models.semantic
    return [
        Description("random", DIMENSIONS, False, None, (VECTORS,), True, models.limits),
        Description("semantic", DIMENSIONS, True, beneath.name, (VECTORS, SIMILARITY), False, beneath.limits),
        *(
            Description(model.name, model.dimensions, True, None, (EMBEDDINGS, SIMILARITY), False, model.limits)
            for model in models
        ),
    ]
