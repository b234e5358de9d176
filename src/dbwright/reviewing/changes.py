"""What has changed between two sets of facts, told in words: `retention of users shortened from 36 to 24 months`."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from dbwright.model.quantities import Count, Duration, Rate
from dbwright.model.record import Facts

LONGEST = 60
"""Characters of a value up to which it is shown."""
_KINDS = {
    "access": "access pattern",
    "alerts": "alert",
    "decisions": "decision",
    "grants": "privileges of",
    "indexes": "index",
    "partitions": "partitions of",
    "policies": "policy",
    "roles": "role",
    "sharing": "shared data",
    "stores": "store",
    "transactions": "transaction",
}
_DEFINING = {"indexes": "definition", "entities": "sql", "access": "by", "policies": "for", "partitions": "by"}


def changes(old: Facts, new: Facts) -> list[str]:
    """Return one sentence for each change, elements that came or went first."""
    there, here = ({key for key in facts if key.endswith("#")} for facts in (old, new))
    gone, come = _outermost(there - here), _outermost(here - there)
    sentences = [f"{_name(key)} removed" for key in sorted(gone)]
    sentences += [f"{_name(key)} added{_shown(key, new)}" for key in sorted(come)]
    for key in sorted((old.keys() | new.keys()) - there - here):
        element = f"{key.partition('#')[0]}#"
        if old.get(key) != new.get(key) and element in there & here | _headless(element, there, here):
            sentences.append(_change(key, old.get(key, ""), new.get(key, "")))
    return sentences


def _headless(element: str, there: set[str], here: set[str]) -> set[str]:
    """An area may hold some facts of an element and not the element itself."""
    return {element} if element not in there and element not in here else set()


def _outermost(keys: set[str]) -> set[str]:
    """A table that came or went speaks for its columns."""
    return {key for key in keys if f"{key.rpartition('.')[0]}#" not in keys}


def _name(key: str) -> str:
    element = key.partition("#")[0]
    kind, _, rest = element.partition(".")
    if kind in ("indexes", "policies") and "." in rest:
        rest = rest.partition(".")[2]
    if not rest:
        return kind
    if kind == "entities":
        return f"column `{rest}`" if "." in rest else f"table `{rest}`"
    return f"{_KINDS.get(kind, kind)} `{rest}`"


def _shown(key: str, facts: Facts) -> str:
    """What an element that came is, where one line says it."""
    said = facts.get(key + _DEFINING.get(key.partition(".")[0], ""), "")
    if key.startswith("access."):
        return f" for {said}" if said else ""
    return f": {said}" if said and len(said) <= 2 * LONGEST else ""


def _change(key: str, old: str, new: str) -> str:
    words = key.partition("#")[2].removesuffix(".keep").removesuffix(".now").replace(".", " ")
    thing = _name(key).removeprefix("table ").removeprefix("column ")
    subject = f"{words} of {thing}"
    if not old:
        return f"{subject} set to {new}" if len(new) <= LONGEST else f"{subject} set"
    if not new:
        return f"{subject} removed (it was {old})" if len(old) <= LONGEST else f"{subject} removed"
    verb = _verb(old, new)
    return f"{subject} {verb} from {old} to {new}" if len(old + new) <= 2 * LONGEST else f"{subject} {verb}"


def _verb(old: str, new: str) -> str:
    for less, more, sizes in _sizes(old, new):
        if sizes[0] != sizes[1]:
            return less if sizes[1] < sizes[0] else more
    return "changed"


def _sizes(old: str, new: str) -> Iterator[tuple[str, str, tuple[float, float]]]:
    measures: tuple[tuple[str, str, Callable[[str], float]], ...] = (
        ("shortened", "lengthened", lambda text: Duration.parse(text).seconds),
        ("lowered", "raised", lambda text: Rate.parse(text).per_second),
        ("lowered", "raised", lambda text: float(Count.parse(text).value)),
    )
    for less, more, size in measures:
        try:
            yield less, more, (size(old), size(new))
        except ValueError:
            continue
