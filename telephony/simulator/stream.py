"""The live stream of the page: server-sent events that resume where they broke off."""

import json
import threading
from collections.abc import Iterator
from typing import Any

from flask import Response

from .events import Events

PING_SECONDS = 15.0
MOST_STREAMS = 24
RETRY_MS = 1000


class Streams:
    """Open streams of one simulator, counted, because each holds a thread."""

    def __init__(self, events: Events):
        self._events = events
        self._open = 0
        self._lock = threading.Lock()

    def response(self, cursor: str | None) -> Response:
        """A stream of everything after `cursor`; 503 when too many are open."""
        if self._open >= MOST_STREAMS:
            return Response("too many pages are open", 503)
        headers = {"X-Accel-Buffering": "no"}
        return Response(self._follow(cursor), mimetype="text/event-stream", headers=headers)

    def _follow(self, cursor: str | None) -> Iterator[str]:
        with self._lock:
            self._open += 1
        try:
            yield f"retry: {RETRY_MS}\n\n"
            yield from self._events_after(cursor)
        finally:
            with self._lock:
                self._open -= 1

    def _events_after(self, cursor: str | None) -> Iterator[str]:
        events = self._events
        number = events.position(cursor)
        if number is None:
            # What happened since is not known any more: the page asks for the whole state.
            yield _event(events.cursor(), "reset", {})
            number = events.position(events.cursor()) or 0
        while not events.closed:
            fresh = events.after(number, PING_SECONDS)
            for event in fresh:
                number = event.number
                yield _event(f"{events.epoch}-{number}", event.kind, event.data)
            if not fresh:
                yield "event: ping\ndata: {}\n\n"


def _event(identity: str, kind: str, data: dict[str, Any]) -> str:
    return f"id: {identity}\nevent: {kind}\ndata: {json.dumps(data)}\n\n"
