"""Places in the design file as the site shows them: the same from whichever folder it was built."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath

from dbwright.diagnostics import Span


class Places:
    """The files of a design, by number, each named relative to the folder that holds them all."""

    def __init__(self, sources: Mapping[str, str]) -> None:
        self._numbers = {path: number for number, path in enumerate(sources)}
        shared = _shared_parts([PurePath(path).parts for path in sources])
        self.files: list[dict[str, str]] = [
            {"file": PurePath(*PurePath(path).parts[shared:]).as_posix(), "text": text}
            for path, text in sources.items()
        ]

    def of(self, span: Span) -> list[int]:
        """Return [number of the file, line], or nothing for what stands in no file."""
        number = self._numbers.get(span.file)
        return [] if number is None or not span.line else [number, span.line]


def _shared_parts(paths: list[tuple[str, ...]]) -> int:
    """How many leading folders all the paths have in common; the file's own name is never one of them."""
    folders = [path[:-1] for path in paths]
    shared = 0
    while folders and all(len(f) > shared and f[shared] == folders[0][shared] for f in folders):
        shared += 1
    return shared
