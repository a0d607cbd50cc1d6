"""Tasks done at once, by threads of this process or of several."""

import multiprocessing
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing.synchronize import Barrier
from typing import Any, Literal, TypeVar

from sqlalchemy import event
from sqlalchemy.engine.interfaces import IsolationLevel
from sqlalchemy.orm import Session

from quartet.database import Database

Runners = Literal["threads", "processes"]
Meet = Callable[[], object]
Argument = TypeVar("Argument")
Result = TypeVar("Result")

RUNNERS: tuple[Runners, ...] = ("threads", "processes")
ISOLATION_LEVELS: tuple[IsolationLevel, ...] = ("REPEATABLE READ", "READ COMMITTED")
PROCESSES = 3
MEET_WITHIN = 60

_start: Barrier | None = None


def at_once(runners: Runners, task: Callable[[Argument, Meet], Result], arguments: Sequence[Argument]) -> list[Result]:
    """Call `task(argument, meet)` for each argument in a thread of its own; `meet()` returns when all have called it.

    For processes, `task` must be a function of a module, and arguments and results must be such as can be sent.
    """
    if runners == "threads":
        return _share(threading.Barrier(len(arguments)), task, arguments)
    # Processes that share nothing with this one, of a server that has imported the task once for all.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([task.__module__])
    shares = [arguments[first::PROCESSES] for first in range(PROCESSES)]
    start = context.Barrier(len(arguments))
    with ProcessPoolExecutor(PROCESSES, context, initializer=_meet_at, initargs=(start,)) as pool:
        results = list(pool.map(_share_of_a_process, [task] * PROCESSES, shares))
    return [result for share in results for result in share]


class MeetingDatabase(Database):
    """One caller's own database, whose first session meets those of the others: all have read, or none has written.

    With `midway` they meet right after their first query, also in a session that goes on to write. Not for SQLite,
    where only one such session is open at a time.
    """

    def __init__(self, url: str, isolation_level: IsolationLevel, meet: Meet, *, midway: bool = False) -> None:
        super().__init__(url, isolation_level=isolation_level)
        self._meet: Meet | None = meet
        self._midway = midway
        if midway:
            event.listen(self.engine, "after_cursor_execute", lambda *_: self._meet_once())

    @contextmanager
    def reading(self) -> Iterator[Session]:
        with super().reading() as session:
            yield session
        self._meet_once()

    @contextmanager
    def writing(self) -> Iterator[Session]:
        if not self._midway:
            self._meet_once()
        with super().writing() as session:
            yield session

    def _meet_once(self) -> None:
        meet, self._meet = self._meet, None
        if meet:
            meet()


def _share(start: Any, task: Callable[[Argument, Meet], Result], arguments: Sequence[Argument]) -> list[Result]:
    with ThreadPoolExecutor(len(arguments)) as pool:
        return list(pool.map(lambda argument: task(argument, lambda: start.wait(MEET_WITHIN)), arguments))


def _meet_at(start: Barrier) -> None:
    global _start
    _start = start


def _share_of_a_process(task: Callable[[Argument, Meet], Result], arguments: Sequence[Argument]) -> list[Result]:
    return _share(_start, task, arguments)
