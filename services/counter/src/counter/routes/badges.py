"""Badges of counters, and the images that anybody sees."""

from http import HTTPStatus

from flask import Response

from counter.badge_image import draw
from counter.errors import BadgeNotFound, CounterNotFound, StoreUnavailable
from counter.repository.badges import Badge
from counter.routes.answers import NO_STORE
from counter.routes.current import public_url, store
from counter.schemas.badges import BadgeIn, BadgeOut
from counter.use_cases import badges
from quartet.caching import kept
from quartet.errors import InvalidInput
from quartet.guard import principal, public
from quartet.openapi import Blueprint, answers_with, problems_of

SVG = "image/svg+xml"
CACHE_CONTROL = "public, max-age=30"
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "Cross-Origin-Resource-Policy": "cross-origin",  # pages of other sites have it in their <img>
    "X-Content-Type-Options": "nosniff",
}
EXAMPLE = {
    "url": "https://quartet.example/badges/kT0pZ3xQnV8sLw2bYc7RfA1uEhKqAB4z.svg",
    "label": "cups",
    "color": "#2563eb",
}

blueprint = Blueprint("badges", __name__, tag="Badges")


@blueprint.get("/api/counters/<counter:name>/badge")
@problems_of(BadgeNotFound, InvalidInput, StoreUnavailable)
@blueprint.output(BadgeOut, example=EXAMPLE)
def read_badge(name: str) -> tuple[BadgeOut, HTTPStatus, dict[str, str]]:
    """Show where the badge of one of the caller's counters is."""
    return answer(badges.read(store(), principal().subject, name))


@blueprint.put("/api/counters/<counter:name>/badge")
@problems_of(CounterNotFound, StoreUnavailable)
@blueprint.input(BadgeIn, arg_name="body", example={"label": "cups", "color": "#2563eb"})
@blueprint.output(BadgeOut, example=EXAMPLE)
def put_badge(name: str, body: BadgeIn) -> tuple[BadgeOut, HTTPStatus, dict[str, str]]:
    """Let anybody who knows its address see one of the caller's counters: the same address until it is withdrawn.

    The image shows the label, which is not the counter's name unless it is given here, and the present value.
    """
    return answer(badges.put(store(), principal().subject, name, body.label, body.color))


@blueprint.delete("/api/counters/<counter:name>/badge")
@problems_of(BadgeNotFound, InvalidInput, StoreUnavailable)
@blueprint.output({}, status_code=HTTPStatus.NO_CONTENT)
def withdraw_badge(name: str) -> tuple[str, HTTPStatus]:
    """Withdraw the badge of one of the caller's counters; its address is gone for ever."""
    badges.withdraw(store(), principal().subject, name)
    return "", HTTPStatus.NO_CONTENT


@blueprint.get("/badges/<badge:badge>.svg")
@public
@kept(CACHE_CONTROL)
@problems_of(BadgeNotFound, StoreUnavailable)
@answers_with(200, SVG, "The image.", '<svg xmlns="http://www.w3.org/2000/svg" role="img">…</svg>')
def show_badge(badge: str) -> Response:
    """Show a counter as an image."""
    value, look = badges.show(store(), badge)
    return Response(draw(look.label, value, look.color), mimetype=SVG, headers=HEADERS)


def answer(badge: Badge) -> tuple[BadgeOut, HTTPStatus, dict[str, str]]:
    url = f"{public_url()}/badges/{badge.name}.svg"
    return BadgeOut(url=url, label=badge.look.label, color=badge.look.color), HTTPStatus.OK, NO_STORE
