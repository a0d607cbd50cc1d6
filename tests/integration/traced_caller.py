"""Calling the gateway from within traces of one's own."""

import secrets

from tests.integration.platform_client import Api, User


class Caller:
    """Somebody who begins traces of their own."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self.span_id = secrets.token_hex(8)

    def ask(self, method: str, path: str, status: int, user: User | None = None, body: object = None) -> str:
        """Ask the platform; the id of the trace."""
        trace_id = secrets.token_hex(16)
        headers = {"traceparent": f"00-{trace_id}-{self.span_id}-01"}
        if user:
            headers["Authorization"] = f"Bearer {user['access_token']}"
        answer = self.api.request(method, path, headers=headers, json=body)
        assert answer.status_code == status, answer.text
        return trace_id
