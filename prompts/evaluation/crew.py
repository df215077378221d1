"""Threads that ask several endpoints at once, each as often at once as it takes."""

import threading
import time
from collections.abc import Callable, Mapping

from django.db import connections

from prompts.evaluation.cells import Place

LOOK_EVERY_SECONDS = 0.5


class Crew:
    """Workers by endpoint: each takes the next place of its endpoint until there is none, over its own connection.

    `take` is called under `lock`, one at a time; `fill` outside of it; `report` by the caller's thread. The first
    error of any of them ends the work: what is under way is let finish, since it is paid, and the error is raised.
    """

    def __init__(
        self,
        take: Callable[[str], Place | None],
        fill: Callable[[Place], None],
        report: Callable[[int, float], None],
    ) -> None:
        self.lock = threading.Lock()
        self.size = 0
        self._take, self._fill, self._report = take, fill, report
        self._done = 0
        self._error: BaseException | None = None
        self._stop = threading.Event()

    def work(self, at_once: Mapping[str, int]) -> None:
        """Until every endpoint of `at_once` has nothing left."""
        threads = [
            threading.Thread(target=self._serve, args=(name,), name=f"evaluation-{name}-{number}", daemon=True)
            for name, count in at_once.items()
            for number in range(count)
        ]
        self.size = len(threads)
        began = time.monotonic()
        for thread in threads:
            thread.start()
        try:
            while any(thread.is_alive() for thread in threads):
                self._wait(threads)
                self._report(self._done, time.monotonic() - began)
        except BaseException:
            self._stop.set()
            raise
        finally:
            self._stop.set()
            for thread in threads:
                thread.join()
        if self._error is not None:
            raise self._error

    def _wait(self, threads: list[threading.Thread]) -> None:
        """For half a second, or until all have ended."""
        until = time.monotonic() + LOOK_EVERY_SECONDS
        for thread in threads:
            thread.join(max(0.0, until - time.monotonic()))

    def _serve(self, name: str) -> None:
        try:
            while not self._stop.is_set():
                with self.lock:
                    place = self._take(name)
                if place is None:
                    return
                self._fill(place)
                with self.lock:
                    self._done += 1
        except BaseException as error:  # whatever it is, the caller's thread raises it
            self._error = self._error or error
            self._stop.set()
        finally:
            connections.close_all()
