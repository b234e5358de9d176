"""Documents: each file that `build` writes is handed to the tool it was made for, which says whether it is one.

Where a tool is missing the claim is untested and says what to type; nothing is judged by the code that wrote it.
"""

from __future__ import annotations

from collections.abc import Callable

from dbwright.model.claim import Claim
from dbwright.prove import document_diagrams, document_models, document_pages, document_schemas, document_scripts
from dbwright.prove.bench import Bench
from dbwright.prove.document_tools import NotBuilt, ToolMissing, ToolRefused
from dbwright.prove.outcome import Outcome, broken, untested

Check = Callable[[Bench], Outcome]

CHECKS: dict[str, Check] = {
    "ddl": document_scripts.check_ddl,
    "migration": document_scripts.check_migration,
    "mermaid": document_diagrams.check_mermaid,
    "dbml": document_diagrams.check_dbml,
    "erd": document_diagrams.check_erd,
    "sqlalchemy": document_models.check_sqlalchemy,
    "pydantic": document_models.check_pydantic,
    "json-schema": document_schemas.check_json_schema,
    "dictionary": document_pages.check_dictionary,
    "document": document_pages.check_document,
    "site": document_pages.check_site,
}
"""The check of each document, by the subject of its claim."""


def test(bench: Bench, claim: Claim) -> Outcome:
    """Hand one document to its tool; the bench stays as it was."""
    check = CHECKS.get(claim.subject)
    if check is None:
        return untested(f"no tool is known for `{claim.subject}`")
    try:
        return check(bench)
    except NotBuilt as error:
        return broken(str(error))
    except ToolMissing as error:
        return untested(str(error))
    except ToolRefused as error:
        return broken(str(error), **error.evidence)
