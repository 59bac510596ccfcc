"""Work in lanes: one thing at a time per message, call or phone; different ones side by side."""

import logging
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

log = logging.getLogger(__name__)
Job = tuple[Callable[[], Any], "Future[Any]"]


class Lanes:
    """A pool of threads in which jobs with the same key keep their order."""

    def __init__(self, workers: int = 32):
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="simulator")
        self._waiting: dict[str, deque[Job]] = {}
        self._idle = threading.Condition()
        self._here = threading.local()
        self._holds = 0

    def submit(self, key: str, job: Callable[[], Any]) -> "Future[Any]":
        """Put `job` at the end of lane `key` and return at once with its Future."""
        future: Future[Any] = Future()
        with self._idle:
            fresh = key not in self._waiting
            self._waiting.setdefault(key, deque()).append((job, future))
            if fresh:
                try:
                    self._pool.submit(self._drain, key)
                except RuntimeError:  # stopped: nothing is played any more
                    self._waiting.pop(key)
                    future.cancel()
        return future

    def do(self, key: str, job: Callable[[], Any], timeout: float = 30.0) -> None:
        """Like submit, and wait until the job is done.

        Called from inside the same lane it does not wait, because it would wait for itself.
        """
        future = self.submit(key, job)
        if getattr(self._here, "key", None) != key:
            future.result(timeout)

    def hold(self) -> Callable[[], None]:
        """Say that work is about to come; nobody settles until the returned function is called."""
        with self._idle:
            self._holds += 1

        def release() -> None:
            with self._idle:
                self._holds -= 1
                self._idle.notify_all()

        return release

    def settle(self, timeout: float = 30.0) -> None:
        """Wait until no lane has work; raises TimeoutError after `timeout` seconds."""
        if getattr(self._here, "key", None) is not None:
            return
        with self._idle:
            if not self._idle.wait_for(lambda: not (self._waiting or self._holds), timeout):
                raise TimeoutError(f"the simulator is still busy with {sorted(self._waiting)}")

    def stop(self) -> None:
        """Drop what has not begun and take no more work."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _drain(self, key: str) -> None:
        self._here.key = key
        while job := self._next(key):
            self._run(*job)
        self._here.key = None

    def _next(self, key: str) -> Job | None:
        with self._idle:
            if self._waiting[key]:
                return self._waiting[key].popleft()
            del self._waiting[key]
            self._idle.notify_all()
            return None

    def _run(self, job: Callable[[], Any], future: "Future[Any]") -> None:
        try:
            future.set_result(job())
        except Exception as error:
            log.exception("a job of the simulator failed")
            future.set_exception(error)
