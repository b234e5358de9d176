// The lower parts of a table's page: indexes, use, partitions, security, DDL.

function indexesSection(table) {
  const rows = (table.indexes || []).map((index) => ({
    id: `index:${index.name}`,
    cells: [
      code(index.name, "small"),
      sqlInline(indexKeys(index)),
      index.serves ? links(index.serves) : h("span", { class: "quiet" }, "nothing named"),
    ],
  }));
  if (!rows.length) return null;
  return section("indexes", "Indexes", grid(["Index", "Definition", "Serves"], rows));
}

// What stands behind the table's name in `create index`.
function indexKeys(index) {
  const start = index.ddl.search(/ using | \(/);
  return start < 0 ? index.ddl : index.ddl.slice(start + 1).replace(/;$/, "");
}

function usedBySection(name) {
  const uses = grouped(patternsByTable.get(name) || [], (use) => [use.pattern.name]);
  const rows = [...uses].map(([pattern, list]) => {
    const known = patterns.get(pattern);
    const verbs = [...new Set(list.map((use) => use.touch.verb))];
    const through = list.map((use) => use.touch.through).find(Boolean);
    return {
      cells: [
        nameLink(pattern),
        [
          joined(
            verbs.map((verb) => badge(verb, verb === "select" ? "" : "write")),
            " ",
          ),
          through ? [" through ", nameLink(through)] : null,
        ],
        nameLinks(known.by || []),
        known.rate,
        latencyWords(known),
        rich(known.why),
      ],
    };
  });
  if (!rows.length) return section("used", "Used by", note("No access pattern touches it."));
  return section("used", "Used by", grid(["Access pattern", "Does", "Role", "Rate", "Target", "Why"], rows));
}

function latencyWords(pattern) {
  if (!pattern.latency) return null;
  return Object.entries(pattern.latency)
    .map(([share_, time]) => `${share_}\u00a0${time}`)
    .join(", ");
}

function partitionsSection(table) {
  const parts = table.partitions;
  if (!parts) return null;
  const list = (parts.list || []).map(([name, bound]) => ({ cells: [code(name), sqlInline(bound)] }));
  const words = [
    `${parts.list ? parts.list.length : 0} by ${parts.strategy} of `,
    h("code", {}, parts.columns.join(", ")),
    parts.every ? `, each ${plural(parts.every, "month")} wide` : null,
    parts.keep ? `, kept ${plural(parts.keep, "month")}` : null,
    ".",
  ];
  const place = partitionClaims(table);
  return section(
    "partitions",
    "Partitions",
    h("p", {}, words, place),
    list.length
      ? folded(
          h(
            "span",
            { class: "fold-title" },
            `${list[0].cells[0].textContent} … ${list[list.length - 1].cells[0].textContent}`,
          ),
          grid(["Partition", "Bound"], list),
        )
      : null,
  );
}

function partitionClaims(table) {
  return [markOf(`partitions/${table.name}.route`), markOf(`partitions/${table.name}.drop`)];
}

function securitySection(table) {
  const grants = grantsOn("table", table.name);
  const masked = DATA.views.filter((view) => view.masked && (view.reads || []).includes(table.name));
  const total = (table.columns || []).length;
  const matrix = grants.length
    ? privilegeMatrix(grants, "role", "Role", () => total)
    : note("No role has a privilege on it.");
  const policies = table.policies || [];
  return section(
    "security",
    "Security",
    masked.length
      ? h("p", {}, "Roles that must not see a person read ", joined(masked.map((view) => nameLink(view.name))), ".")
      : null,
    h("h3", {}, "Privileges"),
    matrix,
    policies.length ? [h("h3", {}, "Row-level security"), policyGrid(policies)] : null,
  );
}

function ddlSection(table) {
  const parts = [
    table.ddl,
    ...(table.indexes || []).map((index) => index.ddl),
    ...(table.triggers || []).map((item) => `${item};`),
  ];
  return section(
    "ddl",
    "DDL",
    folded(
      h("span", { class: "fold-title" }, `create table ${table.name}`),
      h(
        "div",
        {},
        parts.map((text) => sqlBlock(text)),
      ),
    ),
  );
}
