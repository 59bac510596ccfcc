"""What a caller hears first. 911 before all else, then a nurse or texting."""

import re

from twilio.twiml.voice_response import Gather, VoiceResponse

from records import PharmacyProfile
from telephony.words import WORDING

# What a nurse could call back; "anonymous" is the same for everybody who hides.
E164 = re.compile(r"\+[1-9]\d{6,14}")
SPOKEN = {"en": "en-US", "es": "es-US"}


def greeting(profile: PharmacyProfile, caller: str) -> VoiceResponse:
    """911 first, then the choice: 0 for a nurse, or go on by text. Silence is a choice too."""
    if not E164.fullmatch(caller):
        return _no_number()
    gather = Gather(
        num_digits=1,
        timeout=6,
        action="/twilio/voice/choice",
        method="POST",
        action_on_empty_result=True,
    )
    for language, spoken_as in SPOKEN.items():
        gather.say(WORDING.text("caller", language, pharmacy=profile.name), language=spoken_as)
    response = VoiceResponse()
    response.append(gather)
    return response


def _no_number() -> VoiceResponse:
    response = VoiceResponse()
    for language, spoken_as in SPOKEN.items():
        response.say(WORDING.text("caller_unknown", language), language=spoken_as)
    response.hangup()
    return response
