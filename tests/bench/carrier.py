"""A carrier as light as can be, for loads: the simulator plays phones, and that costs more than
the product under test. It takes texts and calls, says when, and signs its news of each text."""

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine
from typing import Any

from aiohttp import ClientSession, ClientTimeout, TCPConnector, web
from twilio.request_validator import RequestValidator

Taken = tuple[float, dict[str, str]]


class LightCarrier:
    """An HTTP server on loopback in a thread of its own, with an event loop for the load too."""

    def __init__(self, token: str) -> None:
        self.taken: list[Taken] = []
        self.base_url = ""
        self._token = token
        self._number = 0
        self._client: ClientSession | None = None
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        threading.Thread(target=self._run, daemon=True, name="carrier").start()
        self._ready.wait(10)

    def do(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Run something on the carrier's loop and wait for it."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(300)

    async def post(self, url: str, form: dict[str, str]) -> int:
        """One signed webhook over a kept connection; returns the status."""
        assert self._client is not None
        signature = RequestValidator(self._token).compute_signature(url, form)
        headers = {"X-Twilio-Signature": signature}
        async with self._client.post(url, data=form, headers=headers) as answer:
            await answer.read()
            return answer.status

    async def at_rate(
        self, rate: int, count: int, url: str, form_of: Callable[[int], dict[str, str]]
    ) -> tuple[list[float], list[float]]:
        """Post `count` webhooks at a steady rate (open loop): when each was due, and how long each
        took from then, in seconds."""
        start = time.monotonic() + 0.5
        dues = [start + n / rate for n in range(count)]

        async def one(n: int) -> float:
            await asyncio.sleep(max(0.0, dues[n] - time.monotonic()))
            assert await self.post(url, form_of(n)) == 200
            return time.monotonic() - dues[n]

        return dues, list(await asyncio.gather(*(one(n) for n in range(count))))

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._serve())
        self._loop.run_forever()

    async def _serve(self) -> None:
        app = web.Application()
        app.router.add_post("/2010-04-01/Accounts/{sid}/{kind}.json", self._take)
        app.router.add_get("/2010-04-01/Accounts/{sid}/{kind}.json", self._list)
        app.router.add_get("/healthz", self._list)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.base_url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        self._client = ClientSession(
            connector=TCPConnector(limit=200), timeout=ClientTimeout(total=60)
        )
        self._ready.set()

    async def _take(self, request: web.Request) -> web.Response:
        arrived = time.monotonic()
        form = {k: str(v) for k, v in (await request.post()).items()}
        self.taken.append((arrived, form))
        self._number += 1
        text = request.match_info["kind"] == "Messages"
        sid = f"{'SM' if text else 'CA'}{self._number:032}"
        if text:
            asyncio.get_running_loop().call_later(0.05, self._tell, form, sid)
        body = {"sid": sid, "status": "queued", "to": form["To"], "from": form["From"]}
        return web.json_response(body, status=201)

    def _tell(self, form: dict[str, str], sid: str) -> None:
        asyncio.get_running_loop().create_task(self._news(form["StatusCallback"], sid))

    async def _news(self, url: str, sid: str) -> None:
        for status in ("sent", "delivered"):
            await self.post(url, {"MessageSid": sid, "MessageStatus": status})

    async def _list(self, request: web.Request) -> web.Response:
        kind = request.match_info.get("kind", "ok").lower()
        return web.json_response({kind: [], "page_size": 50, "next_page_uri": None})
