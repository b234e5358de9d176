"""More rows than memory holds keys and references of are refused before one is made; others are not held as a whole."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from dbwright.cli import main
from dbwright.data.memory import TooManyRows, bytes_needed, free_bytes, refuse_too_many
from dbwright.frontends.design_file import load_design
from dbwright.model.blueprint import Blueprint
from dbwright.pipeline import compile_design

SHOP = Path(__file__).parents[2] / "examples" / "shop" / "shop.design.yaml"
PEAK = """
import resource, sys
from pathlib import Path
from dbwright.api import generate
generate(Path(sys.argv[1]), "csv:" + sys.argv[2], rows=int(sys.argv[3]))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)
"""


@pytest.fixture(scope="module")
def shop() -> Blueprint:
    """The shop, compiled."""
    return compile_design(load_design(SHOP))


def test_a_thousand_million_rows_are_refused_where_a_few_gigabytes_are_free(shop: Blueprint) -> None:
    with pytest.raises(TooManyRows, match=r"1 G rows take about .* of memory, and 8 GB are free"):
        refuse_too_many(shop, {"orders": 10**9}, free=8 * 2**30)
    refuse_too_many(shop, {"orders": 10**7}, free=8 * 2**30)


def test_a_table_without_references_holds_nothing_but_its_tenants(shop: Blueprint) -> None:
    assert bytes_needed(shop, {"orders": 1000}) > bytes_needed(shop, {"tenants": 1000}) > 0


def test_the_command_refuses_in_one_message(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    if free_bytes() is None:
        pytest.skip("this system does not say how much memory is free")
    assert main(["generate", str(SHOP), "--to", f"csv:{tmp_path / 'rows'}", "--rows", "orders=900G"]) == 2
    told = capsys.readouterr().err
    assert told.count("error:") == 1
    assert "ask for fewer rows" in told
    assert not (tmp_path / "rows").exists()


def test_what_is_held_is_no_more_than_was_reckoned(shop: Blueprint, tmp_path: Path) -> None:
    peaks = []
    for count in (20_000, 620_000):
        command = [sys.executable, "-c", PEAK, str(SHOP), str(tmp_path / str(count)), str(count)]
        peaks.append(int(subprocess.run(command, capture_output=True, text=True, check=True).stdout))
    from dbwright.data import asked_rows

    reckoned = bytes_needed(shop, asked_rows(shop, 620_000)) - bytes_needed(shop, asked_rows(shop, 20_000))
    assert peaks[1] - peaks[0] < 1.5 * reckoned
