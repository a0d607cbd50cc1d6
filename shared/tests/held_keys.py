"""Keys held in memory, as `quartet.keys.Keys` wants them."""

from jwt import PyJWK

from quartet.testing import SigningKey


class HeldKeys:
    def __init__(self, *keys: SigningKey) -> None:
        self.published = {key.kid: PyJWK(key.jwk) for key in keys}

    def find(self, kid: str) -> PyJWK | None:
        return self.published.get(kid)

    def is_published(self, kid: str) -> bool:
        return kid in self.published
