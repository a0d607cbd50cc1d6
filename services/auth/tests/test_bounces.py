"""Bounces and complaints: what SNS signed for our topic stops the mail to an address, and nothing else does."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from auth.callers import COMMAND_LINE
from auth.sns import hosts_of
from auth.use_cases import bounces, outbox
from services.auth.tests.api import Api
from services.auth.tests.sns_site import (
    CERTIFICATE,
    TOPIC,
    SnsSite,
    bounce,
    complaint,
    new_certificate,
    new_key,
    stamp,
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> SnsSite:
    return SnsSite(tmp_path_factory.mktemp("sns"))


@pytest.fixture
def site(made: SnsSite, monkeypatch: pytest.MonkeyPatch) -> Iterator[SnsSite]:
    bodies, redirects = dict(made.bodies), dict(made.redirects)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(made.ca))
    with made.running():
        yield made
    made.bodies, made.redirects, made.asked = bodies, redirects, []


@pytest.fixture
def listening(make_api: Callable[..., Api], site: SnsSite) -> Api:
    """An auth that listens to the topic, with a user, ada."""
    api = make_api(ses_topic_arns=(TOPIC,), sns_hosts=(site.host,))
    api.user("ada")
    return api


def tell(api: Api, message: object) -> Any:
    body = message if isinstance(message, bytes) else json.dumps(message).encode()
    headers = {"x-amz-sns-message-type": "Notification", "User-Agent": "Amazon Simple Notification Service Agent"}
    return api.client.post(
        "/api/auth/webhooks/ses", data=body, content_type="text/plain; charset=UTF-8", headers=headers
    )


def suppressed(api: Api) -> list[str]:
    return [each.email_key for each in bounces.suppressed(api.resources)]


@pytest.mark.parametrize("version", ["1", "2"])
@pytest.mark.parametrize("name", ["notificationType", "eventType"])
def test_a_bounce_for_good_stops_the_mail_to_an_address(listening: Api, site: SnsSite, version: str, name: str) -> None:
    assert tell(listening, site.signed(version, Message=bounce("Ada@Example.com", name=name))).status_code == 204
    assert suppressed(listening) == ["ada@example.com"]
    listening.sign_up("eve", "ada@example.com")
    assert listening.mails() == []
    assert outbox.listed(listening.resources, dead=False, limit=1)[0].reason == "suppressed"


@pytest.mark.parametrize("name", ["notificationType", "eventType"])
def test_a_complaint_stops_it_too(listening: Api, site: SnsSite, name: str) -> None:
    assert tell(listening, site.signed(Message=complaint('"Ada" <ada@example.com>', name))).status_code == 204
    assert suppressed(listening) == ["ada@example.com"]


@pytest.mark.parametrize(
    "message",
    [
        bounce("ada@example.com", "Transient"),
        bounce("ada@example.com", "Undetermined"),
        complaint("ada@example.com", complaintFeedbackType="not-spam"),
        json.dumps({"notificationType": "Delivery", "delivery": {"recipients": ["ada@example.com"]}}),
        json.dumps({"notificationType": "Bounce", "bounce": "ada@example.com"}),
        json.dumps({"notificationType": ["Bounce"], "bounce": {"bounceType": "Permanent", "bouncedRecipients": 7}}),
        bounce("no address"),
        bounce("ada@example.com" * 30),
        "Successfully validated SNS topic for Amazon SES event publishing.",
        "[]",
        "7",
        "",
    ],
)
def test_what_is_no_bounce_for_good_changes_nothing(listening: Api, site: SnsSite, message: str) -> None:
    assert tell(listening, site.signed(Message=message)).status_code == 204
    assert suppressed(listening) == []


def test_the_same_message_again_changes_nothing(listening: Api, site: SnsSite) -> None:
    message = site.signed(Message=bounce("ada@example.com"), Subject=None)
    for _ in range(3):
        assert tell(listening, message).status_code == 204
    assert suppressed(listening) == ["ada@example.com"]
    assert site.asked == [CERTIFICATE]


def test_an_operator_lets_mail_go_there_again(listening: Api, site: SnsSite) -> None:
    tell(listening, site.signed(Message=bounce("ada@example.com")))
    assert bounces.unsuppress(listening.resources, COMMAND_LINE, "ADA@example.com")
    assert not bounces.unsuppress(listening.resources, COMMAND_LINE, "ada@example.com")
    listening.sign_up("eve", "ada@example.com")
    assert [letter["To"] for letter in listening.mails()] == ["ada@example.com"]


def test_a_subscription_is_confirmed_at_the_host_of_sns(listening: Api, site: SnsSite) -> None:
    assert tell(listening, site.confirmation()).status_code == 204
    assert site.asked == [CERTIFICATE, "/?Action=ConfirmSubscription&Token=t"]


def test_an_end_of_the_subscription_is_taken_and_not_followed(listening: Api, site: SnsSite) -> None:
    assert tell(listening, site.confirmation("UnsubscribeConfirmation")).status_code == 204
    assert site.asked == [CERTIFICATE]


def test_a_subscription_that_sns_does_not_take_now_is_tried_again_by_sns(listening: Api, site: SnsSite) -> None:
    answer = tell(listening, site.confirmation(SubscribeURL=f"https://{site.host}/?Action=Other"))
    assert answer.status_code == 503
    assert "Retry-After" in answer.headers


def test_without_a_topic_there_is_nothing_here(make_api: Callable[..., Api], site: SnsSite) -> None:
    api = make_api(sns_hosts=(site.host,))
    assert tell(api, site.signed(Message=bounce("ada@example.com"))).get_json()["code"] == "not_found"
    assert tell(api, b"garbage").status_code == 404
    assert site.asked == []


Forgery = Callable[[SnsSite], dict[str, str]]
WHO = "ada@example.com"


def changed(**changes: str) -> Forgery:
    """Return what makes a bounce whose members are changed after it was signed."""
    return lambda site: {**site.signed(Message=bounce(WHO)), **changes}


def elsewhere(url: str) -> Forgery:
    """Return what makes a bounce with another certificate URL, in which {host} is the one allowed."""
    return lambda site: site.signed(Message=bounce(WHO), SigningCertURL=url.format(host=site.host))


def subscribing(url: str) -> Forgery:
    return lambda site: site.confirmation(SubscribeURL=url.format(host=site.host))


def sent(ago: timedelta) -> Forgery:
    return lambda site: site.signed(Message=bounce(WHO), Timestamp=stamp(datetime.now(UTC) - ago))


UNASKED: dict[str, Forgery] = {
    "another topic": lambda site: site.signed(Message=bounce(WHO), TopicArn=f"{TOPIC}2"),
    "a topic inside the message": lambda site: site.signed(
        Message=f"{bounce(WHO)}\nTopicArn\n{TOPIC}", TopicArn="arn:aws:sns:eu-central-1:999999999999:theirs"
    ),
    "an old message": sent(timedelta(hours=1, minutes=1)),
    "a message of tomorrow": sent(timedelta(days=-1)),
    "no time": changed(Timestamp="yesterday"),
    "another host": elsewhere("https://evil.example/SimpleNotificationService-1.pem"),
    "our host in front": elsewhere("https://{host}.evil.example/SimpleNotificationService-1.pem"),
    "our host behind": elsewhere("https://evil.example/https://{host}/SimpleNotificationService-1.pem"),
    "our host as user": elsewhere("https://{host}@evil.example/SimpleNotificationService-1.pem"),
    "another user": elsewhere("https://evil@{host}/SimpleNotificationService-1.pem"),
    "a backslash": elsewhere("https://evil.example\\@{host}/SimpleNotificationService-1.pem"),
    "a fragment": elsewhere("https://{host}#.evil.example/SimpleNotificationService-1.pem"),
    "a look-alike": elsewhere("https://ѕns.eu-central-1.amazonaws.com/SimpleNotificationService-1.pem"),
    "a bucket of theirs": elsewhere("https://sns.s3.amazonaws.com/SimpleNotificationService-1.pem"),
    "a region of no topic": elsewhere("https://sns.us-east-1.amazonaws.com/SimpleNotificationService-1.pem"),
    "no TLS": elsewhere("http://{host}/SimpleNotificationService-1.pem"),
    "a file": elsewhere("file:///etc/passwd.pem"),
    "the cloud's metadata": elsewhere("https://169.254.169.254/latest/meta-data/x.pem"),
    "an inner service": elsewhere("https://127.0.0.1:5001/internal/feed.pem"),
    "no certificate's name": elsewhere("https://{host}/?Action=Publish"),
    "a query": elsewhere("https://{host}/x.pem?Action=Publish"),
    "another folder": elsewhere("https://{host}/../x.pem"),
    "a new line": elsewhere("https://{host}/x.pem\r\nX: y"),
    "a subscription elsewhere": subscribing("https://evil.example/?Action=ConfirmSubscription"),
    "a subscription without TLS": subscribing("http://{host}/?Action=ConfirmSubscription"),
    "a subscription at the metadata": subscribing("http://169.254.169.254/latest/api/token"),
}


@pytest.mark.parametrize("forgery", UNASKED.values(), ids=UNASKED.keys())
def test_a_forgery_is_refused_before_anybody_is_asked(listening: Api, site: SnsSite, forgery: Forgery) -> None:
    answer = tell(listening, forgery(site))
    assert (answer.status_code, answer.get_json()["code"]) == (403, "notification_refused")
    assert site.asked == []
    assert suppressed(listening) == []


ASKED: dict[str, Forgery] = {
    "a changed message": lambda site: {**site.signed(), "Message": bounce(WHO)},
    "a changed type": lambda site: {**site.confirmation(), "Type": "UnsubscribeConfirmation"},
    "a changed token": lambda site: {**site.confirmation(), "Token": "u"},
    "a subject added": lambda site: {**site.signed(Subject=None, Message=bounce(WHO)), "Subject": "x"},
    "another key": lambda site: site.signed("2", new_key(), Message=bounce(WHO)),
    "another version": lambda site: {**site.signed("1", Message=bounce(WHO)), "SignatureVersion": "2"},
    "no version": changed(SignatureVersion="3"),
    "no signature": changed(Signature=""),
    "no base64": changed(Signature="é"),
    "half a character": changed(Message="\ud800"),
}


@pytest.mark.parametrize("forgery", ASKED.values(), ids=ASKED.keys())
def test_a_wrong_signature_is_refused(listening: Api, site: SnsSite, forgery: Forgery) -> None:
    answer = tell(listening, forgery(site))
    assert (answer.status_code, answer.get_json()["code"]) == (403, "notification_refused")
    assert site.asked == [CERTIFICATE]
    assert suppressed(listening) == []


def certificate(site: SnsSite, days: tuple[int, int] = (-1, 1)) -> bytes:
    return new_certificate("sns", site.signing_key, "sns", site.signing_key, days=days)


@pytest.mark.parametrize(
    "body",
    [
        lambda site: certificate(site, (-3, -1)),
        lambda site: certificate(site, (1, 3)),
        lambda _: new_certificate("sns", key := new_key(), "sns", key),
        lambda _: b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        lambda _: b"<html>",
        lambda _: b"",
    ],
    ids=["expired", "not yet good", "another key's", "broken", "a page", "empty"],
)
def test_a_certificate_that_is_no_good_is_refused(
    listening: Api, site: SnsSite, body: Callable[[SnsSite], bytes]
) -> None:
    site.bodies[CERTIFICATE] = body(site)
    assert tell(listening, site.signed(Message=bounce(WHO))).get_json()["code"] == "notification_refused"
    assert suppressed(listening) == []


def test_a_redirection_is_not_followed(listening: Api, site: SnsSite) -> None:
    site.bodies["/other.pem"] = site.bodies[CERTIFICATE]
    site.redirects[CERTIFICATE] = "/other.pem"
    assert tell(listening, site.signed(Message=bounce(WHO))).status_code == 503
    assert site.asked == [CERTIFICATE]


def test_a_giant_certificate_is_not_read_to_its_end(listening: Api, site: SnsSite) -> None:
    site.bodies[CERTIFICATE] = certificate(site) + b"\n" * 1024 * 1024
    assert tell(listening, site.signed(Message=bounce(WHO))).status_code == 503
    assert suppressed(listening) == []


def test_a_host_whose_own_certificate_nobody_vouches_for_is_not_believed(
    listening: Api, site: SnsSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    assert tell(listening, site.signed(Message=bounce(WHO))).status_code == 503
    assert site.asked == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"garbage",
        b"[]",
        b"7",
        b"\xff\xfe",
        b'{"Type": "Notification"}',
        b'{"Type": 7}',
        b"[" * 100_000,
        b'{"Type": "Notification", "Type": "Notification"}',
    ],
)
def test_what_is_no_message_of_sns_is_malformed(listening: Api, body: bytes) -> None:
    answer = tell(listening, body)
    assert (answer.status_code, answer.get_json()["code"]) == (400, "malformed_request")


@pytest.mark.parametrize("member", ["Message", "Timestamp", "TopicArn", "Signature", "SigningCertURL", "MessageId"])
def test_a_member_that_is_missing_or_no_text_is_malformed(listening: Api, site: SnsSite, member: str) -> None:
    message = site.signed(Message=bounce(WHO))
    for value in (None, 7, [message[member]]):
        assert tell(listening, {**message, member: value}).status_code == 400


def test_while_one_certificate_is_fetched_nobody_waits_for_it(listening: Api, site: SnsSite) -> None:
    certificates = listening.client.application.extensions["auth"].certificates
    with certificates._fetching:
        assert tell(listening, site.signed(Message=bounce(WHO))).status_code == 503
    assert tell(listening, site.signed(Message=bounce(WHO))).status_code == 204


def test_the_hosts_are_those_of_the_topics_regions() -> None:
    assert hosts_of([TOPIC, "arn:aws-cn:sns:cn-north-1:123456789012:x"]) == {
        "sns.eu-central-1.amazonaws.com",
        "sns.cn-north-1.amazonaws.com.cn",
    }


@pytest.mark.parametrize(
    "topics", ["*", "arn:aws:sqs:eu-central-1:123456789012:mail", "arn:aws:sns:a/b:123456789012:x"]
)
def test_a_topic_that_is_none_is_a_broken_setting(make_settings: Callable[..., Any], topics: str) -> None:
    with pytest.raises(ValueError, match="ses_topic_arns"):
        make_settings(ses_topic_arns=topics)


def test_a_bounce_is_in_the_audit_log_without_the_address(listening: Api, site: SnsSite) -> None:
    tell(listening, site.signed(Message=bounce(WHO)))
    with listening.resources.database.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM audit WHERE action = 'address.suppressed'").all()
    assert len(rows) == 1
    assert "example.com" not in str(rows)
