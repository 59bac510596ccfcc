"""The Messages resource and the Media under it."""

from typing import Any

from flask import Blueprint, Response, g, request

from .errors import ApiError
from .exchange import Exchange
from .filters import keep_equal, keep_times
from .paging import envelope
from .resources import Media, Message
from .texts import Texts

Answer = tuple[dict[str, Any], int]


def routes(api: Blueprint, exchange: Exchange, texts: Texts) -> None:
    """Add the routes of Messages and Media to the API."""
    view = _Messages(exchange, texts)
    rule = api.add_url_rule
    rule("/Messages.json", "create_message", view.create, methods=["POST"])
    rule("/Messages.json", "list_messages", view.list)
    rule("/Messages/<sid>.json", "fetch_message", view.fetch)
    rule("/Messages/<sid>.json", "update_message", view.update, methods=["POST"])
    rule("/Messages/<sid>.json", "delete_message", view.delete, methods=["DELETE"])
    rule("/Messages/<sid>/Media.json", "list_media", view.list_media)
    rule("/Messages/<sid>/Media/<media_sid>.json", "fetch_media", view.fetch_media)
    rule("/Messages/<sid>/Media/<media_sid>", "media_file", view.media_file)
    for name, ending in (("delete_media", ".json"), ("delete_media_file", "")):
        path = f"/Messages/<sid>/Media/<media_sid>{ending}"
        rule(path, name, view.delete_media, methods=["DELETE"])


class _Messages:
    def __init__(self, exchange: Exchange, texts: Texts):
        self.exchange = exchange
        self.texts = texts

    def create(self, account_sid: str) -> Answer:
        """POST Messages.json"""
        message = self.texts.create(request.form, request.form.getlist("MediaUrl"))
        g.launch = lambda: self.texts.launch(message)
        return message.as_json(), 201

    def list(self, account_sid: str) -> dict[str, Any]:
        """GET Messages.json: filters To, From, DateSent, DateCreated; newest first."""
        with self.exchange.changed:
            rows = list(reversed(self.exchange.messages.values()))
        rows = keep_equal(rows, request.args, {"To": "to", "From": "from_"})
        times = {"DateSent": "sent", "DateCreated": "created"}
        rows = keep_times(rows, request.args, times)
        found = [row.as_json() for row in rows]
        return envelope(self.exchange.list_host + request.path, "messages", found, request.args)

    def fetch(self, account_sid: str, sid: str) -> dict[str, Any]:
        """GET Messages/{Sid}.json"""
        return self._message(sid).as_json()

    def update(self, account_sid: str, sid: str) -> dict[str, Any]:
        """POST Messages/{Sid}.json: an empty Body redacts, Status=canceled cancels."""
        message = self._message(sid)
        if request.form.get("Status") == "canceled":
            self.texts.cancel(message)
        elif request.form.get("Body") == "":
            message.body = ""
            self.exchange.publish_text(message)
        else:
            raise ApiError(20001, "Body must be empty or Status canceled")
        return message.as_json()

    def delete(self, account_sid: str, sid: str) -> tuple[str, int]:
        """DELETE Messages/{Sid}.json"""
        self._message(sid)
        with self.exchange.changed:
            del self.exchange.messages[sid]
        return "", 204

    def list_media(self, account_sid: str, sid: str) -> dict[str, Any]:
        """GET Messages/{Sid}/Media.json"""
        found = [each.as_json(account_sid) for each in self._message(sid).media]
        return envelope(self.exchange.list_host + request.path, "media_list", found, request.args)

    def fetch_media(self, account_sid: str, sid: str, media_sid: str) -> dict[str, Any]:
        """GET Messages/{Sid}/Media/{Sid}.json"""
        return self._media(sid, media_sid).as_json(account_sid)

    def media_file(self, account_sid: str, sid: str, media_sid: str) -> Response:
        """GET Messages/{Sid}/Media/{Sid}: the file itself."""
        media = self._media(sid, media_sid)
        return Response(media.content, content_type=media.content_type)

    def delete_media(self, account_sid: str, sid: str, media_sid: str) -> tuple[str, int]:
        """DELETE Messages/{Sid}/Media/{Sid}.json"""
        self._message(sid).media.remove(self._media(sid, media_sid))
        return "", 204

    def _message(self, sid: str) -> Message:
        message = self.exchange.messages.get(sid)
        if message is None:
            raise ApiError(20404, request.path)
        return message

    def _media(self, sid: str, media_sid: str) -> Media:
        for media in self._message(sid).media:
            if media.sid == media_sid:
                return media
        raise ApiError(20404, request.path)
