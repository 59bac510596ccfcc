"""What a caller hears first. 911 before all else, then a nurse or texting."""

from twilio.twiml.voice_response import Gather, VoiceResponse

from records import Database, profile_of
from telephony.words import WORDING

SPOKEN = {"en": "en-US", "es": "es-US"}


def greeting(database: Database) -> VoiceResponse:
    """911 first, then the choice: 0 for a nurse, or go on by text. Silence is a choice too."""
    with database.read() as session:
        pharmacy = profile_of(session).name
    gather = Gather(
        num_digits=1,
        timeout=6,
        action="/twilio/voice/choice",
        method="POST",
        action_on_empty_result=True,
    )
    for language, spoken_as in SPOKEN.items():
        gather.say(WORDING.text("caller", language, pharmacy=pharmacy), language=spoken_as)
    response = VoiceResponse()
    response.append(gather)
    return response
