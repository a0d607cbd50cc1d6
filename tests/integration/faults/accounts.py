"""Accounts: sign-ups, changes of name, logouts, and users who leave with their products."""

from typing import Any

from quartet.testing.waiting import eventually
from tests.integration.faults.caller import Outcome, Reply
from tests.integration.faults.people import PASSWORD, a_user
from tests.integration.faults.writers import Writer

SOON = 60.0
"""Seconds in which the gateway knows of a logout, and a deleted user's products are gone; most of it is slack."""


class SignUps(Writer):
    """Whoever was told that they are a user is one, once, and under the address that they gave."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.signed_up: dict[str, str] = {}
        self.asked: dict[str, str] = {}

    def write(self) -> None:
        user = a_user()
        self.asked[user["username"]] = user["email"]
        if self.ask("POST", "/api/auth/signup", token=None, json=user).done:
            self.signed_up[user["username"]] = user["email"]
            # The name is taken: this one must be refused, and its address be nobody's.
            self.ask("POST", "/api/auth/signup", token=None, json=user | {"email": f"other-{user['email']}"})

    def compare(self) -> list[str]:
        told = [(user["username"], user["email"]) for user in self.read_all("/api/users")]
        ours = [each for each in told if each[0] in self.asked]
        return (
            [f"{name} is no user" for name, email in self.signed_up.items() if (name, email) not in told]
            + [f"{each} is told twice" for each in set(ours) if ours.count(each) > 1]
            + [f"{name} has the address {email}" for name, email in ours if email != self.asked[name]]
        )


class Names(Writer):
    """The name of an account is the last one that was acknowledged, or a later one that nobody knows of."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.name = self.user["username"]
        self.maybe: set[str] = set()

    def write(self) -> None:
        name = a_user()["username"]
        outcome = self.ask("PATCH", "/api/auth/me", json={"username": name}).outcome
        if outcome is Outcome.DONE:
            self.name = name
        elif outcome is Outcome.UNKNOWN:
            self.maybe.add(name)

    def compare(self) -> list[str]:
        told = self.read("/api/auth/me")["username"]
        if told in {self.name, *self.maybe}:
            return []
        return [f"the name is {self.name}; told {told}"]


class Logouts(Writer):
    """An acknowledged logout is one for ever: for auth and the gateway, the access and the refresh token."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.ended: list[tuple[str, str]] = []

    def write(self) -> None:
        login = {"username": self.user["username"], "password": self.user["password"]}
        session = self.ask("POST", "/api/auth/login", token=None, json=login)
        if session.done:
            tokens = session.body["access_token"], session.body["refresh_token"]
            if self.ask("POST", "/api/auth/logout", token=tokens[0]).done:
                self.ended.append(tokens)

    def compare(self) -> list[str]:
        """Look at the newest twenty, which are all since the last fault, and more."""
        return [f"session {token[-12:]} is alive" for token, refresh in self.ended[-20:] if self._lives(token, refresh)]

    def _lives(self, token: str, refresh: str) -> bool:
        """The gateway hears of a logout within a second; auth itself may not once take the refresh token."""

        def refused() -> bool:
            return self.ask("POST", "/api/vectors", token=token, json={"sentence": "fox"}).outcome is Outcome.REFUSED

        def refreshed() -> Reply | None:
            reply = self.ask("POST", "/api/auth/refresh", token=None, json={"refresh_token": refresh})
            return None if reply.outcome is Outcome.UNKNOWN else reply

        try:
            answer = eventually(refreshed, SOON)
            eventually(refused, SOON)
        except AssertionError:
            return True
        return answer.done


class Departures(Writer):
    """Who leaves is gone, and so are their products, soon: catalog's follower has to hear of it."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.left: list[tuple[str, str]] = []

    def write(self) -> None:
        user = a_user()
        signed_up = self.ask("POST", "/api/auth/signup", token=None, json=user)
        if not signed_up.done:
            return
        token = signed_up.body["access_token"]
        product = self.ask("POST", "/api/products", token=token, json={"name": "left behind", "price": 1})
        gone = self.ask("DELETE", "/api/auth/me", token=token, json={"password": PASSWORD})
        if product.done and gone.done:
            self.left.append((user["username"], product.headers["location"]))

    def compare(self) -> list[str]:
        left, self.left = self.left, []
        names = {user["username"] for user in self.read_all("/api/users")}
        return [f"{name} is still a user" for name, _ in left if name in names] + [
            f"the product {path} of {name} is still there" for name, path in left if not self._vanishes(path)
        ]

    def _vanishes(self, path: str) -> bool:
        try:
            eventually(lambda: self.ask("GET", path).status == 404, SOON)
        except AssertionError:
            return False
        return True
