"""Dependency theory against its own definitions, on thousands of random relations.

`DBWRIGHT_CASES` says how many (5,000 by default), `DBWRIGHT_SEED` which: `make fuzz` runs 100,000 with a fresh seed.
"""

from __future__ import annotations

import os
from random import Random

import pytest

from dbwright.theory.attributes import Attributes, Fd
from dbwright.theory.closure import Closures, closure, equivalent
from dbwright.theory.cover import minimal_cover
from dbwright.theory.decomposition import is_lossless, lost_dependencies
from dbwright.theory.keys import candidate_keys, prime_attributes
from dbwright.theory.multivalued import implies_mvd, mixed_closure
from dbwright.theory.normal_forms import NormalForm, judge_relation
from dbwright.theory.synthesis import boyce_codd, synthesise
from dependency_oracle import (
    Dependency,
    Names,
    closed,
    follows,
    highest_form,
    joined,
    keys_of,
    projected,
    random_relation,
    random_rows,
)

CASES = int(os.environ.get("DBWRIGHT_CASES", "5000"))
SEED = os.environ.get("DBWRIGHT_SEED", "1")


class Case:
    """A random relation, in names for the oracle and in bits for the theory."""

    def __init__(self, number: int) -> None:
        self.random = Random(f"{SEED}/{number}")
        self.names, self.dependencies = random_relation(self.random)
        self.relation = Attributes(self.names)
        self.fds = [self.bits(d) for d in self.dependencies]

    def bits(self, dependency: Dependency) -> Fd:
        """A dependency as bits."""
        return self.relation.set_of(dependency[0]), self.relation.set_of(dependency[1])

    def named(self, attributes: int) -> Names:
        """Bits as names."""
        return frozenset(self.relation.names_in(attributes))

    def __repr__(self) -> str:
        return ", ".join(f"{''.join(sorted(a))}->{''.join(sorted(b))}" for a, b in self.dependencies)


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    """The random relations that every test goes through."""
    return [Case(number) for number in range(CASES)]


def test_closures(cases: list[Case]) -> None:
    for case in cases:
        start = frozenset(case.random.sample(case.names, case.random.randint(0, len(case.names))))
        found = case.named(closure(case.relation.set_of(start), case.fds))
        assert found == closed(start, case.dependencies), case


def test_minimal_covers_say_the_same_and_nothing_can_be_left_out(cases: list[Case]) -> None:
    for case in cases:
        cover = minimal_cover(case.fds)
        assert equivalent(cover, case.fds), case
        for number, (left, right) in enumerate(cover):
            others = cover[:number] + cover[number + 1 :]
            assert right & ~closure(left, others), f"{case}: a dependency is redundant"
            for name in case.named(left):
                smaller = left & ~case.relation.set_of([name])
                assert right & ~closure(smaller, cover), f"{case}: a left side can shrink"


def test_all_keys_and_prime_attributes(cases: list[Case]) -> None:
    for case in cases:
        expected = keys_of(case.names, case.dependencies)
        found = candidate_keys(case.relation.all, case.fds)
        assert {case.named(k) for k in found} == expected and len(found) == len(expected), case
        assert case.named(prime_attributes(case.relation.all, case.fds)) == frozenset().union(*expected), case


def test_normal_forms_and_their_witnesses(cases: list[Case]) -> None:
    for case in cases:
        judgement = judge_relation(case.relation.all, case.fds)
        expected = highest_form(case.names, case.dependencies)
        found = min(int(judgement.form), int(NormalForm.BOYCE_CODD))
        assert found == expected, f"{case}: {found}, by definition {expected}"
        for violation in judgement.violations:
            determinant = case.named(violation.determinant)
            assert case.named(violation.dependent) <= closed(determinant, case.dependencies), case
            assert frozenset(case.names) - closed(determinant, case.dependencies), f"{case}: the witness is a key"


