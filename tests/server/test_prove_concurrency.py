"""Concurrency: what is found on paper happens when two sessions meet, and what is guarded does not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from benches import assert_breaks, judge, open_design
from dbwright.api import check
from dbwright.model.claim import Verdict
from dbwright.prove.bench import Bench
from dbwright.server import Server

DESIGN = """
design: clinic
target: {extensions: [btree_gist]}
roles:
  ward: {about: The ward}
entities:
  duty:
    about: Who is on call.
    columns:
      person: integer primary key
      ward_no: integer not null check (ward_no between 1 and 3)
      on_call: boolean not null
    rows: 40
  notes:
    about: A page that several people edit.
    columns: {note_id: integer primary key, body: text not null, version: integer not null}
    rows: 40
  bookings:
    about: A room in use.
    columns: {booking_id: uuid primary key default uuidv7(), room: integer not null, during: tstzrange not null}
    exclude: {one_at_a_time: "room with =, during with &&"}
    rows: 40
  letters:
    about: What is kept for ten years.
    columns: {letter_id: integer primary key, body: text not null, sent_at: timestamptz not null}
    rows: 40
access:
  forget-letters:
    by: ward
    sql: delete from letters where sent_at < now() - interval '10 years'
  edit-letter:
    by: ward
    sql: update letters set body = :body where letter_id = :letter
    conflict: last write wins
  leave:
    by: ward
    sql: >-
      update duty set on_call = false where person = :me
      and (select count(*) from duty d where d.ward_no = 2 and d.on_call) > 0
    isolation: read committed
  take-over:
    by: ward
    sql: >-
      insert into duty (person, ward_no, on_call)
      select :me, 2, true where not exists (select from duty d where d.ward_no = 2 and d.person >= 900)
    parameters: {me: 900 + (random() * 1000000)::integer}
    isolation: ISOLATION
  show-note:
    by: ward
    sql: select body, version from notes where note_id = :note
  save-note:
    by: ward
    sql: update notes set body = :body where note_id = :note
    parameters: {body: "'changed ' || random()"}
  save-note-if-unchanged:
    by: ward
    sql: update notes set body = :body, version = version + 1 where note_id = :note and version = :seen
    conflict: compare-and-set
  book:
    by: ward
    sql: >-
      insert into bookings (room, during) select 77, '[2030-01-01, 2030-01-02)'
      where not exists (select from bookings b where b.room = 77 and b.during && '[2030-01-01, 2030-01-02)')
"""


def write_design(folder: Path, isolation: str) -> Path:
    """Return a design in which one pattern runs at the given isolation level."""
    path = folder / "clinic.design.yaml"
    text = DESIGN.replace("ISOLATION", isolation)
    if isolation == "serializable":  # a server holds each role once
        text = text.replace("ward:", "nurses:").replace("by: ward", "by: nurses").replace("clinic", "hospital")
    path.write_text(text, encoding="utf-8")
    return path


def open_clinic(server: Server, folder: Path, isolation: str) -> Iterator[Bench]:
    """Yield a bench of the design."""
    with open_design(write_design(folder, isolation), server, 300) as bench:
        yield bench


@pytest.fixture(scope="module")
def weak(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """A bench on which sessions are kept apart by nothing but the server's default."""
    yield from open_clinic(server, tmp_path_factory.mktemp("weak"), "read committed")


def test_a_hazard_on_paper_has_its_place(tmp_path: Path) -> None:
    found = [(d.code, d.message) for d in check(write_design(tmp_path, "read committed")).diagnostics]
    skewed = [message for code, message in found if code == "write-skew"]
    assert any(message.startswith("`take-over` can break its own rule") for message in skewed)
    assert [code for code, _ in found].count("lost-update") == 1
    assert not any("`book`" in message for message in skewed), "an exclusion refuses the result"


def test_serializable_patterns_are_no_hazard(tmp_path: Path) -> None:
    found = [d.message for d in check(write_design(tmp_path, "serializable")).diagnostics if d.code == "write-skew"]
    assert not any(message.startswith("`take-over` can") for message in found)


def test_two_sessions_that_both_look_and_both_add_break_the_rule(weak: Bench) -> None:
    finding = judge(weak, "concurrency/take-over")
    assert (finding.verdict, finding.reason) == (
        Verdict.BROKEN,
        "at once they leave what neither order leaves in `duty`",
    )
    assert "session 2: begin read committed; take-over: 1 row" in finding.evidence["schedule"]


def test_what_was_read_before_is_overwritten_unseen(weak: Bench) -> None:
    finding = judge(weak, "concurrency/show-note.save-note.overwrite")
    assert finding.verdict is Verdict.BROKEN
    assert finding.evidence["schedule"][-2:] == ["save-note: 1 row", "save-note: 1 row"]


def test_compare_and_set_lets_one_of_two_through(weak: Bench) -> None:
    finding = judge(weak, "concurrency/save-note-if-unchanged")
    assert finding.verdict is Verdict.HELD, finding.reason
    assert "waits, then 0 rows" in finding.evidence["schedule"][1]


def test_an_exclusion_keeps_the_rule_and_without_it_both_get_through(weak: Bench) -> None:
    assert_breaks(weak, "concurrency/book", "alter table clinic.bookings drop constraint bookings_one_at_a_time")


def test_serializable_sessions_are_refused_repeat_and_keep_the_rule(server: Server, tmp_path: Path) -> None:
    for bench in open_clinic(server, tmp_path, "serializable"):
        finding = judge(bench, "concurrency/take-over")
        assert finding.verdict is Verdict.HELD, (finding.reason, finding.evidence)


def test_a_retention_job_finds_old_rows_and_waits_for_who_changes_one(weak: Bench) -> None:
    finding = judge(weak, "concurrency/forget-letters.edit-letter")
    assert finding.verdict is Verdict.HELD, finding.reason
    assert finding.evidence["rows made old"] == {"letters": 40}
    assert "edit-letter: waits, then 0 rows" in finding.evidence["schedule"][1]


def test_a_job_that_leaves_something_to_chance_is_broken(weak: Bench) -> None:
    """Each run counts what the other one's transaction cannot see yet, so that both leave their mark."""
    assert_breaks(
        weak,
        "concurrency/forget-letters",
        "create table clinic.runs (n integer)",
        "create function clinic.note() returns trigger language plpgsql security definer as $$ begin"
        " insert into clinic.letters select 1000 + (select count(*) from clinic.runs), 'run', now();"
        " insert into clinic.runs values (1); return null; end $$",
        "create trigger note before delete on clinic.letters for each statement execute function clinic.note()",
        "alter table clinic.letters drop constraint letters_pkey",
    )
