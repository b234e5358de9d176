"""What stands on the server, as facts: read from what pg_dump prints, by libpg_query."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dbwright.prove.dump_details import (
    bound_of,
    column_fact,
    constraint_fact,
    function_fact,
    granted,
    index_fact,
    object_name,
    option_value,
    policy_fact,
    role_name,
    view_options,
)
from dbwright.prove.facts import Subject, listing
from dbwright.sql.grammar import inside, kind, parse, strings, tree
from dbwright.sql.normal_forms import normal_node


def dump_facts(dump: str, schema: str) -> dict[Subject, str]:
    """Return every fact that a schema-only dump tells about one schema (and the extensions)."""
    text = "\n".join(line for line in dump.splitlines() if not line.startswith("\\"))
    reader = _Reader(schema)
    for node in parse(text):
        reader.read(node)
    return reader.finish()


class _Reader:
    """Gathers facts statement by statement; partitions are put under their table at the end."""

    def __init__(self, schema: str) -> None:
        self.schema = schema
        self.facts: dict[Subject, str] = {}
        self.owners: dict[tuple[str, str], str] = {}
        self.parents: dict[str, str] = {}
        self.columns: dict[tuple[str, str], dict[str, str]] = {}
        self.grants: dict[tuple[str, str], set[str]] = {}
        self.settings: dict[str, list[str]] = {}
        self.secured: dict[str, list[str]] = {}
        self.views: set[str] = set()

    def read(self, node: Any) -> None:
        """Take one statement in; what says nothing about structure (set, comment) is passed over."""
        readers: dict[str, Callable[[Any], None]] = {
            "create_schema_stmt": self._schema,
            "create_extension_stmt": self._extension,
            "create_stmt": self._table,
            "alter_table_stmt": self._alter,
            "alter_owner_stmt": self._owner,
            "index_stmt": self._index,
            "create_policy_stmt": self._policy,
            "create_trig_stmt": self._trigger,
            "create_function_stmt": self._function,
            "view_stmt": self._view,
            "create_table_as_stmt": self._stored_view,
            "grant_stmt": self._grant,
        }
        which = kind(node)
        if which in readers:
            readers[which](inside(node))
        elif which in ("create_enum_stmt", "create_domain_stmt", "composite_type_stmt", "create_seq_stmt"):
            self.facts[Subject("", "verbatim", f"{which} {object_name(node)}")] = ""

    def finish(self) -> dict[Subject, str]:
        """Return the facts, with owners, row security, grants and partitions filled in."""
        self._fill_tables()
        for (kind_name, name), owner in self.owners.items():
            if name == "extensions":
                continue
            subject = Subject("", kind_name, name)
            if subject in self.facts:
                self.facts[subject] = listing([self.facts[subject], f"owned by {owner}"])
        for (name, role), privileges in self.grants.items():
            owner = self.owners.get(("table", name)) or self.owners.get(("function", name)) or ""
            if role != owner and role != self.owners.get(("schema", name)):
                table = name if ("table", name) in self.owners and name not in self.views else ""
                subject = Subject(self.parents.get(table, table), "grant", f"{name} to {role}")
                self.facts[subject] = ", ".join(sorted(privileges))
        return self.facts

    def _fill_tables(self) -> None:
        for child, parent in self.parents.items():
            for subject in [s for s in self.facts if s.table == child and s.kind != "partition"]:
                del self.facts[subject]
            subject = Subject(parent, "partition", child)
            told = [*self.secured.get(child, []), *sorted(self.settings.get(child, []))]
            self.facts[subject] = listing([self.facts.get(subject, ""), *told])
        for name, flags in self.secured.items():
            if name not in self.parents:
                self.facts[Subject(name, "row security", name)] = " ".join(flags)
        for name, texts in self.settings.items():
            if name not in self.parents:
                self.facts[Subject(name, "settings", name)] = " ".join(sorted(texts))
        for (table, column), parts in self.columns.items():
            if table not in self.parents:
                order = ("type", "collate", "not null", "default", "generated", "identity")
                fact = listing([parts.get(p, "") for p in order])
                self.facts[Subject(table, "column", f"{table}.{column}")] = fact
        for subject in [s for s in self.facts if s.kind == "table"]:
            owner = self.owners.get(("table", subject.name), "")
            self.facts[subject] = listing([self.facts[subject], f"owned by {owner}"])

    def _schema(self, body: Any) -> None:
        self.facts[Subject("", "schema", body.schemaname)] = ""

    def _extension(self, body: Any) -> None:
        where = next((o.def_elem.arg.string.sval for o in body.options if o.def_elem.defname == "schema"), "")
        self.facts[Subject("", "extension", body.extname)] = f"in {where}"

    def _table(self, body: Any) -> None:
        table = body.relation.relname
        how = "plain"
        if body.HasField("partspec"):
            strategy = tree.PartitionStrategy.Name(body.partspec.strategy).rpartition("_")[2].lower()
            columns = ", ".join(p.partition_elem.name for p in body.partspec.part_params)
            how = f"partitioned by {strategy} ({columns})"
        self.facts[Subject(table, "table", table)] = how
        self._settings(table, "", body.options)
        for element in body.table_elts:
            if kind(element) == "column_def":
                self.columns[(table, element.column_def.colname)] = column_fact(element.column_def)
            elif kind(element) == "constraint":
                self._constraint(table, element.constraint)

    def _constraint(self, table: str, constraint: Any) -> None:
        if constraint.contype == tree.ConstrType.CONSTR_NOTNULL:
            for name in strings(constraint.keys):
                self.columns.setdefault((table, name), {})["not null"] = "not null"
            return
        self.facts[Subject(table, "constraint", constraint.conname)] = constraint_fact(constraint)

    def _alter(self, body: Any) -> None:
        if tree.ObjectType.Name(body.objtype) == "OBJECT_INDEX":
            return
        name = body.relation.relname
        for item in body.cmds:
            command = item.alter_table_cmd
            match tree.AlterTableType.Name(command.subtype):
                case "AT_AddConstraint":
                    self._constraint(name, _def(command).constraint)
                case "AT_AttachPartition":
                    partition = _def(command).partition_cmd
                    self.parents[partition.name.relname] = name
                    self.facts[Subject(name, "partition", partition.name.relname)] = bound_of(partition.bound)
                case "AT_EnableRowSecurity":
                    self.secured.setdefault(name, []).insert(0, "enabled")
                case "AT_ForceRowSecurity":
                    self.secured.setdefault(name, []).append("forced")
                case "AT_ChangeOwner":
                    self.owners[("table", name)] = command.newowner.rolename
                    self.owners[("view", name)] = command.newowner.rolename
                case "AT_ColumnDefault":
                    default = _def(command)
                    self.columns[(name, command.name)]["default"] = f"default {normal_node(default)}"
                case "AT_AddIdentity":
                    always = _def(command).constraint.generated_when == "a"
                    self.columns[(name, command.name)]["identity"] = f"identity {'always' if always else 'by default'}"
                case "AT_SetOptions":
                    self._settings(name, command.name, _def(command).list.items)
                case "AT_SetRelOptions":
                    self._settings(name, "", _def(command).list.items)
                case "AT_DisableTrig" | "AT_DisableTrigAll" | "AT_DisableTrigUser":
                    self.facts[Subject(name, "trigger", command.name)] = "disabled"

    def _settings(self, table: str, column: str, options: Any) -> None:
        texts = [f"{o.def_elem.defname}={option_value(o.def_elem)}" for o in options]
        if texts:
            self.settings.setdefault(table, []).extend(f"{column}.{t}" if column else t for t in texts)

    def _owner(self, body: Any) -> None:
        which = tree.ObjectType.Name(body.object_type).removeprefix("OBJECT_").lower()
        self.owners[(which, object_name(body.object))] = role_name(body.newowner)

    def _index(self, body: Any) -> None:
        table = body.relation.relname
        self.facts[Subject("" if table in self.views else table, "index", body.idxname)] = index_fact(body)

    def _policy(self, body: Any) -> None:
        self.facts[Subject(body.table.relname, "policy", body.policy_name)] = policy_fact(body)

    def _trigger(self, body: Any) -> None:
        self.facts.setdefault(Subject(body.relation.relname, "trigger", body.trigname), "enabled")

    def _function(self, body: Any) -> None:
        self.facts[Subject("", "function", strings(body.funcname)[-1])] = function_fact(body)

    def _view(self, body: Any) -> None:
        self.views.add(body.view.relname)
        targets = inside(body.query).target_list
        names = [t.res_target.name or strings(t.res_target.val.column_ref.fields)[-1] for t in targets]
        self.facts[Subject("", "view", body.view.relname)] = listing([f"({', '.join(names)})", view_options(body)])

    def _stored_view(self, body: Any) -> None:
        name = body.into.rel.relname
        self.views.add(name)
        names = [
            t.res_target.name or strings(t.res_target.val.column_ref.fields)[-1] for t in inside(body.query).target_list
        ]
        self.facts[Subject("", "view", name)] = listing([f"({', '.join(names)})", "stored"])

    def _grant(self, body: Any) -> None:
        if not body.is_grant:
            return
        for name, role, privilege in granted(body):
            on_schema = tree.ObjectType.Name(body.objtype) == "OBJECT_SCHEMA"
            if not on_schema or name == self.schema:
                self.grants.setdefault((name, role), set()).add(privilege)


def _def(command: Any) -> Any:
    """The definition of an alter table command; its field is named like a Python keyword."""
    return getattr(command, "def")
