"""The Calls resource."""

from typing import Any

from flask import Blueprint, g, request

from .calls import Calls
from .errors import ApiError
from .exchange import Exchange
from .filters import keep_equal, keep_times
from .paging import envelope
from .resources import Call


def routes(api: Blueprint, exchange: Exchange, calls: Calls) -> None:
    """Add the routes of Calls to the API."""
    view = _Calls(exchange, calls)
    rule = api.add_url_rule
    rule("/Calls.json", "create_call", view.create, methods=["POST"])
    rule("/Calls.json", "list_calls", view.list)
    rule("/Calls/<sid>.json", "fetch_call", view.fetch)
    rule("/Calls/<sid>.json", "update_call", view.update, methods=["POST"])
    rule("/Calls/<sid>.json", "delete_call", view.delete, methods=["DELETE"])


class _Calls:
    def __init__(self, exchange: Exchange, calls: Calls):
        self.exchange = exchange
        self.calls = calls

    def create(self, account_sid: str) -> tuple[dict[str, Any], int]:
        """POST Calls.json"""
        call = self.calls.create(request.form)
        g.launch = lambda: self.calls.launch(call)
        return call.as_json(), 201

    def list(self, account_sid: str) -> dict[str, Any]:
        """GET Calls.json: filters To, From, Status, ParentCallSid, StartTime, EndTime."""
        with self.exchange.changed:
            rows = list(reversed(self.exchange.calls.values()))
        fields = {"To": "to", "From": "from_", "Status": "status", "ParentCallSid": "parent_sid"}
        rows = keep_equal(rows, request.args, fields)
        times = {"StartTime": "started", "EndTime": "ended", "DateCreated": "created"}
        found = [row.as_json() for row in keep_times(rows, request.args, times)]
        return envelope(self.exchange.list_host + request.path, "calls", found, request.args)

    def fetch(self, account_sid: str, sid: str) -> dict[str, Any]:
        """GET Calls/{Sid}.json"""
        return self._call(sid).as_json()

    def update(self, account_sid: str, sid: str) -> dict[str, Any]:
        """POST Calls/{Sid}.json: end it, or play something else."""
        call = self._call(sid)
        self.calls.update(call, request.form)
        return call.as_json()

    def delete(self, account_sid: str, sid: str) -> tuple[str, int]:
        """DELETE Calls/{Sid}.json"""
        self._call(sid)
        with self.exchange.changed:
            del self.exchange.calls[sid]
        return "", 204

    def _call(self, sid: str) -> Call:
        call = self.exchange.calls.get(sid)
        if call is None:
            raise ApiError(20404, request.path)
        return call
