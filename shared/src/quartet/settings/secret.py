"""One secret of AWS Secrets Manager, read once at the start. boto3 is imported only then."""

import os
import re
from typing import Any

TRIES = 5
"""Throttled, that is at most 15 s of back-off; with no answer at all, at most 8 s a try."""

HINTS = {
    "NoCredentialsError": "no AWS credentials were found",
    "EndpointConnectionError": "Secrets Manager cannot be reached",
    "ConnectTimeoutError": "Secrets Manager cannot be reached",
    "ReadTimeoutError": "Secrets Manager does not answer",
    "ResourceNotFoundException": "there is no such secret",
    "ValueError": "the id, AWS_REGION or AWS_ENDPOINT_URL is malformed",
}


class UnreadableSecret(Exception):
    """The secret could not be had; the message says why in one line, without any value."""


def read_secret(secret_id: str, *, region: str, endpoint_url: str, default_region: str) -> str:
    """Return the text of a secret's current version.

    Throttling, outages (5xx) and lost connections are tried again with back-off, `TRIES` times in all.

    Args:
        secret_id: name or ARN; an ARN's own region is asked.
        region: if empty, AWS_DEFAULT_REGION or the AWS profile's is asked, else `default_region`.
        endpoint_url: if empty, AWS's own.

    Raises:
        UnreadableSecret: naming the reason.
    """
    try:
        import boto3
        from botocore.config import Config
        from botocore.exceptions import BotoCoreError, ClientError
        from botocore.parsers import ResponseParserError
    except ImportError:
        raise UnreadableSecret("needs boto3, which is not installed") from None
    try:
        session = boto3.Session()
        client = session.client(
            "secretsmanager",
            region_name=_region_of(secret_id) or region or session.region_name or default_region,
            endpoint_url=os.environ.get("AWS_ENDPOINT_URL_SECRETS_MANAGER") or endpoint_url or None,
            config=Config(connect_timeout=3, read_timeout=5, retries={"mode": "standard", "total_max_attempts": TRIES}),
        )
        answer: Any = client.get_secret_value(SecretId=secret_id)
    except ClientError as error:
        raise UnreadableSecret(_refusal(error.response)) from None
    except (BotoCoreError, ResponseParserError, ValueError) as error:
        kind = type(error).__name__
        raise UnreadableSecret(f"{HINTS.get(kind, 'the secret cannot be read')} ({kind})") from None
    if "SecretString" not in answer:
        raise UnreadableSecret("the secret holds no text")
    return str(answer["SecretString"])


def _region_of(secret_id: str) -> str | None:
    parts = secret_id.split(":")
    return parts[3] if parts[0] == "arn" and len(parts) > 3 else None


def _refusal(response: Any) -> str:
    code = response["Error"]["Code"]
    code = code if re.fullmatch(r"\w{1,80}", code) else "an error"
    status = response["ResponseMetadata"]["HTTPStatusCode"]
    tries = response["ResponseMetadata"].get("RetryAttempts", 0) + 1
    hint = HINTS.get(code, "the secret cannot be read")
    return f"{hint} (Secrets Manager answered {code}, HTTP {status}, at try {tries} of {TRIES})"
