"""Dynamic batching: sentences of requests that wait at the same time go through the network together."""

import threading
from collections import deque
from collections.abc import Callable, Sequence

import numpy as np

from vectors.errors import Overloaded
from vectors.models.model import Tokens, Vectors

Run = Callable[[Sequence[Tokens]], Vectors]
"""Gives a row for each sentence of a batch."""

TOO_LATE = "The model has not done these sentences within {:g} seconds. Send fewer, or try again in a moment."


class Job:
    """One request's sentences, the long ones first: those of like length pad each other least."""

    def __init__(self, sentences: Sequence[Tokens]) -> None:
        self.sentences = sentences
        self.waiting = deque(sorted(range(len(sentences)), key=lambda place: -len(sentences[place])))
        self.rows: dict[int, Vectors] = {}
        self.error: Exception | None = None
        self.done = threading.Event()

    def take(self, place: int, row: Vectors) -> None:
        """Keep the row of a sentence, and tell when it was the last."""
        self.rows[place] = row
        if len(self.rows) == len(self.sentences):
            self.done.set()

    def fail(self, error: Exception) -> None:
        self.error = error
        self.waiting.clear()
        self.done.set()


Batch = list[tuple[Job, int]]


class Batcher:
    """One thread that runs the network on what waits; whoever asks meanwhile is in the next batch.

    A batch takes one sentence of each waiting request in turn, so a short one is not kept by a long one. The thread
    begins with the first request, in the process that serves it: threads do not survive a fork.
    """

    def __init__(self, open_network: Callable[[], Run], *, tokens: int, patience: float) -> None:
        """`tokens`: the most of a batch, padding included; `patience`: seconds for which a request waits at most."""
        self._open_network = open_network
        self._tokens = tokens
        self._patience = patience
        self._jobs: deque[Job] = deque()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def encode(self, sentences: Sequence[Tokens]) -> Vectors:
        """Return the row of each sentence.

        Raises:
            Overloaded: they were not all done in time; what is left of them is not begun.
        """
        job = Job(sentences)
        with self._changed:
            if self._thread is None or not self._thread.is_alive():
                self._jobs.clear()
                self._thread = threading.Thread(target=self._work, name="batcher", daemon=True)
                self._thread.start()
            self._jobs.append(job)
            self._changed.notify()
        if not job.done.wait(self._patience):
            with self._changed:
                job.fail(Overloaded(TOO_LATE.format(self._patience)))
        if job.error is not None:
            raise job.error
        return np.stack([job.rows[place] for place in range(len(sentences))])

    def _work(self) -> None:
        run: Run | None = None
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._jobs)
                batch = self._take()
            if not batch:
                continue
            try:
                run = run or self._open_network()
            except Exception as error:  # told to whoever asked; the next one tries again
                for job in {id(job): job for job, _ in batch}.values():
                    job.fail(error)
            else:
                _run_isolated(run, batch)

    def _take(self) -> Batch:
        """Take as many sentences as fit into a batch, one of each request in turn."""
        batch: Batch = []
        longest = 0
        while self._jobs:
            job = self._jobs[0]
            if job.waiting:
                longest = max(longest, len(job.sentences[job.waiting[0]]))
                if batch and longest * (len(batch) + 1) > self._tokens:
                    break
                batch.append((job, job.waiting.popleft()))
            self._jobs.popleft()
            if job.waiting:
                self._jobs.append(job)
        return batch


def _run_isolated(run: Run, batch: Batch) -> None:
    """Run a batch; where that fails run each request's part by itself, so that only those at fault fail."""
    try:
        rows = list(zip(batch, run([job.sentences[place] for job, place in batch]), strict=True))
    except Exception as error:
        jobs = {id(job): job for job, _ in batch}
        for key, job in jobs.items():
            if len(jobs) == 1:
                job.fail(error)
            else:
                _run_isolated(run, [part for part in batch if id(part[0]) == key])
    else:
        for (job, place), row in rows:
            job.take(place, row)
