"""The words of pages and calls, and the links that pages carry."""

from itsdangerous import BadSignature, URLSafeSerializer

from records import Escalation, Staff
from records.wording import beside

WORDING = beside(__file__, "wording.toml")


def spoken(number: int) -> str:
    """A number digit by digit, as a tired person understands it on the telephone."""
    return " ".join(str(number))


class Links:
    """Signed links to one escalation for one member of staff. Not guessable; one word: the token.

    They carry no time, so that a page is worded alike when it is sent again; the page behind
    the link decides for how long it opens (web.console).
    """

    def __init__(self, public_url: str, secret_key: str) -> None:
        """`public_url` is where people reach us; `secret_key` signs."""
        self._public_url = public_url
        self._serializer = URLSafeSerializer(secret_key, salt="console-link")

    def to(self, escalation_id: int, staff_id: int) -> str:
        """The link for a page or a confirmation."""
        token = self._serializer.dumps([escalation_id, staff_id])
        return f"{self._public_url}/console/e/{token}"

    def read(self, token: str) -> tuple[int, int] | None:
        """(escalation id, staff id) of a token, or None if we did not sign it."""
        try:
            escalation_id, staff_id = self._serializer.loads(token)
        except (BadSignature, ValueError, TypeError):
            return None
        return int(escalation_id), int(staff_id)


def page_text(escalation: Escalation, staff: Staff, links: Links) -> str:
    """What a page says by text: the number, how to accept, a link. No health information."""
    key = f"page_{escalation.tier}"
    return WORDING.text(key, "en", number=escalation.id, link=links.to(escalation.id, staff.id))
