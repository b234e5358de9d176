"""`dbwright review`: where the review of a design stands, what has changed since, and the steps that one takes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from dbwright.cli.parsing import UsageError
from dbwright.cli.wording import counted

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterator

    from dbwright.cli.screen import Screen
    from dbwright.model.blueprint import Blueprint
    from dbwright.reviewing.standing import Signature

DESCRIPTION = """\
Without a step tell the state of the review, who has signed, which comments are open, and what has
changed since the last step, in words. The steps: submit, request-changes, approve, implement,
supersede. A signature covers what the reviewer's area depends on; a later change to it makes the
signature stale. The record is a JSON file beside the design, to be kept in git with it."""
USAGE = "[STEP] [DESIGN] [--as REVIEWER] [--note TEXT] [--format text|json]"
EXAMPLES = (
    ("dbwright review shop.design.yaml", "Where the review stands."),
    ("dbwright review submit shop.design.yaml", "Ask the reviewers to look."),
    ("dbwright review approve shop.design.yaml --as security", "Sign what security looks at."),
    ("dbwright review request-changes --as platform --note 'Who archives it?'", "The design in this folder."),
)
WORDS = ("submit", "request-changes", "approve", "implement", "supersede")
MARKS = {"signed": "signed", "stale": "STALE", "missing": "not yet"}


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.add_argument("step", nargs="?", default="", metavar="STEP", help=f"one of: {', '.join(WORDS)}")
    parser.add_argument("design", nargs="?", default="", metavar="DESIGN", help="design file or folder (here)")
    parser.add_argument("--as", dest="role", default="", metavar="REVIEWER", help="the reviewer in whose name you act")
    parser.add_argument("--note", default="", metavar="TEXT", help="what is to be remembered with the step")
    parser.add_argument(
        "--format", choices=("text", "json"), default="text", metavar="FORMAT", help="text (default) or json"
    )


def run(arguments: Namespace, screen: Screen) -> int:
    """Show where the review stands, or take a step; return 1 where something is stale, missing or open."""
    step, design = arguments.step, arguments.design
    if step not in WORDS:
        if design or (step and not Path(step).exists() and "." not in step):
            raise UsageError(f"`{step}` is no step of a review", f"the steps are: {', '.join(WORDS)}")
        step, design = "", step
    path = Path(design or ".")
    if step:
        return _take(step, path, arguments, screen)
    return _tell(path, arguments.format, screen)


def _take(step: str, path: Path, arguments: Namespace, screen: Screen) -> int:
    from dbwright.api import review
    from dbwright.reviewing.steps import STEPS, StepRefused

    if STEPS[step].by_reviewer and not arguments.role:
        raise UsageError(f"{step} is a step of a reviewer", "add --as and the reviewer's name in the design")
    try:
        state = review(path, step, arguments.role, _person(), arguments.note)
    except StepRefused as error:
        raise UsageError(str(error), error.help) from error
    screen.out.write(f"the review is {state}")
    return 0


def _person() -> str:
    """Who acts, as git knows them, else as the system does."""
    import getpass
    import subprocess

    said = []
    for key in ("user.name", "user.email"):
        try:
            found = subprocess.run(["git", "config", key], capture_output=True, text=True, check=False, timeout=10)
            said.append(found.stdout.strip())
        except (OSError, subprocess.TimeoutExpired):
            break
    if len(said) == 2 and said[0]:
        return f"{said[0]} <{said[1]}>" if said[1] else said[0]
    return getpass.getuser()


def _tell(path: Path, form: str, screen: Screen) -> int:
    from dbwright import load_design
    from dbwright.pipeline import DECIDING, compile_design
    from dbwright.reviewing.standing import changed_since_last, open_comments, signatures
    from dbwright.reviewing.steps import NO_REVIEW

    blueprint = compile_design(load_design(path), passes=DECIDING)
    review = blueprint.design.review
    if review is None:
        raise UsageError(*NO_REVIEW)
    standing, waiting = signatures(blueprint), open_comments(blueprint)
    if form == "json":
        import json

        screen.out.write(json.dumps(_plain(blueprint), indent=2, ensure_ascii=False))
    else:
        last, changed = changed_since_last(blueprint)
        screen.out.write(f"{screen.out.paint(review.state, 'strong')}, {counted(len(waiting), 'open comment')}")
        for line in _lines(standing):
            screen.out.write(line)
        for comment in waiting:
            screen.out.write(f"  open: {comment.name} ({comment.by or 'somebody'} on {comment.on}): {comment.asks}")
        if last is not None:
            since = f"since {last.at[:10]} ({last.what}{f' by {last.role}' if last.role else ''})"
            screen.out.write(f"{counted(len(changed), 'change')} {since}")
            for sentence in changed:
                screen.out.write(f"  {sentence}")
    return 1 if waiting or any(s.state != "signed" for s in standing) else 0


def _lines(standing: list[Signature]) -> Iterator[str]:
    width = max((len(s.reviewer) for s in standing), default=0)
    for signature in standing:
        line = f"  {signature.reviewer.ljust(width)}  {MARKS[signature.state]}"
        if signature.approval is not None:
            line += f", {signature.approval.at[:10]} by {signature.approval.by}"
        yield line
        for change in signature.since:
            yield f"  {' ' * width}    {change}"


def _plain(blueprint: Blueprint) -> dict[str, object]:
    from dbwright.reviewing.standing import changed_since_last, open_comments, record_of, signatures

    review = blueprint.design.review
    return {
        "state": review.state if review else "",
        "reviewers": [
            {
                "reviewer": s.reviewer,
                "signature": s.state,
                "at": s.approval.at if s.approval else "",
                "by": s.approval.by if s.approval else "",
                "changed since": s.since,
            }
            for s in signatures(blueprint)
        ],
        "open comments": [str(c.name) for c in open_comments(blueprint)],
        "changed": changed_since_last(blueprint)[1],
        "events": [
            {"at": e.at, "event": e.what, "as": e.role, "by": e.by, "note": e.note} for e in record_of(blueprint).events
        ],
    }
