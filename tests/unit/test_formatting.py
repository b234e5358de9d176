"""How a design file is written: order, alignment, brackets, quotes, comments; and what is never changed."""

from __future__ import annotations

import pytest

from dbwright.diagnostics import DesignError, Diagnostic
from dbwright.frontends.formatting import WIDEST, format_source
from dbwright.frontends.nodes import compose
from dbwright.frontends.sameness import prove_same

SHOP = """\
# The shop of the manual
access:
    # asked most
    find:
        sql:  select 1   # one
        by: [ web ]
about:   "People order things."
# its name
design: 'shop'

entities:


  users:   # people
    rows: {growth: 5%/month,now: 2M}
    columns:
      user_id: "uuid primary key"
      # how to reach them
      email:
        personal: contact
        sql: text not null
      total: {about: Sum, sql: "numeric(12,2) not null"}
      # end of the columns

  orders: {about: One checkout.}
# end of the file
"""
FORMATTED = """\
# The shop of the manual
# its name
design: shop
about: People order things.

entities:
  users:   # people
    columns:
      user_id: uuid primary key
      # how to reach them
      email:   {sql: text not null, personal: contact}
      total:   {sql: "numeric(12,2) not null", about: Sum}
      # end of the columns
    rows: {now: 2M, growth: 5%/month}

  orders: {about: One checkout.}
access:
  # asked most
  find:
    by: [web]
    sql: select 1        # one
# end of the file
"""


def problem_of(text: str) -> Diagnostic:
    """Return the one diagnostic for which a text cannot be formatted."""
    with pytest.raises(DesignError) as caught:
        format_source(text, "shop.yaml")
    assert len(caught.value.diagnostics) == 1
    return caught.value.diagnostics[0]


def test_a_file_gets_its_canonical_form() -> None:
    assert format_source(SHOP) == FORMATTED
    assert format_source(FORMATTED) == FORMATTED


@pytest.mark.parametrize(
    "line",
    [
        "start: 2026-01-01",
        "about: >-\n  folded\n  text\n\n    deeper",
        "about: |+\n  kept\n\nhorizon: 3y",
        "about: |2\n    starts with spaces\n  and ends",
        "about: one\n  text over\n\n  lines",
        'about: "one\n  text"',
        'about: "null"',
        'about: "1e3"',
        'about: "no"',
        'about: "a: b"',
        'about: "a #b"',
        'about: "2026-01-01"',
        'about: "a: back\\\\slash \\"quoted\\" it\'s"',
        'about: "line\\nend"',
        "about: 'say: \"so\"'",
        "about: http://a.example/b#c?d",
        "about: it's {here}, [so]",
        "about:",
        'about: ""',
        "x-list: [1, true, ~, a b]",
        "x-list:\n  - a\n  -\n  - b",
        "x-list:\n  - - a\n    - b\n  - c: d\n    e: f",
        "x-json: {a: {b: [c]}, d: {}, e: []}",
        "# last line",
        "sharing:\n  course catalogue: {components: [a]}",
    ],
)
def test_what_is_well_written_stays(line: str) -> None:
    text = f"design: shop\n{line}\n"
    assert format_source(text) == text


@pytest.mark.parametrize(
    "before, after",
    [
        ("about: 'text'", "about: text"),
        ('about: "it\'s"', "about: it's"),
        ("about: 'null'", 'about: "null"'),
        ("about: 'a: b'", 'about: "a: b"'),
        ('"about": "a, b"', "about: a, b"),
        ("x-list: ['a, b', \"c\"]", 'x-list: ["a, b", c]'),
        ("x-list: [a,\n  b]", "x-list: [a, b]"),
        ("x-list: [a, # first\n  b]", "x-list:\n  - a       # first\n  - b"),
        ("x-list:\n- a\n- b", "x-list:\n  - a\n  - b"),
        ("x-list:\n  -   a: b\n      c: d", "x-list:\n  - a: b\n    c: d"),
        ("x-list:\n  # above\n  - # beside\n    a: b", "x-list:\n  # above\n  # beside\n  - a: b"),
        ("about: |\n      text\n        deeper", "about: |\n  text\n    deeper"),
        ("about: |4\n      text", "about: |2\n    text"),
        ("about: |  # why\n  text", "about: |  # why\n  text"),
        ("about: >2-\n   text", "about: >2-\n   text"),
        ('about: "one \\\n  line"', "about: one line"),
        ("roles: {web: {login: true}}", "roles:\n  web: {login: true}"),
        ("about: text   #note", "about: text   #note"),
        ("about: text #note", "about: text  #note"),
        ("# a\n\n\n\n# b\nabout: x", "# a\n\n# b\nabout: x"),
        ("? about\n: text", "about: text"),
        ("about: x\r\nhorizon: 3y\r", "about: x\nhorizon: 3y"),
    ],
)
def test_what_is_written_otherwise_is_changed(before: str, after: str) -> None:
    assert format_source(f"design: shop\n{before}\n") == f"design: shop\n{after}\n"


def test_json_is_a_design_too() -> None:
    text = '{"design": "shop", "entities": {"users": {"columns": {"id": "uuid", "name": "text not null"}}}}'
    assert format_source(text) == (
        "design: shop\nentities:\n  users:\n    columns:\n      id:   uuid\n      name: text not null\n"
    )


def test_names_keep_the_order_of_their_author_and_keys_have_that_of_the_manual() -> None:
    text = "entities: {b: {rows: 1, about: B}, a: }\nx-own: 1\nunknown: 2\nroles: {z: , y: }\ndesign: shop\n"
    assert format_source(text) == (
        "design: shop\nroles:\n  z:\n  y:\nentities:\n  b: {about: B, rows: 1}\n  a:\nx-own: 1\nunknown: 2\n"
    )


