"""How texts of a column look, by its name: e-mail addresses, titles, prose, codes.

A style is a list of bases with a place for a number. The k-th distinct text takes base k modulo their count and, from
the second round on, the number of the round: no two are equal, and the first ones read as a person would write them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from dbwright.data import vocabulary as words
from dbwright.sizing.text_kinds import kind_by_name

MARK = "\0"
"""Where in a base the number goes."""
POOL = 600
"""Different bases of titles and prose."""
PHRASE_SHARE = 0.01
"""Share of texts that hold a phrase which an access pattern looks for: found, but rarely."""


@dataclass(frozen=True)
class Style:
    """Bases, and what stands before a number; `varied` texts are such that each row has its own.

    With a `start` there is one base, always followed by a number of at least `digits` digits from `start` on.
    """

    bases: Sequence[str]
    separator: str = ""
    varied: bool = False
    start: int = -1
    digits: int = 1

    def text(self, number: int) -> str:
        """Return the text of a number; different numbers give different texts."""
        if self.start >= 0:
            return f"{self.bases[0]}{self.start + number:0{self.digits}}"
        turn, place = divmod(number, len(self.bases))
        base, tail = self.bases[place], f"{self.separator}{turn}" if turn else ""
        return base.replace(MARK, tail) if MARK in base else base + tail


@dataclass(frozen=True)
class TextColumn:
    """What is known of a column of texts: name, category of personal data, example, phrases and values looked for.

    Values in `avoid` are what access patterns insert: a row of ours must not be there before them.
    """

    name: str
    personal: str = ""
    example: str = ""
    about_people: bool = False
    phrases: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    avoid: frozenset[str] = frozenset()


def styles_of(column: TextColumn) -> Iterator[Style]:
    """Yield styles for a column, the most plausible first; later ones are plainer and pass more rules."""
    if ends := re.fullmatch(r"(.*?)(\d+)", column.example, re.DOTALL):
        # Numbers go on after those that access patterns insert.
        taken = [int(v[len(ends[1]) :]) + 1 for v in column.avoid if re.fullmatch(re.escape(ends[1]) + r"\d{1,9}", v)]
        yield Style([ends[1]], varied=True, start=max(int(ends[2]), *taken, 0), digits=len(ends[2]))
    for style in (_named(column), *(style_of(plain) for plain in ("slug", "handle", "code"))):
        yield replace(style, bases=[b for b in style.bases if b.replace(MARK, "") not in column.avoid])


def _named(column: TextColumn) -> Style:
    kind = kind_by_name(column.name, column.personal, column.about_people)
    style = style_of(kind)
    bases = list(style.bases)
    if column.phrases and kind in ("title", "prose", "person", ""):
        bases = _with_phrases(_without_words(bases, column.phrases), column.phrases)
    if column.example and not column.example[-1].isdigit():
        bases = [column.example, *(b for b in bases if b != column.example)]
    return replace(style, bases=bases)


@cache
def style_of(kind: str) -> Style:
    """Return how texts of a kind look (`text_kinds.KINDS`): short labels where there is no such kind."""
    return _STYLES.get(kind, _short_words)()


def _without_words(bases: list[str], phrases: Sequence[str]) -> list[str]:
    """Leave out the bases that hold a word of a phrase by chance, so that it stays rare."""
    sought = {word for phrase in phrases for word in re.findall(r"\w+", phrase.lower())}
    return [b for b in bases if not sought & set(re.findall(r"\w+", b.lower()))] or bases


def _with_phrases(bases: list[str], phrases: Sequence[str]) -> list[str]:
    """Put each phrase into a few bases, far apart."""
    found = list(bases)
    each = max(1, round(len(bases) * PHRASE_SHARE))
    for number, phrase in enumerate(phrases):
        for turn in range(each):
            place = (number * 7 + turn * (len(bases) // each) + 3) % len(bases)
            short = len(bases[place]) < 60
            found[place] = f"{bases[place]}: {phrase}" if short else f"{bases[place]} More on {phrase}."
    return found


def coprime_step(size: int) -> int:
    """Return a step near the golden section of a size whose multiples visit every number once."""
    step = max(1, int(size * 0.618034)) if size < 2**52 else size * 618_034 // 1_000_000
    while math.gcd(step, size) != 1:
        step += 1
    return step


def _pairs(left: Sequence[str], right: Sequence[str], form: str) -> list[str]:
    """Pairs of words in a form with {0} and {1}, all different."""
    total = len(left) * len(right)
    step = coprime_step(total)
    chosen = [divmod(k * step % total, len(right)) for k in range(min(POOL, total))]
    return [form.format(left[a], right[b]) for a, b in chosen]


def _sentence(number: int) -> str:
    adjective = words.ADJECTIVES[number * 7 % len(words.ADJECTIVES)]
    noun = words.NOUNS[number * 11 % len(words.NOUNS)]
    verb = words.VERBS[number * 5 % len(words.VERBS)]
    other = words.NOUNS[(number * 17 + 3) % len(words.NOUNS)]
    topic = words.TOPICS[number * 3 % len(words.TOPICS)]
    return f"The {adjective} {noun} {verb} the {other} of {topic}."


def _prose() -> Style:
    return Style([" ".join(_sentence(k * 5 + i) for i in range(1 + k % 4)) for k in range(POOL)], " ", varied=True)


def _short_words() -> Style:
    return Style(words.SHORT_WORDS, "-")


def _simple(values: Sequence[str], separator: str = " ") -> Callable[[], Style]:
    return lambda: Style(values, separator)


def _email() -> Style:
    people = _pairs(words.FIRST_NAMES, words.LAST_NAMES, "{0}.{1}")
    return Style([f"{p.lower()}{MARK}@{words.NOUNS[i % 9]}.example" for i, p in enumerate(people)], varied=True)


def _handle() -> Style:
    return Style([p.lower() for p in _pairs(words.FIRST_NAMES, words.LAST_NAMES, "{0}_{1}")], varied=True)


def _person() -> Style:
    return Style(_pairs(words.FIRST_NAMES, words.LAST_NAMES, "{0} {1}"), " ", varied=True)


def _phone() -> Style:
    return Style([f"+1555{i:03}01{i % 100:02}" for i in range(100, 1000)], "-", varied=True)


def _url() -> Style:
    hosts = _pairs(words.ADJECTIVES, words.NOUNS, "{0}-{1}")
    paths = [words.NOUNS[i % len(words.NOUNS)] for i in range(len(hosts))]
    return Style([f"https://{h}{MARK}.example/{p}" for h, p in zip(hosts, paths, strict=True)], varied=True)


def _hash() -> Style:
    mixed = [(k * 0x9E3779B97F4A7C15 % 2**64, k * 0xC2B2AE3D27D4EB4F % 2**64) for k in range(1, POOL)]
    return Style([f"{a:016x}{b:016x}" * 2 for a, b in mixed], "-", varied=True)


def _room() -> Style:
    return Style([f"{wing} {floor}{door:02}" for wing in "ABC" for floor in (1, 2, 3) for door in range(1, 6)], "-")


def _code() -> Style:
    return Style([w.upper() for w in dict.fromkeys(n[:4] for n in words.NOUNS)], "-", varied=True)


def _title() -> Style:
    titles = [t.capitalize() for t in _pairs(words.ADJECTIVES, words.NOUNS, "{0} {1}")]
    return Style(titles, " ", varied=True)


_STYLES: dict[str, Callable[[], Style]] = {
    "email": _email,
    "handle": _handle,
    "person": _person,
    "phone": _phone,
    "url": _url,
    "host": lambda: Style([n + MARK + ".example" for n in words.NOUNS]),
    "hash": _hash,
    "slug": lambda: Style(_pairs(words.ADJECTIVES, words.NOUNS, "{0}-{1}"), "-", varied=True),
    "country": _simple(words.COUNTRIES, ""),
    "currency": _simple(words.CURRENCIES, ""),
    "language": _simple(words.LANGUAGES, "-"),
    "zone": _simple(words.ZONES, "_"),
    "media": _simple(words.MEDIA_TYPES, "-"),
    "colour": _simple(words.COLOURS, "-"),
    "city": _simple(words.CITIES),
    "street": lambda: Style([f"{k} {s} Street" for k in range(1, 40) for s in words.STREETS], " ", varied=True),
    "postcode": lambda: Style([f"{10_000 + k * 137}" for k in range(500)], "-"),
    "room": _room,
    "network": lambda: Style([f"192.0.2.{k}" for k in range(1, 255)], "-"),
    "agent": _simple(words.AGENTS),
    "path": lambda: Style(_pairs(words.NOUNS, words.NOUNS, "{0}/{1}"), "/", varied=True),
    "code": _code,
    "title": _title,
    "prose": _prose,
}
