"""Only Twilio may speak here: every route of this room checks the signature, and fails closed."""

from flask import Request, Response, abort, current_app, request
from twilio.request_validator import RequestValidator


def check_signature() -> None:
    """Answer 403 unless one of the account's tokens signed this request.

    The URL is the configured PUBLIC_URL plus path and query: behind a proxy the request's own
    scheme and host are not what Twilio signed.
    """
    if not is_signed(request, current_app.config["SETTINGS"]):
        abort(Response("signature missing or wrong", 403, mimetype="text/plain"))


def is_signed(received: Request, settings: object) -> bool:
    """Whether X-Twilio-Signature is right for the URL and every form value, repeated ones too."""
    query = received.query_string.decode("utf-8", "replace")
    url = settings.public_url + received.path + (f"?{query}" if query else "")  # type: ignore[attr-defined]
    signature = received.headers.get("X-Twilio-Signature", "")
    tokens = settings.auth_tokens  # type: ignore[attr-defined]
    return any(RequestValidator(token).validate(url, received.form, signature) for token in tokens)
