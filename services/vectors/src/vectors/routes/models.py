"""The models, for whoever wants to know what they take."""

from typing import Any

from quartet.guard import public
from quartet.openapi import Blueprint
from vectors.routes import current
from vectors.schemas.models import ModelDescription, ModelsAnswer
from vectors.use_cases import models

blueprint = Blueprint("models", __name__, tag="Vectors")

LIMITS: dict[str, Any] = {"sentences": 2048, "characters": 32768, "tokens": None, "tokens_in_all": None}
RANDOM: dict[str, Any] = {"name": "random", "dimensions": 500, "normalized": False, "made_by": None}
EXAMPLE = RANDOM | {"routes": ["/api/vectors"], "default": True, "limits": LIMITS | {"body": 4194304}}


@blueprint.get("/api/vectors/models")
@blueprint.output(ModelsAnswer, example={"items": [EXAMPLE], "most_compared": 256})
@public
def list_models() -> ModelsAnswer:
    """List the models: their dimensions, and the most that each takes of a request."""
    found = models.described(current.models())
    items = [ModelDescription.model_validate(each) for each in found]
    return ModelsAnswer(items=items, most_compared=current.settings().vectors_most_compared)
