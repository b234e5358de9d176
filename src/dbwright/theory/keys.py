"""Candidate keys and prime attributes.

Source: Lucchesi and Osborn, Candidate Keys for Relations, JCSS 17(2), 1978: from one key and one dependency comes the
next key, so the time is polynomial in the number of keys found, which itself may be exponential.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from dbwright.theory.attributes import Fd, sum_of
from dbwright.theory.closure import Closures
from dbwright.theory.cover import shrink

MOST_KEYS = 1_000
"""Keys after which one stops to look; an entity has a handful."""


def candidate_keys(attributes: int, dependencies: Sequence[Fd], most: int = MOST_KEYS) -> list[int]:
    """Return the minimal sets that determine all attributes, smallest first, at most `most` of them."""
    found = list(islice(_keys(attributes, dependencies), most))
    return sorted(found, key=lambda key: (key.bit_count(), key))


def _keys(attributes: int, dependencies: Sequence[Fd]) -> Iterator[int]:
    closures = Closures(dependencies)
    found = [shrink(closures, attributes, attributes)]
    for key in found:
        yield key
        for determinant, dependent in dependencies:
            candidate = (determinant | (key & ~dependent)) & attributes
            if not any(known & ~candidate == 0 for known in found):
                found.append(shrink(closures, candidate, attributes))


def prime_attributes(attributes: int, dependencies: Sequence[Fd]) -> int:
    """Return the attributes that some candidate key holds. To decide one of them is NP-complete; so are 3NF and 2NF."""
    return sum_of(candidate_keys(attributes, dependencies))
