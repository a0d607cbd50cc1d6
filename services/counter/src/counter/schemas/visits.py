"""Visits, and the answer to a ping."""

from quartet.schemas import Output


class Visits(Output):
    visits: int


class Pong(Output):
    status: str
