"""Who may drive the simulator: programs on this machine, and its own page; no other web page."""

from urllib.parse import urlsplit

from flask import Flask, Response, request

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    ]
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def protect(app: Flask) -> None:
    """Check every request before it is looked at, and set the headers of every answer."""
    app.before_request(_check)
    app.after_request(_headers)


def _check() -> tuple[dict[str, str], int] | None:
    # A name that resolves to this machine is how DNS rebinding gets in: only loopback counts.
    if urlsplit(f"//{request.host}").hostname not in LOOPBACK:
        return {"error": "the simulator answers on loopback only"}, 421
    if _from_elsewhere() and not _is_visit():
        return {"error": "only the simulator's own page may do this"}, 403
    if request.method == "POST" and request.path.startswith("/control") and not request.is_json:
        # A page elsewhere can send forms without asking, but not JSON.
        return {"error": "send application/json"}, 415
    return None


def _from_elsewhere() -> bool:
    """Whether a browser says that another site's page made this request."""
    if request.headers.get("Sec-Fetch-Site", "none") not in ("same-origin", "none"):
        return True
    origin = request.headers.get("Origin")
    return origin is not None and origin != request.host_url.rstrip("/")


def _is_visit() -> bool:
    """Whether a person follows a link to the page, as from the product's /simulator."""
    navigates = request.headers.get("Sec-Fetch-Mode") == "navigate"
    return request.method == "GET" and request.path == "/" and navigates


def _headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response
