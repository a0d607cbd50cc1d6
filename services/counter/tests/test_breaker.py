"""How often a Redis that hangs is asked."""

from counter.repository.breaker import PAUSE, SLOW, TRIES, Breaker


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def broken(clock: Clock) -> Breaker:
    breaker = Breaker(clock)
    for _ in range(TRIES):
        assert breaker.lets_through()
        breaker.failed(SLOW)
    return breaker


def test_after_some_slow_failures_one_question_is_let_through_in_each_pause() -> None:
    clock = Clock()
    breaker = broken(clock)
    assert not breaker.lets_through()
    for _ in range(2):
        clock.now += PAUSE
        assert [breaker.lets_through() for _ in range(3)] == [True, False, False]


def test_an_answer_lets_all_through_again() -> None:
    clock = Clock()
    breaker = broken(clock)
    breaker.answered()
    assert all(breaker.lets_through() for _ in range(3))
    breaker.failed(SLOW)
    assert breaker.lets_through()


def test_what_fails_at_once_does_not_count() -> None:
    breaker = Breaker(Clock())
    for _ in range(10 * TRIES):
        breaker.failed(SLOW / 2)
    assert breaker.lets_through()
