"""Twilio's error answers: code, HTTP status and words.

Source of the codes: https://www.twilio.com/docs/api/errors
"""

from flask import Response, jsonify

# code: (HTTP status, message)
CODES: dict[int, tuple[int, str]] = {
    20001: (400, "Invalid parameter: {detail}"),
    20003: (401, "Authenticate"),
    20404: (404, "The requested resource {detail} was not found"),
    20429: (429, "Too Many Requests"),
    20500: (500, "Internal Server Error"),
    20503: (503, "Service Unavailable"),
    21201: (400, "No 'To' number is specified"),
    21205: (400, "Url parameter is required."),
    21210: (400, "The source phone number provided, {detail}, is not yet verified."),
    21211: (400, "Invalid 'To' Phone Number: {detail}"),
    21213: (400, "No 'From' number is specified"),
    21220: (400, "Unable to update record. Call is not in-progress. Cannot redirect."),
    21266: (400, "'To' and 'From' number cannot be the same: {detail}"),
    21602: (400, "Message body is required."),
    21603: (400, "A 'From' phone number is required."),
    21604: (400, "A 'To' phone number is required."),
    21606: (
        400,
        "The 'From' phone number {detail} is not a valid, message-capable Twilio phone number "
        "for the given country.",
    ),
    21610: (400, "Attempt to send to unsubscribed recipient"),
    21617: (400, "The concatenated message body exceeds the 1600 character limit"),
    21701: (404, "The Messaging Service {detail} does not exist"),
    30409: (400, "Cannot modify the message: it is already {detail}"),
}

# What a carrier's refusal is called in the message's error_message and its callbacks.
DELIVERY_ERRORS: dict[int, str] = {
    30001: "Queue overflow",
    30002: "Account suspended",
    30003: "Unreachable destination handset",
    30004: "Message blocked",
    30005: "Unknown destination handset",
    30006: "Landline or unreachable carrier",
    30007: "Message filtered",
    30008: "Unknown error",
    30034: "Message from an Unregistered Number",
    30036: "Validity Period Expired",
}


class ApiError(Exception):
    """A refusal in Twilio's words; becomes the JSON answer of the request."""

    def __init__(self, code: int, detail: str = "", status: int | None = None):
        default, words = CODES[code]
        self.code = code
        self.status = status or default
        self.message = words.format(detail=detail)
        super().__init__(f"{code} {self.message}")

    def as_json(self) -> dict[str, object]:
        """The error document: {code, message, more_info, status}."""
        return {
            "code": self.code,
            "message": self.message,
            "more_info": f"https://www.twilio.com/docs/errors/{self.code}",
            "status": self.status,
        }


def answer(error: ApiError) -> Response:
    """The error as an HTTP answer."""
    response = jsonify(error.as_json())
    response.status_code = error.status
    if error.status == 401:
        response.headers["WWW-Authenticate"] = 'Basic realm="Twilio API"'
    return response
