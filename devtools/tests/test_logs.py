"""Logs are shown from their ends and followed across rotation."""

from pathlib import Path

from devtools.logs import follow, tail, written_since


def test_the_end_of_a_log_is_shown(tmp_path: Path) -> None:
    log = tmp_path / "auth.log"
    log.write_text("one\ntwo\nthree\n")

    assert tail(log, 2) == ["two", "three"]
    assert tail(log, 0) == []
    assert list(follow([log, tmp_path / "missing.log"], 1, forever=False)) == [("auth", "three")]


def test_only_whole_new_lines_are_given(tmp_path: Path) -> None:
    log = tmp_path / "auth.log"
    ends = {log: 0}
    log.write_text("one\ntw")
    assert written_since(log, ends) == ["one"]

    log.write_text("one\ntwo\n")
    assert written_since(log, ends) == ["two"]
    assert written_since(log, ends) == []


def test_a_rotated_log_is_read_from_the_start_of_its_successor(tmp_path: Path) -> None:
    log = tmp_path / "auth.log"
    ends = {log: 0}
    log.write_text("a long line before\n")
    written_since(log, ends)

    log.write_text("after\n")

    assert written_since(log, ends) == ["after"]
