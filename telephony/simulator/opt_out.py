"""The carrier's own STOP, START and HELP, as Twilio does them by default.

Source: Twilio's support article on opt-out keywords; the whole trimmed text counts, in any case.
"""

STOP_WORDS = frozenset(
    {"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "OPTOUT", "REVOKE"}
)
START_WORDS = frozenset({"START", "YES", "UNSTOP"})
HELP_WORDS = frozenset({"HELP", "INFO"})

REPLIES = {
    "STOP": "You have successfully been unsubscribed. You will not receive any more messages "
    "from this number. Reply START to resubscribe.",
    "START": "You have successfully been re-subscribed to messages from this number. "
    "Reply HELP for help. Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
    "HELP": "Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
}


def keyword(body: str, opted_out: bool) -> str | None:
    """STOP, START or HELP when the carrier acts on this text, else None.

    START and YES mean something to the carrier only from somebody who is opted out; otherwise
    a patient's "yes" is an ordinary text.
    """
    word = body.strip().upper()
    if word in STOP_WORDS:
        return "STOP"
    if word in START_WORDS and opted_out:
        return "START"
    return "HELP" if word in HELP_WORDS else None


def reply(word: str, was_opted_out: bool) -> str | None:
    """The carrier's canned answer; somebody already opted out gets none but to START."""
    return None if was_opted_out and word != "START" else REPLIES[word]
