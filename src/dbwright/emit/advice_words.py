"""What is said of a kept advice, in words that the document and the site share."""

from __future__ import annotations

from dbwright.model.kept_advice import ChosenChange, KeptAdvice, KeptTarget
from dbwright.model.quantities import show_bytes, show_count, show_time

_KINDS = {
    "partition": "partition key",
    "summary": "summary",
    "rollup": "table of sums",
    "counter": "counter",
    "copy": "copied column",
}


def standing_words(advice: KeptAdvice) -> str:
    """Return whether the advice is about this design, and what to type where it is not, or was not taken."""
    if not advice.current:
        return (
            f"This advice of {advice.day} is about another design: this one has changed since. "
            "Type `dbwright advise DESIGN --record` for its own."
        )
    if advice.applied:
        return f"Asked on {advice.day}; what was chosen is written into the design."
    return (
        f"Asked on {advice.day}; the design is as it was before. "
        "Type `dbwright advise DESIGN --apply --record` to write the choice into it."
    )


def search_words(advice: KeptAdvice) -> str:
    """Return how the choice was made: candidates, questions, seconds, and the proof."""
    return (
        f"{advice.candidates:,} candidates were tried with {advice.questions:,} questions to the planner in "
        f"{advice.seconds:.0f} s; {_proof(advice.gap)}"
    )


def _proof(gap: float) -> str:
    if gap < 0.0005:
        return "no choice is cheaper in the model, which is proven"
    return f"the choice is at most {gap:.1%} dearer than the best one in the model, which is proven"


def saved_words(advice: KeptAdvice) -> str:
    """Return which share of the cost of all patterns, upkeep of indexes included, is saved."""
    share = 1 - advice.after / advice.before if advice.before else 0.0
    return f"{share:.1%}" if share >= 0.001 or share <= 0 else "less than 0.1%"


def budget_words(advice: KeptAdvice) -> str:
    """Return the bytes of what was chosen and stays, and what they might have been."""
    used = show_bytes(advice.size)
    if not advice.budget:
        return f"{used}; no limit was set"
    return f"{used}; {show_bytes(advice.added)} were added, of {show_bytes(advice.budget)}"


def writes_words(advice: KeptAdvice) -> str:
    """Return how much dearer or cheaper writes get, nothing where nobody counted them or there are none."""
    if advice.writes is None or not advice.writes[0]:
        return ""
    today, added = advice.writes
    share = abs(added / today)
    if share < 0.0005:
        return "as dear as before"
    return f"{share:.1%} {'dearer' if added >= 0 else 'cheaper'} than before"


def targets_words(advice: KeptAdvice) -> str:
    """Return how many latency targets can be met with what was chosen, nothing where there are none."""
    if not advice.targets:
        return ""
    met = [t for t in advice.targets if not t.why]
    gained = sum(t.before > t.target for t in met)
    more = f", {gained} of them thanks to what was chosen" if gained else ""
    return f"{len(met)} of {len(advice.targets)} can be met{more}"


def missed_words(target: KeptTarget) -> str:
    """Return how long a pattern that misses its target takes at least, and why."""
    return f"takes {show_time(target.after)} at least, of {show_time(target.target)}: {target.why}"


def cost_text(cost: float) -> str:
    """Return a cost in the planner's units for people: three digits."""
    return show_count(cost) if cost >= 1000 else f"{cost:.3g}"


def kind_words(change: ChosenChange) -> str:
    """Return what kind of thing a change beyond indexes is."""
    return _KINDS.get(change.kind, change.kind)


def title_words(change: ChosenChange) -> str:
    """Return what was changed, and where."""
    if not change.new:
        return f"{change.subject} in partitions"
    return f"{change.subject}: {change.what}" if change.subject not in change.what else change.what


def saving_words(change: ChosenChange) -> str:
    """Return what a change is worth a second, all counted; where it costs, that rows leave by it."""
    if change.saved >= 0:
        return f"saves {cost_text(change.saved)} a second"
    return f"costs {cost_text(-change.saved)} a second, and rows leave by it"
