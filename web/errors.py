"""Clear answers to what goes wrong, and the headers that every page of ours carries."""

import logging

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

log = logging.getLogger(__name__)

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def init_app(app: Flask) -> None:
    """Register the handlers and headers with an application."""
    app.register_error_handler(HTTPException, _say)
    app.register_error_handler(Exception, _broken)
    app.after_request(_headers)


def _say(error: HTTPException) -> Response:
    """An error that HTTP has a word for, in one line of text."""
    if error.response is not None:
        return error.response  # type: ignore[return-value]
    return Response(f"{error.code} {error.name}\n", error.code, mimetype="text/plain")


def _broken(error: Exception) -> Response:
    """Anything else: logged without what was sent; the carrier tries the fallback route."""
    log.error("request_failed", exc_info=error, extra={"endpoint": request.endpoint})
    return Response("500 Something went wrong here.\n", 500, mimetype="text/plain")


def _headers(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", POLICY)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    return response
