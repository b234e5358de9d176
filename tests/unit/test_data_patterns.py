"""Regular expressions as languages: every text matches, and different numbers give different texts."""

from __future__ import annotations

import pytest

from dbwright.data.constants import UnreadableError
from dbwright.data.patterns import language_of, like_pattern, python_pattern

PATTERNS = (
    "^[a-z0-9_]{2,40}$",
    "^[A-Z]{3}$",
    "^https://",
    "^(eu|us)-[0-9]+$",
    r"^\d{4}-\d\d$",
    "^[[:alpha:]][[:alnum:]]*$",
    r"^[^@\s]+@[^@\s]+\.[a-z]{2,}$",
    "^[]a]+$",
    "^a?b$",
    r"^\$argon2id\$",
    "x",
)


@pytest.mark.parametrize("pattern", PATTERNS)
def test_every_text_of_a_language_matches_its_pattern(pattern: str) -> None:
    language = language_of(pattern)
    texts = [language.text(k * 7_919 % language.size) for k in range(200)]
    assert [t for t in texts if not python_pattern(pattern).search(t)] == []


@pytest.mark.parametrize("pattern", PATTERNS)
def test_different_numbers_give_different_texts(pattern: str) -> None:
    language = language_of(pattern)
    count = min(language.size, 500)
    assert len({language.text(k) for k in range(count)}) == count


def test_a_language_knows_its_size() -> None:
    assert language_of("^[A-C][0-9]$").size == 30
    assert language_of("^(ab|c)$").size == 2


def test_repeats_are_cut_to_the_length_that_is_allowed() -> None:
    language = language_of("^[A-Z]{2}-[0-9]+$", longest=5)
    assert max(len(language.text(k)) for k in range(0, language.size, 97)) <= 5


def test_repeats_grow_to_the_length_that_is_asked_for() -> None:
    language = language_of("^[a-z]+$", shortest=25)
    assert min(len(language.text(k)) for k in (0, 1, language.size - 1)) >= 25


@pytest.mark.parametrize("pattern", [r"(a)\1", "(?=a)b", "***=x", "(unclosed", "[[:strange:]]"])
def test_what_cannot_be_numbered_is_said_to_be_unreadable(pattern: str) -> None:
    with pytest.raises(UnreadableError):
        language_of(pattern)


def test_the_end_of_a_pattern_is_the_end_of_the_text() -> None:
    assert python_pattern("^a$").search("a\n") is None
    assert python_pattern("^[$]$").search("$") is not None


def test_like_patterns_are_anchored_and_quoted() -> None:
    assert like_pattern(r"a%b_\%.") == r"^a.*b.%\.$"
