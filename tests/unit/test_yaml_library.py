"""Loading PyYAML for designs: faster, and whole for whoever else uses it."""

from __future__ import annotations

import subprocess
import sys

PARSES_IN_PYTHON = """
import re
from dbwright.frontends.yaml_library import yaml
said = yaml.safe_load("day: 2026-11-30\\nrate: 1.5e+3\\nyes: [0x1F, ~]")
try:
    yaml.load("text: \\x07", Loader=yaml.SafeLoader)
except yaml.reader.ReaderError as error:
    print(error.position)
print(said, isinstance(re.compile("a+b"), re.Pattern))
"""


def run(program: str) -> str:
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout


def test_the_parser_in_python_reads_as_ever() -> None:
    assert run(PARSES_IN_PYTHON) == ("6\n{'day': datetime.date(2026, 11, 30), 'rate': 1500.0, True: [31, None]} True\n")


def test_reading_designs_compiles_no_expression_over_unicode() -> None:
    program = "from dbwright.frontends.design_file import load_design\nimport yaml.reader"
    assert run(f"{program}\nprint(type(yaml.reader.Reader.NON_PRINTABLE).__name__)") == "_Uncompiled\n"
