// Roles: all of them, and the page of one.

const PURPOSES = {
  owner: "owns every object",
  client: "client",
  "all tenants": "client of all tenants",
  masker: "owns masked views",
  searcher: "owns search functions",
};

function rolesPage() {
  const rows = DATA.roles.map((role) => ({
    cells: [
      nameLink(role.name),
      rich(role.about),
      PURPOSES[role.purpose] || role.purpose,
      role.login ? "yes" : h("span", { class: "quiet" }, "no"),
      role.connections ? String(role.connections) : null,
      String(DATA.patterns.filter((pattern) => (pattern.by || []).includes(role.name)).length || ""),
    ],
  }));
  return page(
    "Roles",
    pageHead("", "Roles", "Who connects, and what each may do: as much as its access patterns need.", {
      mono: false,
    }),
    grid(["Role", "Who", "Purpose", "Signs in", "Connections", "Patterns"], rows),
  );
}

function rolePage(name) {
  const role = roles.get(name);
  if (!role) return missingPage("role", name);
  const grants = role.grants || [];
  return page(
    name,
    pageHead("Role", name, role.about, { place: role.at }),
    facts(
      [
        ["Purpose", PURPOSES[role.purpose] || role.purpose],
        ["Signs in", role.login ? "yes" : "no"],
        ["Connections", role.connections ? `at most ${role.connections}` : null],
        ["Personal data", role.sees],
        ["Tenants", role.tenants ? `rows of ${role.tenants === "own" ? "its own" : "all"}` : null],
      ],
      "facts panel",
    ),
    brokenOf("role", name),
    rolePrivileges(grants),
    roleFunctions(grants),
    rolePatterns(name),
    rolePolicies(name),
    claimsOf("role", name),
    decisionsOf("role", name),
  );
}

function rolePrivileges(grants) {
  const rows = grants.filter((grant) => grant.kind === "table" || grant.kind === "view");
  if (!rows.length) return section("privileges", "Privileges", note("None on any table or view."));
  const total = (grant) => ((tables.get(grant.object) || views.get(grant.object) || {}).columns || []).length;
  return section("privileges", "Privileges", privilegeMatrix(rows, "object", "Table or view", total));
}

function roleFunctions(grants) {
  const rows = grants
    .filter((grant) => grant.kind === "function")
    .map((grant) => ({
      cells: [
        nameLink(grant.object),
        grant.serves.includes("session") ? h("span", { class: "quiet" }, "every session") : links(grant.serves),
      ],
    }));
  return rows.length ? section("functions", "Functions", grid(["May call", "For"], rows)) : null;
}

function rolePatterns(name) {
  const rows = DATA.patterns
    .filter((pattern) => (pattern.by || []).includes(name))
    .map((pattern) => ({
      cells: [nameLink(pattern.name), rich(pattern.why), pattern.rate, latencyWords(pattern)],
    }));
  return rows.length
    ? section("patterns", "Access patterns", grid(["Access pattern", "Why", "Rate", "Target"], rows))
    : null;
}

// Policies that say the same of several tables stand in one row.
function rolePolicies(name) {
  const policies = DATA.tables.flatMap((table) =>
    (table.policies || [])
      .filter((policy) => policy.roles.includes(name))
      .map((policy) => ({ ...policy, table: table.name })),
  );
  const alike = grouped(policies, (policy) => [
    JSON.stringify([policy.name, policy.command, policy.using, policy.check]),
  ]);
  const rows = [...alike.values()].map((list) => ({
    cells: [
      code(list[0].name),
      list[0].command,
      list[0].using || list[0].check ? sqlInline(list[0].using || list[0].check) : null,
      links(list.map((policy) => policy.table)),
    ],
  }));
  return rows.length ? section("policies", "Rows it reaches", grid(["Policy", "For", "Rows where", "Of"], rows)) : null;
}