def test_a_mapping_that_grows_too_long_is_opened_level_by_level() -> None:
    long = "word " * 12
    text = f"design: shop\naccess: {{find: {{parameters: {{a: {long}, b: {long}}}, by: web, sql: select 1}}}}\n"
    assert format_source(text) == (
        "design: shop\naccess:\n  find:\n    by: web\n    sql: select 1\n"
        f"    parameters:\n      a: {long.strip()}\n      b: {long.strip()}\n"
    )


def test_a_column_takes_one_line_where_it_fits() -> None:
    head, tail = "design: shop\nentities:\n  a:\n    columns:\n", "      b:          {sql: text, about: c}\n"
    fits = "x" * (WIDEST - len("      identifier: {sql: text not null, about: }"))
    opened = f"{head}      identifier:\n        sql: text not null\n        about: {fits}\n{tail}"
    assert format_source(opened) == f"{head}      identifier: {{sql: text not null, about: {fits}}}\n{tail}"
    longer = opened.replace(fits, f"{fits}x")
    assert format_source(longer) == longer


def test_comments_within_a_column_keep_their_lines() -> None:
    text = "design: a\nentities:\n  a:\n    columns:\n      b:\n        # why\n        sql: text  # what\n"
    assert format_source(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "design: a\nroles:\n  web:\n  # about guests\n  guest:\n",
        "design: a\nroles:\n  web: {login: true}\n  # no more roles\naccess:\n",
        "design: a\nroles:\n  web:\n    login: true\n    # end of web\n  # end of roles\n# end\n",
        "design: a\nroles:\n  # first\n\n  # second\n\n  web:\n",
        "# head\n\ndesign: a\n\n# roles\n\nroles:\n  web:\n",
        "design: a\nroles:  # all\n  web:  # one\n    login: true  # yes\n",
    ],
)
def test_every_comment_stays_where_it_is(text: str) -> None:
    assert format_source(text) == text


def test_comments_move_with_their_key() -> None:
    text = "# file\n\n# the name\ndesign: a\n# later\nhorizon: 3y\n# sooner\nabout: b  # beside\n"
    assert (
        format_source(text) == "# file\n\n# the name\ndesign: a\n# sooner\nabout: b  # beside\n# later\nhorizon: 3y\n"
    )


def test_a_comment_keeps_its_column_where_there_is_room() -> None:
    text = "design: a            # one\nhorizon: 3y          # two\n"
    assert format_source(text) == text
    assert format_source("design: 'abc' # one\n") == "design: abc   # one\n"


def test_hostile_names_come_out_as_they_went_in() -> None:
    text = 'design: a\nentities:\n  "a\\nb": {about: "#no"}\n  "- x":\n  "c: d":\n  e"f:\n  "":\n'
    assert format_source(text) == text


@pytest.mark.parametrize(
    "text, code, line, column",
    [
        ("design: [shop\n", "yaml-syntax", 1, 9),
        ("", "wrong-shape", 1, 1),
        ("- a\n", "wrong-shape", 1, 1),
        ("design: a\n? [b]\n: c\n", "wrong-shape", 2, 3),
        ("design: &a b\n", "alias", 1, 9),
        ("design: !t b\n", "tag", 1, 9),
        ("design: a\x07\n", "control-character", 1, 10),
        ("a: " + "[" * 50 + "]" * 50, "nested-too-deep", 1, 43),
    ],
)
def test_what_is_no_design_file_is_refused(text: str, code: str, line: int, column: int) -> None:
    diagnostic = problem_of(text)
    assert (diagnostic.code, diagnostic.span.line, diagnostic.span.column) == (code, line, column)
    assert diagnostic.span.file == "shop.yaml"


def test_a_key_too_long_for_yaml_is_left_alone_and_named() -> None:
    diagnostic = problem_of("design: a\n? " + "x" * 2_000 + "\n: b\n")
    assert diagnostic.code == "cannot-format"


@pytest.mark.parametrize(
    "result, line, column",
    [
        ("design: b\nlist: [1, 2]  # note\n", 1, 9),
        ("design: a\nlist: [2, 1]  # note\n", 2, 8),
        ("design: a\nlist: [1, '2']  # note\n", 2, 11),
        ("design: a\nlist: [1]  # note\n", 2, 11),
        ("design: a\nlist: {1: 2}  # note\n", 2, 7),
        ("design: a\nlists: [1, 2]  # note\n", 2, 1),
        ("design: a\nlist: [1, 2]\nmore: b  # note\n", 1, 1),
        ("design: a\nlist: [1, 2]\n", 1, 1),
        ("design: a\nlist: [1, 2]  # not\n", 1, 1),
        ("design: [a\n", 1, 1),
        ("", 1, 1),
    ],
)
def test_a_result_that_says_something_else_is_refused_at_its_place(result: str, line: int, column: int) -> None:
    source = "design: a\nlist: [1, 2]  # note\n"
    root = compose(source, "shop.yaml")
    assert root is not None
    with pytest.raises(DesignError) as caught:
        prove_same(root, source, result, "shop.yaml")
    span = caught.value.diagnostics[0].span
    assert (caught.value.diagnostics[0].code, span.line, span.column) == ("cannot-format", line, column)
    prove_same(root, source, "list:\n  - 1\n  - 2\n# note\ndesign: 'a'\n", "shop.yaml")
