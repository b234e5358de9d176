"""The definitions of dependency theory, tried on every subset and on rows: slow, and shares nothing with `theory`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain, combinations
from random import Random

Names = frozenset[str]
Dependency = tuple[Names, Names]
Row = tuple[int, ...]


def random_relation(random: Random, most: int = 6) -> tuple[list[str], list[Dependency]]:
    """Return attributes and dependencies among them: few or many, narrow or wide, sometimes trivial."""
    names = list("abcdef"[: random.randint(2, most)])
    count = random.randint(0, 2 * len(names))
    return names, [(_some(random, names), _some(random, names) or frozenset(names[:1])) for _ in range(count)]


def _some(random: Random, names: Sequence[str]) -> Names:
    return frozenset(random.sample(names, min(len(names), random.choice((0, 1, 1, 1, 2, 2, 3)))))


def subsets_of(names: Iterable[str]) -> list[Names]:
    """Return every subset, smallest first."""
    pool = sorted(names)
    return [frozenset(s) for s in chain.from_iterable(combinations(pool, n) for n in range(len(pool) + 1))]


def closed(names: Names, dependencies: Iterable[Dependency]) -> Names:
    """Return the closure by adding until nothing is added."""
    known, before = names, None
    pairs = list(dependencies)
    while known != before:
        before = known
        for left, right in pairs:
            if left <= known:
                known = known | right
    return known


def keys_of(names: Iterable[str], dependencies: list[Dependency]) -> set[Names]:
    """Return every minimal subset that determines all."""
    whole = frozenset(names)
    found: list[Names] = []
    for subset in subsets_of(whole):
        if whole <= closed(subset, dependencies) and not any(key <= subset for key in found):
            found.append(subset)
    return set(found)


def projected(part: Names, dependencies: list[Dependency]) -> list[Dependency]:
    """Return all that holds within a part."""
    return [(s, closed(s, dependencies) & part) for s in subsets_of(part)]


def highest_form(names: Iterable[str], dependencies: list[Dependency]) -> int:
    """Return 1 to 4 (BCNF) by the definitions over all dependencies that follow."""
    whole = frozenset(names)
    keys = keys_of(whole, dependencies)
    prime = frozenset().union(*keys)
    form = 4
    for left, right in projected(whole, dependencies):
        superkey = any(key <= left for key in keys)
        for attribute in right - left:
            if any(left < key for key in keys) and attribute not in prime:
                form = min(form, 1)
            if not superkey and attribute not in prime:
                form = min(form, 2)
            if not superkey:
                form = min(form, 3)
    return form


def random_rows(random: Random, names: Sequence[str], dependencies: list[Dependency]) -> set[Row]:
    """Return rows that satisfy the dependencies: random ones, without those that break any."""
    rows: list[Row] = []
    for _ in range(random.randint(1, 12)):
        row = tuple(random.randint(0, 2) for _ in names)
        if all(_agree(names, row, other, dependencies) for other in rows):
            rows.append(row)
    return set(rows)


def _agree(names: Sequence[str], one: Row, other: Row, dependencies: list[Dependency]) -> bool:
    same = {name for name, a, b in zip(names, one, other, strict=True) if a == b}
    return all(not left <= same or right <= same for left, right in dependencies)


def joined(names: Sequence[str], rows: set[Row], parts: Sequence[Names]) -> set[Row]:
    """Return the natural join of the projections of rows on the parts."""
    result: list[dict[str, int]] = [{}]
    for part in parts:
        pieces = {tuple((n, v) for n, v in zip(names, row, strict=True) if n in part) for row in rows}
        result = [
            have | dict(piece)
            for have in result
            for piece in pieces
            if all(have.get(name, value) == value for name, value in piece)
        ]
        result = [dict(t) for t in {tuple(sorted(r.items())) for r in result}]
    return {tuple(r[n] for n in names) for r in result}


def follows(
    names: Sequence[str], left: Names, fds: list[Dependency], mvds: list[Dependency]
) -> tuple[Names, set[frozenset[Row]]]:
    """Chase two rows that agree on `left`; return what they must agree on, and the final rows as a set of one set."""
    rows = [tuple(0 for _ in names), tuple(0 if n in left else 1 for n in names)]
    equal = dict.fromkeys(names, False) | dict.fromkeys(left, True)
    changed = True
    while changed:
        changed = False
        rows = list(dict.fromkeys(tuple(0 if equal[n] else v for n, v in zip(names, r, strict=True)) for r in rows))
        for one in list(rows):
            for other in list(rows):
                same = {n for n, a, b in zip(names, one, other, strict=True) if a == b}
                for determinant, dependent in fds:
                    if determinant <= same and not dependent <= same:
                        equal |= dict.fromkeys(dependent - same, True)
                        changed = True
                for determinant, dependent in mvds:
                    if determinant <= same:
                        kept = determinant | dependent
                        mixed = tuple(a if n in kept else b for n, a, b in zip(names, one, other, strict=True))
                        if mixed not in rows and not any(equal[n] and v for n, v in zip(names, mixed, strict=True)):
                            rows.append(mixed)
                            changed = True
    return frozenset(n for n in names if equal[n]), {frozenset(rows)}
