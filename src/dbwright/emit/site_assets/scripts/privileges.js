// Who may do what: the roles of an object, or the objects of a role, against the four verbs.

const VERBS = ["select", "insert", "update", "delete"];

function grantsOn(kind, name) {
  return DATA.roles.flatMap((role) =>
    (role.grants || [])
      .filter((grant) => grant.kind === kind && grant.object === name)
      .map((grant) => ({ ...grant, role: role.name })),
  );
}

// Rows by `key` (role or object); a cell says whether all columns are meant, or how many.
function privilegeMatrix(grants, key, heading, columnsOf) {
  const groups = grouped(grants, (grant) => [grant[key]]);
  const rows = [...groups].map(([name, list]) => ({
    cells: [
      nameLink(name),
      ...VERBS.map((verb) =>
        privilegeCell(
          list.filter((grant) => grant.privilege === verb),
          columnsOf(list[0]),
        ),
      ),
    ],
  }));
  return grid([heading, ...VERBS], rows, "matrix");
}

function privilegeCell(grants, total) {
  if (!grants.length) return h("span", { class: "no", "aria-label": "no" }, "–");
  const columns = grants.flatMap((grant) => grant.columns || []);
  const serves = [...new Set(grants.flatMap((grant) => grant.serves || []))];
  const title = serves.length ? `For ${serves.map(shortName).join(", ")}` : null;
  if (!columns.length)
    return h("span", { class: "yes", title }, grants[0].privilege === "delete" ? "yes" : "every column");
  const text = columns.length === total ? "every column" : plural(columns.length, "column");
  return h(
    "details",
    { class: "cell" },
    h("summary", { title }, text),
    h("span", { class: "cell-list" }, joined(columns.map((name) => code(name)))),
  );
}

function policyGrid(policies) {
  const rows = policies.map((policy) => ({
    cells: [
      code(policy.name),
      h(
        "span",
        {},
        policy.command,
        policy.permissive ? null : [" ", badge("restrictive", "", "Applies besides every other policy")],
      ),
      nameLinks(policy.roles),
      facts(
        [
          ["sees rows where", policy.using ? sqlInline(policy.using) : null],
          ["writes rows where", policy.check ? sqlInline(policy.check) : null],
        ],
        "facts small",
      ),
    ],
  }));
  return grid(["Policy", "For", "Roles", "Condition"], rows);
}