def test_synthesis_loses_nothing_and_reaches_third_normal_form(cases: list[Case]) -> None:
    for case in cases:
        parts = synthesise(case.relation.all, case.fds)
        sets = [p.attributes for p in parts]
        assert is_lossless(sets, case.relation.all, case.fds), case
        assert not lost_dependencies(sets, case.fds), case
        kept = [d for p in sets for d in projected(case.named(p), case.dependencies)]
        assert all(right <= closed(left, kept) for left, right in case.dependencies), f"{case}: a dependency is lost"
        for part in parts:
            within = projected(case.named(part.attributes), case.dependencies)
            assert highest_form(case.named(part.attributes), within) >= NormalForm.THIRD, case
            assert case.named(part.attributes) <= closed(case.named(part.key), within), f"{case}: no key"


def test_the_chase_agrees_with_rows(cases: list[Case]) -> None:
    for case in cases[: CASES // 5]:
        whole = frozenset(case.names)
        parts = [frozenset(case.random.sample(case.names, case.random.randint(1, len(case.names)))) for _ in range(3)]
        parts.append(whole - frozenset().union(*parts) or parts[0])
        sets = [case.relation.set_of(p) for p in parts]
        if is_lossless(sets, case.relation.all, case.fds):
            rows = random_rows(case.random, case.names, case.dependencies)
            assert joined(case.names, rows, parts) == rows, f"{case}: {parts}"


def test_boyce_codd_is_reached_or_not_needed(cases: list[Case]) -> None:
    for case in cases[: CASES // 2]:
        for part in synthesise(case.relation.all, case.fds):
            within = projected(case.named(part.attributes), case.dependencies)
            trade = boyce_codd(part, case.fds)
            if trade is None:
                assert highest_form(case.named(part.attributes), within) == NormalForm.BOYCE_CODD, case
                continue
            sets = [p.attributes for p in trade.parts]
            assert is_lossless(sets, part.attributes, case.fds), case
            for smaller in sets:
                inner = projected(case.named(smaller), case.dependencies)
                assert highest_form(case.named(smaller), inner) == NormalForm.BOYCE_CODD, case
            kept = [d for s in sets for d in projected(case.named(s), case.dependencies)]
            lost = [d for d in within if not d[1] <= closed(d[0], kept)]
            assert bool(lost) == bool(trade.lost), f"{case}: {trade}"


def test_multivalued_dependencies(cases: list[Case]) -> None:
    for case in cases[: CASES // 5]:
        names, random = case.names[:4], case.random
        relation = Attributes(names)
        fds = [(a & set(names), b & set(names)) for a, b in case.dependencies[:2]]
        mvds = [(_pick(random, names), _pick(random, names)) for _ in range(2)]
        left, right = _pick(random, names), _pick(random, names)
        as_bits = [[(relation.set_of(a), relation.set_of(b)) for a, b in pairs] for pairs in (fds, mvds)]
        agreed, finals = follows(names, left, fds, mvds)
        start = relation.set_of(left)
        found = frozenset(relation.names_in(mixed_closure(start, relation.all, *as_bits)))
        assert found == agreed, f"{fds} {mvds} from {left}"
        [rows] = finals
        kept = left | right
        wanted = tuple(0 if n in kept or n in agreed else 1 for n in names)
        implied = implies_mvd((start, relation.set_of(right)), relation.all, *as_bits)
        assert implied == (wanted in rows), f"{fds} {mvds}: {left} ->> {right}"


def _pick(random: Random, names: list[str]) -> Names:
    return frozenset(random.sample(names, random.randint(0, 2)))


def test_fourth_normal_form_asks_for_independent_lists_to_part() -> None:
    people = Attributes(["person", "language", "sport"])
    lists = [(people.set_of(["person"]), people.set_of(["language"]))]
    judgement = judge_relation(people.all, [], lists)
    assert judgement.form is NormalForm.BOYCE_CODD
    assert [people.names_in(v.dependent) for v in judgement.violations] == [("language",)]
    assert judge_relation(people.all, [(people.set_of(["person"]), people.all)], lists).form is NormalForm.FOURTH


def test_a_wrong_order_would_be_noticed() -> None:
    """The textbook bug: redundant dependencies dropped before left sides shrink leaves one too many here."""
    relation = Attributes("abc")
    ab, a, b, c = (relation.set_of(n) for n in ("ab", "a", "b", "c"))
    cover = minimal_cover([(ab, c), (a, b), (a, c)])
    assert sorted(cover) == sorted([(a, b), (a, c)])
    assert Closures(cover).of(a) == ab | c
