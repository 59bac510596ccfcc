"""Calls: placed by the API or by a phone, rung, answered, spoken to and ended."""

import xml.etree.ElementTree as ET
from typing import Any

from werkzeug.datastructures import MultiDict

from .call_forms import EVENT_OF, amd_form, call_form, events_wanted, status_form
from .clock import Timer
from .errors import ApiError
from .exchange import Exchange
from .line import Line
from .resources import Call, new_sid
from .switchboard import Switchboard
from .texts import E164
from .twiml import TROUBLE, DialOutcome, Jump, parse


class Calls:
    """Everything that happens to a call. `paced`: speech and pauses take their time."""

    def __init__(self, exchange: Exchange, paced: bool = False):
        self.exchange = exchange
        self.paced = paced
        self.switchboard = Switchboard(self)
        self._lines: dict[str, Line] = {}
        self._ringing: dict[str, Timer] = {}
        self._held: dict[str, list[dict[str, str]]] = {}

    def create(self, form: "MultiDict[str, str]") -> Call:
        """Accept a call from the API (Twilio's form fields); raises ApiError."""
        to, caller = form.get("To", ""), form.get("From", "")
        self._check(to, caller, form)
        call = self.new("outbound-api", to, caller, "queued")
        call.url, call.twiml = form.get("Url"), form.get("Twiml")
        call.method = form.get("Method", "POST").upper()
        call.fallback_url = form.get("FallbackUrl")
        call.timeout = int(form.get("Timeout", 60))
        call.status_callback = form.get("StatusCallback")
        call.status_events = events_wanted(
            form.getlist("StatusCallbackEvent"), call.status_callback
        )
        call.machine_detection = form.get("MachineDetection")
        call.async_amd = form.get("AsyncAmd", "").lower() == "true"
        call.async_amd_callback = form.get("AsyncAmdStatusCallback")
        self.store(call)
        return call

    def launch(self, call: Call) -> None:
        """Ring the phone that `call` goes to."""
        self.exchange.lanes.submit(call.sid, lambda: self._ring(call))

    def receive(self, caller: str, to: str) -> Call:
        """A phone calls the pharmacy. Raises LookupError when `to` is not its number."""
        urls = self.exchange.numbers[to]
        call = self.new("inbound", to, caller, "ringing")
        call.url, call.fallback_url = urls.get("voice_url"), urls.get("voice_fallback_url")
        call.status_callback = urls.get("voice_status_url")
        self.store(call)
        if handset := self.exchange.handset(caller):
            handset.note_call(call)
        self.act(call, lambda: self._pick_up(call))
        return call

    def answer(self, call: Call, answered_by: str = "human") -> None:
        """The called phone answers; by `human` or `machine_start` (voicemail)."""
        self.act(call, lambda: self._answer(call, answered_by))

    def press(self, call: Call, keys: str) -> None:
        """Keys are pressed on the phone."""
        self.act(call, lambda: self.line(call).press(keys))

    def finish(self, call: Call, status: str) -> None:
        """The call ends as busy, no-answer, failed, canceled or completed, from outside."""
        self.act(call, lambda: self.end(call, status))

    def act(self, call: Call, job: Any) -> None:
        """Do `job` in the call's lane and wait for it and for the callbacks it caused."""
        self.exchange.lanes.do(call.sid, job)
        self.exchange.lanes.do(f"{call.sid} callbacks", lambda: None)

    def update(self, call: Call, form: "MultiDict[str, str]") -> None:
        """The API changes a call: Status=canceled|completed, or a new Url or Twiml."""
        status = form.get("Status")
        if status:
            before = call.status in ("queued", "ringing")
            self.end(call, "canceled" if before else "completed")
            return
        if call.status != "in-progress":
            raise ApiError(21220)
        call.method = form.get("Method", "POST").upper()
        call.url, call.twiml = form.get("Url"), form.get("Twiml")
        self.exchange.lanes.submit(call.sid, lambda: self._run(call))

    def end(self, call: Call, status: str = "completed") -> None:
        """End a call; the legs that hang on it end too. Ending twice does nothing."""
        if not self.move(call, status):
            return
        if line := self._lines.get(call.sid):
            line.stop()
        self.switchboard.left(call)

    def move(self, call: Call, status: str) -> bool:
        """Bring a call to `status` and tell about it; False when it was over already."""
        with self.exchange.changed:
            if call.over:
                return False
            call.updated = self.exchange.clock.now()
            if status != "initiated":
                call.status = status
            if status == "in-progress":
                call.started = call.updated
            if call.over:
                call.ended, call.listening, call.talking_to = call.updated, False, None
            if (timer := self._ringing.pop(call.sid, None)) and status != "ringing":
                timer.cancel()
            form = status_form(call, status)
            call.sequence += 1
            self.exchange.publish_call(call)
        self._tell(call, status, form)
        return True

    def new(self, direction: str, to: str, caller: str, status: str) -> Call:
        """A fresh call leg."""
        now = self.exchange.clock.now()
        account = self.exchange.account_sid
        return Call(new_sid("CA"), account, direction, to, caller, status, created=now, updated=now)

    def store(self, call: Call) -> None:
        """Keep a call and show it."""
        with self.exchange.changed:
            self.exchange.calls[call.sid] = call
            self.exchange.publish_call(call)

    def line(self, call: Call) -> Line:
        """The player of a call, made when first asked for."""
        return self._lines.setdefault(call.sid, Line(self, call))

    def fetch(self, call: Call, jump: Jump) -> ET.Element:
        """Ask the product what to say next."""
        form = {**call_form(call), **dict(jump.params)}
        answer = self.exchange.webhooks.send(
            jump.url, form, jump.method, call.fallback_url, self.exchange.copies()
        )
        return parse(answer.text) if answer and answer.ok else TROUBLE

    def dial(self, call: Call, dial: ET.Element, url: str) -> DialOutcome | None:
        """Play a Dial: other phones are rung, or a conference is joined."""
        return self.switchboard.dial(call, dial, url)

    def _check(self, to: str, caller: str, form: "MultiDict[str, str]") -> None:
        if not to:
            raise ApiError(21201)
        if not caller:
            raise ApiError(21213)
        if not E164.fullmatch(to):
            raise ApiError(21211, to)
        if caller not in self.exchange.numbers:
            raise ApiError(21210, caller)
        if not form.get("Url") and not form.get("Twiml"):
            raise ApiError(21205)

    def _ring(self, call: Call) -> None:
        self.move(call, "initiated")
        if not self.move(call, "ringing"):
            return
        clock, lanes = self.exchange.clock, self.exchange.lanes
        self._ringing[call.sid] = clock.after(
            call.timeout,
            lambda: lanes.submit(call.sid, lambda: self._unanswered(call)),
        )
        if handset := self.exchange.handset(call.to):
            handset.ring(call)

    def _unanswered(self, call: Call) -> None:
        if call.status == "ringing":
            self.end(call, "no-answer")

    def _answer(self, call: Call, answered_by: str) -> None:
        if call.status != "ringing" or call.direction == "inbound":
            return
        call.answered_by = answered_by if call.machine_detection else None
        if self.move(call, "in-progress") and not self.switchboard.answered(call):
            self._run(call)
        if call.async_amd and call.async_amd_callback:
            self._post(call, call.async_amd_callback, amd_form(call))

    def _pick_up(self, call: Call) -> None:
        if not call.url:
            self.end(call, "failed")
            return
        root = self.fetch(call, Jump(call.url))
        if len(root) and root[0].tag == "Reject":
            status = "busy" if root[0].get("reason") == "busy" else "no-answer"
            self.end(call, status)
        elif self.move(call, "in-progress"):
            self.line(call).play(root, self.exchange.webhooks.absolute(call.url))

    def _run(self, call: Call) -> None:
        url = self.exchange.webhooks.absolute(call.url or "")
        root = parse(call.twiml) if call.twiml else self.fetch(call, Jump(url, call.method))
        if not call.over:
            self.line(call).play(root, url)

    def _tell(self, call: Call, status: str, form: dict[str, str]) -> None:
        """Post a status callback when this event was asked for, as the faults allow."""
        faults = self.exchange.faults
        wanted = EVENT_OF[status] in call.status_events and call.status_callback
        if faults.dropped or not call.status_callback:
            return
        forms = [form] if wanted else []
        if faults.reordered:
            held = self._held.setdefault(call.sid, [])
            held.extend(forms)
            if not call.over:
                return
            forms = list(reversed(self._held.pop(call.sid)))
        for each in forms:
            self._post(call, call.status_callback, each)

    def _post(self, call: Call, url: str, form: dict[str, str]) -> None:
        exchange, lane = self.exchange, f"{call.sid} callbacks"
        copies = exchange.copies()

        def post() -> None:
            exchange.webhooks.send(url, form, copies=copies)

        if delay := exchange.faults.callback_delay:
            exchange.clock.after(delay, lambda: exchange.lanes.submit(lane, post))
        else:
            exchange.lanes.submit(lane, post)
