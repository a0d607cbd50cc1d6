"""What other systems tell us."""

from http import HTTPStatus

from flask import request
from werkzeug.exceptions import BadRequest

from auth import sns
from auth.errors import NotificationRefused
from auth.routes.current import auth, caller
from auth.use_cases import bounces
from quartet.errors import NotFound, Unavailable
from quartet.guard import public
from quartet.openapi import Blueprint, problems_of

blueprint = Blueprint("webhooks", __name__, tag="Webhooks")


@blueprint.post("/api/auth/webhooks/ses")
@public
@problems_of(NotFound, NotificationRefused, Unavailable)
@blueprint.doc(responses={204: "Noted; the same message again changes nothing."})
def receive_notification() -> tuple[str, HTTPStatus]:
    """Take a bounce, a complaint or a confirmation of the subscription, as SNS sends and signs it (text/plain, JSON).

    Where SES_TOPIC_ARNS is not set, there is nothing here.
    """
    try:
        bounces.receive(auth(), caller(), request.get_data(cache=False))
    except sns.Malformed:
        raise BadRequest from None
    return "", HTTPStatus.NO_CONTENT
