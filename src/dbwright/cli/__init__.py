"""The command line: one file a command, which parses arguments, calls the Python API and renders what it returns.

Exit codes: 0 done; 1 a promise is broken, a file is not formatted, a name is not known; 2 the design or the command
is wrong; 3 the server or the machine failed; 70 a defect of dbwright; 129, 130, 143 the terminal was closed, Ctrl-C,
SIGTERM; 141 nobody reads the output any more.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; `argv` are the words after `dbwright`, by default the process's own."""
    from dbwright.cli.endings import end_well

    if argv is not None:
        return end_well(list(argv))
    # A design is a large tree without cycles; to look for garbage in it again and again is a tenth of a check.
    gc.disable()
    code = end_well(sys.argv[1:], last=True)
    gc.freeze()
    return code
