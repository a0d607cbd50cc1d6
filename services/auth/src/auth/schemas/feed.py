"""The feed."""

from pydantic import Field

from quartet.schemas import Query


class FeedQuery(Query):
    after: str = Field("0", pattern=r"^(0|[1-9][0-9]{0,17}\.[0-9a-f]{1,32})$")
    limit: int = Field(1000, ge=1, le=1000)
