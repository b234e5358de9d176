"""`python -m dbwright`, the same as `dbwright`."""

from __future__ import annotations

import sys

from dbwright.cli import main

if __name__ == "__main__":
    sys.exit(main())
