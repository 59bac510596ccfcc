"""Texts: created by the API, carried to phones, told about by callbacks; and the way back."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from datetime import datetime

from . import opt_out
from .errors import DELIVERY_ERRORS, ApiError
from .exchange import Exchange, geography
from .resources import API_VERSION, FINAL_MESSAGE, Media, Message, new_sid
from .segments import count_segments

E164 = re.compile(r"\+[1-9]\d{6,14}")
LONGEST_BODY = 1600
File = tuple[str, bytes]  # content type, content


class Texts:
    """Everything that happens to a text."""

    def __init__(self, exchange: Exchange):
        self.exchange = exchange
        self._held: dict[str, list[dict[str, str]]] = {}

    def create(self, form: Mapping[str, str], media_urls: Sequence[str] = ()) -> Message:
        """Accept a text from the API (form fields in Twilio's names); raises ApiError."""
        to, sender, service = self._addresses(form)
        body = form.get("Body", "")
        if not body and not media_urls:
            raise ApiError(21602)
        if len(body) > LONGEST_BODY:
            raise ApiError(21617)
        if self.exchange.opted_out(to, sender):
            raise ApiError(21610)
        first = "accepted" if service else "queued"
        message = self._new("outbound-api", to, sender, body, status=first)
        message.messaging_service_sid = service
        message.media_urls = list(media_urls)
        message.status_callback = form.get("StatusCallback")
        message.validity_period = _seconds(form.get("ValidityPeriod"), 1, 36000)
        self._store(message)
        return message

    def launch(self, message: Message) -> None:
        """Send an accepted text on its way; its callbacks follow in their own lane."""
        if message.status == "accepted":
            self._move(message, "queued")
        else:
            self._tell(message)
        self._move(message, "sending")
        delay = self.exchange.faults.text_delay
        if delay:
            known = min(delay, message.validity_period)
            self.exchange.clock.after(known, lambda: self._carry(message, delay))
        else:
            self._carry(message, 0.0)

    def receive(self, sender: str, to: str, body: str, files: Sequence[File] = ()) -> Message:
        """A phone texts the pharmacy: tell the webhook, and carry what it answers.

        Returns when the product has answered. Raises LookupError when `to` is not a number of
        the account.
        """
        urls = self.exchange.numbers[to]
        prefix = "MM" if files else "SM"
        message = self._new("inbound", to, sender, body, status="received", prefix=prefix)
        message.media = [self._file(message, each) for each in files]
        message.sent = message.created
        self._store(message)
        word = self._obey(message)
        if url := urls.get("sms_url"):
            params = self._inbound_form(message, word)
            answer = self.exchange.webhooks.send(
                url, params, fallback=urls.get("sms_fallback_url"), copies=self.exchange.copies()
            )
            with self.exchange.changed:
                message.webhook_status = answer.status if answer else 0
                self.exchange.publish_text(message)
            if answer and answer.ok:
                self._reply(message, answer.text)
        return message

    def cancel(self, message: Message) -> None:
        """Stop a text that is still on its way; raises ApiError when it is too late."""
        if message.status in FINAL_MESSAGE or message.status == "sent":
            raise ApiError(30409, message.status)
        self._move(message, "canceled")

    def _addresses(self, form: Mapping[str, str]) -> tuple[str, str, str | None]:
        to, sender = form.get("To", ""), form.get("From", "")
        service = form.get("MessagingServiceSid")
        if not to:
            raise ApiError(21604)
        if not E164.fullmatch(to):
            raise ApiError(21211, to)
        if service and service not in self.exchange.messaging_services:
            raise ApiError(21701, service)
        if not sender and not service:
            raise ApiError(21603)
        sender = sender or self.exchange.messaging_services[service or ""]
        if sender not in self.exchange.numbers:
            raise ApiError(21606, sender)
        if sender == to:
            raise ApiError(21266, to)
        return to, sender, service

    def _new(
        self, direction: str, to: str, sender: str, body: str, *, status: str, prefix: str = "SM"
    ) -> Message:
        now = self.exchange.clock.now()
        account = self.exchange.account_sid
        return Message(
            new_sid(prefix), account, direction, to, sender, body, status, created=now, updated=now
        )

    def _store(self, message: Message) -> None:
        with self.exchange.changed:
            self.exchange.messages[message.sid] = message
            self.exchange.publish_text(message)

    def _move(self, message: Message, status: str, error_code: int | None = None) -> None:
        with self.exchange.changed:
            if message.status in FINAL_MESSAGE:
                return
            message.status = status
            message.updated = self.exchange.clock.now()
            message.error_code = error_code
            message.error_message = DELIVERY_ERRORS.get(error_code) if error_code else None
            if status == "sent":
                message.sent = message.updated
            self.exchange.publish_text(message)
        self._tell(message)

    def _carry(self, message: Message, delay: float) -> None:
        if message.status == "canceled":
            return
        if delay > message.validity_period:
            self._move(message, "failed", 30036)
            return
        fault = self.exchange.faults.take_carrier(message.to)
        if fault and fault.status == "failed":
            self._move(message, "failed", fault.error_code)
            return
        self._move(message, "sent")
        if fault:
            self._move(message, "undelivered", fault.error_code)
            return
        self._hand_over(message)
        self._move(message, "delivered")

    def _hand_over(self, message: Message, from_carrier: bool = False) -> None:
        if handset := self.exchange.handset(message.to):
            handset.take_text(message, from_carrier)

    def _tell(self, message: Message) -> None:
        """Post the status the text has now, as the faults in force allow."""
        faults = self.exchange.faults
        if not message.status_callback or faults.dropped:
            return
        forms = [self._status_form(message)]
        if faults.reordered:
            held = self._held.setdefault(message.sid, [])
            held.extend(forms)
            if message.status not in FINAL_MESSAGE:
                return
            forms = list(reversed(self._held.pop(message.sid)))
        for form in forms:
            self._post_later(message, form)

    def _post_later(self, message: Message, form: dict[str, str]) -> None:
        exchange, url = self.exchange, message.status_callback or ""
        copies = exchange.copies()

        def post() -> None:
            exchange.webhooks.send(url, form, copies=copies)

        if delay := exchange.faults.callback_delay:
            exchange.clock.after(delay, lambda: exchange.lanes.submit(message.sid, post))
        else:
            exchange.lanes.submit(message.sid, post)

    def _status_form(self, message: Message) -> dict[str, str]:
        form = {
            "AccountSid": message.account_sid,
            "ApiVersion": API_VERSION,
            "From": message.from_,
            "MessageSid": message.sid,
            "MessageStatus": message.status,
            "SmsSid": message.sid,
            "SmsStatus": message.status,
            "To": message.to,
        }
        if message.messaging_service_sid:
            form["MessagingServiceSid"] = message.messaging_service_sid
        if message.error_code:
            form["ErrorCode"] = str(message.error_code)
        if message.status in ("delivered", "undelivered"):
            form["RawDlrDoneDate"] = _raw_date(message.updated)
        return form

    def _inbound_form(self, message: Message, word: str | None) -> dict[str, str]:
        form = {
            "AccountSid": message.account_sid,
            "ApiVersion": API_VERSION,
            "Body": message.body,
            "From": message.from_,
            "MessageSid": message.sid,
            "NumMedia": str(message.num_media),
            "NumSegments": str(count_segments(message.body)),
            "SmsMessageSid": message.sid,
            "SmsSid": message.sid,
            "SmsStatus": "received",
            "To": message.to,
            **geography("From", "To"),
        }
        for index, media in enumerate(message.media):
            uri = media.uri(message.account_sid)
            form[f"MediaUrl{index}"] = self.exchange.base_url + uri
            form[f"MediaContentType{index}"] = media.content_type
        if word:
            form["OptOutType"] = word
        return form

    def _obey(self, message: Message) -> str | None:
        """Do what the carrier does with STOP, START and HELP; returns the word it saw."""
        pair = (message.from_, message.to)
        was_out = pair in self.exchange.opt_outs
        word = opt_out.keyword(message.body, was_out)
        if word == "STOP":
            self.exchange.opt_outs.add(pair)
        elif word == "START":
            self.exchange.opt_outs.discard(pair)
        if word and (words := opt_out.reply(word, was_out)):
            canned = self._new(
                "outbound-reply", message.from_, message.to, words, status="delivered"
            )
            canned.sent = canned.created
            self._store(canned)
            self._hand_over(canned, from_carrier=True)
        return word

    def _reply(self, message: Message, document: str) -> None:
        """Carry what the product answered in TwiML."""
        for to, body in messages_in(document):
            target = to or message.from_
            if self.exchange.opted_out(target, message.to):
                continue
            answer = self._new("outbound-reply", target, message.to, body, status="queued")
            self._store(answer)
            self.launch(answer)

    def _file(self, message: Message, file: File) -> Media:
        content_type, content = file
        return Media(new_sid("ME"), message.sid, content_type, content, message.created)


def messages_in(document: str) -> list[tuple[str | None, str]]:
    """The texts of a messaging TwiML document as (to or None, body)."""
    try:
        root = ET.fromstring(document or "<Response/>")  # noqa: S314 - the product's own
    except ET.ParseError:
        return []
    found = []
    for verb in root.iter():
        if verb.tag in ("Message", "Sms"):
            bodies = [each.text or "" for each in verb.findall("Body")]
            body = "".join(bodies) or (verb.text or "")
            found.append((verb.get("to"), body.strip()))
    return [(to, body) for to, body in found if body]


def _seconds(value: str | None, low: int, high: int) -> int:
    if value is None:
        return high
    if not value.isdigit() or not low <= int(value) <= high:
        raise ApiError(20001, f"ValidityPeriod must be between {low} and {high}")
    return int(value)


def _raw_date(moment: datetime) -> str:
    return moment.strftime("%y%m%d%H%M")
