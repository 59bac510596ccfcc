"""Dial: several legs that belong together, either bridged one to one or in a conference."""

import xml.etree.ElementTree as ET
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from .call_forms import conference_form, events_wanted
from .resources import Call, new_sid
from .twiml import DialOutcome, Jump

if TYPE_CHECKING:
    from .calls import Calls

NUMBER_FAILED = DialOutcome("failed", None, 0)


@dataclass
class Bridge:
    """A Dial with Numbers: the caller's leg, the legs rung for it, and their whisper URLs."""

    parent: Call
    legs: list[Call]
    whispers: dict[str, str]
    connected: bool = False


@dataclass
class Room:
    """A conference: who is in it, and where its events go."""

    name: str
    sid: str
    members: list[Call] = field(default_factory=list)
    enders: set[str] = field(default_factory=set)
    callback: str | None = None
    events: tuple[str, ...] = ()
    sequence: int = 0


class Switchboard:
    """Knows which legs belong together."""

    def __init__(self, calls: "Calls"):
        self.calls = calls
        self.exchange = calls.exchange
        self._bridges: dict[str, Bridge] = {}  # by the sid of every leg, the parent's included
        self._rooms: dict[str, Room] = {}

    def dial(self, call: Call, dial: ET.Element, url: str) -> DialOutcome | None:
        """Begin a Dial on `call`; None: it goes on until a leg ends or everybody leaves."""
        conference = dial.find("Conference")
        if conference is not None:
            self._join(call, conference, url)
            return None
        nouns = dial.findall("Number") or ([dial] if (dial.text or "").strip() else [])
        legs = [self._leg(call, dial, noun) for noun in nouns]
        if not legs:
            return NUMBER_FAILED
        whispers = {
            leg.sid: urljoin(url, noun.get("url", ""))
            for leg, noun in zip(legs, nouns, strict=True)
            if noun.tag == "Number" and noun.get("url")
        }
        bridge = Bridge(call, legs, whispers)
        self._bridges.update({leg.sid: bridge for leg in [call, *legs]})
        for leg in legs:
            self.calls.launch(leg)
        return None

    def answered(self, leg: Call) -> bool:
        """A phone answers; True when it was rung by a Dial, and is dealt with here."""
        bridge = self._bridges.get(leg.sid)
        if bridge is None or leg is bridge.parent:
            return False
        for other in bridge.legs:
            if other is not leg:
                self.calls.end(other, "canceled")
        if whisper := bridge.whispers.get(leg.sid):
            line = self.calls.line(leg)
            line.on_end = lambda: self._connect(bridge, leg)
            line.play(self.calls.fetch(leg, Jump(whisper)), whisper)
        else:
            self._connect(bridge, leg)
        return True

    def left(self, call: Call) -> None:
        """A leg has ended: the others go on, or end with it."""
        if bridge := self._bridges.pop(call.sid, None):
            self._unbridge(bridge, call)
        for room in [each for each in self._rooms.values() if call in each.members]:
            self._leave(room, call)

    def _leg(self, call: Call, dial: ET.Element, noun: ET.Element) -> Call:
        caller = dial.get("callerId") or (call.from_ if call.direction == "inbound" else call.to)
        number = (noun.text or "").strip()
        leg = self.calls.new("outbound-dial", number, caller, "queued")
        leg.parent_sid = call.sid
        leg.timeout = int(dial.get("timeout", "30"))
        leg.status_callback = noun.get("statusCallback")
        leg.status_events = events_wanted(
            [noun.get("statusCallbackEvent", "")], leg.status_callback
        )
        self.calls.store(leg)
        return leg

    def _connect(self, bridge: Bridge, leg: Call) -> None:
        if bridge.parent.over:
            self.calls.end(leg)
            return
        bridge.connected = True
        self._talk(bridge.parent, leg.to)
        self._talk(leg, bridge.parent.from_)

    def _talk(self, call: Call, partner: str | None) -> None:
        with self.exchange.changed:
            if call.talking_to != partner and not call.over:
                call.talking_to = partner
                self.exchange.publish_call(call)

    def _unbridge(self, bridge: Bridge, ended: Call) -> None:
        if ended is bridge.parent:
            for leg in bridge.legs:
                self.calls.end(leg, "completed" if leg.started else "canceled")
            return
        if bridge.parent.over or not all(leg.over for leg in bridge.legs):
            return
        self._bridges.pop(bridge.parent.sid, None)
        self._talk(bridge.parent, None)
        best = next((leg for leg in bridge.legs if leg.started), ended)
        status = "completed" if best.started else best.status
        outcome = DialOutcome(status, best.sid, best.duration, bridge.connected)
        self._resume(bridge.parent, outcome)

    def _resume(self, call: Call, outcome: DialOutcome) -> None:
        line = self.calls.line(call)
        self.exchange.lanes.submit(call.sid, lambda: line.resume(outcome))

    def _join(self, call: Call, noun: ET.Element, url: str) -> None:
        name = (noun.text or "").strip()
        with self.exchange.changed:
            room = self._rooms.setdefault(name, Room(name, new_sid("CF")))
            room.members.append(call)
            if noun.get("endConferenceOnExit") == "true":
                room.enders.add(call.sid)
            if callback := noun.get("statusCallback"):
                room.callback = urljoin(url, callback)
                room.events = tuple(noun.get("statusCallbackEvent", "start end").split())
        self._tell(room, "participant-join", call)
        if len(room.members) == 2:
            self._tell(room, "conference-start")
        self._show_members(room)

    def _leave(self, room: Room, call: Call) -> None:
        with self.exchange.changed:
            room.members.remove(call)
            over = call.sid in room.enders or not room.members
            rest = list(room.members) if over else []
            if over:
                room.members.clear()
                self._rooms.pop(room.name, None)
        self._tell(room, "participant-leave", call)
        self._show_members(room)
        for other in rest:
            self._talk(other, None)
            self._resume(other, DialOutcome("completed", None, 0))
        if over:
            self._tell(room, "conference-end")

    def _show_members(self, room: Room) -> None:
        for call in list(room.members):
            others = [_phone_of(each) for each in room.members if each is not call]
            self._talk(call, ", ".join(others) or None)

    def _tell(self, room: Room, event: str, call: Call | None = None) -> None:
        if not room.callback or event.partition("-")[2] not in room.events:
            return
        room.sequence += 1
        form = conference_form(
            self.exchange.account_sid,
            room.name,
            room.sid,
            event=event,
            number=room.sequence,
            call=call,
        )
        url = room.callback
        self.exchange.lanes.submit(room.sid, lambda: self.exchange.webhooks.send(url, form))


def _phone_of(call: Call) -> str:
    """The number of the person on this leg (the other end is the pharmacy)."""
    return call.from_ if call.direction == "inbound" else call.to
