// The page of one table.

function tablePage(name) {
  const table = tables.get(name);
  if (!table) return missingPage("table", name);
  return page(
    name,
    pageHead(table.area ? `Table in ${table.area}` : "Table", name, table.about, { place: table.at }),
    table.entity && table.entity.why ? h("p", { class: "why" }, rich(table.entity.why)) : null,
    tableFacts(table),
    brokenOf("table", name),
    diagramSection(table),
    columnsSection(table),
    constraintsSection(table),
    indexesSection(table),
    usedBySection(name),
    partitionsSection(table),
    securitySection(table),
    claimsOf("table", name),
    decisionsOf("table", name),
    ddlSection(table),
  );
}

// Broken promises stand above everything else that is said of an object.
function brokenOf(kind, name) {
  const broken = claimsAbout(kind, name).filter((claim) => stateOf(claim) === "broken");
  if (!broken.length) return null;
  return h(
    "p",
    { class: "alarm-line" },
    icon("broken"),
    h(
      "a",
      { href: anchorHref("claims") },
      broken.length === 1 ? "A promise about it is broken" : `${broken.length} promises about it are broken`,
    ),
  );
}

function anchorHref(id) {
  return anchor(id).getAttribute("href");
}

function tableFacts(table) {
  const size = table.size;
  const entity = table.entity || {};
  return facts(
    [
      ["Rows", size ? `${showCount(size.now)} → ${showCount(size.later)}` : null],
      ["Size", size ? `${showBytes(tableBytes(table, "now"))} → ${showBytes(tableBytes(table, "later"))}` : null],
      ["A row", size ? `${showBytes(size.row)} + ${showBytes(size.index)} in indexes` : null],
      ["Growth", entity.rows ? entity.rows.growth : null],
      ["Tenant", table.tenant ? h("code", {}, table.tenant) : null],
      ["Kept", entity.retention ? retentionWords(entity.retention) : null],
      ["Audit", entity.audit && entity.audit !== "none" ? entity.audit : null],
      ["Storage", entity.storage ? written(entity.storage) : null],
      ["Lifecycle", entity.lifecycle ? written(entity.lifecycle) : null],
      ["Dependencies", entity.depends ? joined(entity.depends.map((text) => h("code", {}, text))) : null],
      ["Accepted", entity.accept ? written(entity.accept) : null],
    ],
    "facts panel",
  );
}

function retentionWords(retention) {
  const then = retention.then && retention.then !== "nothing" ? `, then ${retention.then}` : "";
  return `${retention.keep}${then}${retention.basis ? ` (${retention.basis})` : ""}`;
}

function columnsSection(table) {
  const rows = (table.columns || []).map((column) => ({
    id: `column:${column.name}`,
    cells: [
      [code(column.name, "name"), " ", keyBadges(table, column)],
      h("code", { class: "type" }, column.type),
      column.required
        ? [h("span", {}, "not null"), markOf(`integrity/${table.name}.${column.name}.not_null`)]
        : h("span", { class: "quiet" }, "null"),
      defaultOf(column),
      columnNotes(column),
    ],
  }));
  return section("columns", "Columns", grid(["Column", "Type", "Null", "Default", "Meaning"], rows, "columns-grid"));
}

function keyBadges(table, column) {
  const found = [];
  if (table.key && table.key.columns.includes(column.name)) found.push(badge("PK", "key", "Part of the primary key"));
  for (const reference of table.references || []) {
    if (reference.own === column.name) {
      found.push(
        h(
          "a",
          { class: "badge key", href: address("table", reference.target), title: `References ${reference.target}` },
          "FK",
        ),
      );
    }
  }
  if ((table.uniques || []).some((unique) => unique.columns.includes(column.name)))
    found.push(badge("UK", "key", "Part of a unique constraint"));
  return joined(found, " ");
}

function defaultOf(column) {
  if (column.generated) return [h("span", { class: "quiet" }, "generated "), sqlInline(column.generated)];
  if (column.identity) return `identity, ${column.identity}`;
  return column.default ? sqlInline(column.default) : null;
}

function columnNotes(column) {
  const badges = [
    column.personal ? badge(`personal: ${column.personal}`, "personal") : null,
    column.mask ? badge(`masked: ${column.mask}`, "personal") : null,
    column.encrypted ? badge("encrypted", "personal") : null,
    column.copy ? badge(`copy as of ${column.copy}`) : null,
    column.unit ? badge(column.unit) : null,
    column.collation ? badge(`collate ${column.collation}`) : null,
  ].filter(Boolean);
  return [
    column.about ? h("span", {}, rich(column.about), " ") : null,
    joined(badges, " "),
    column.values
      ? h("span", { class: "small quiet" }, " one of ", joined(column.values.map((value) => h("code", {}, value))))
      : null,
    column.example ? h("span", { class: "small quiet" }, " such as ", h("code", {}, column.example)) : null,
  ];
}

function constraintsSection(table) {
  const rows = constraintsOf(table).map((item) => ({
    id: `constraint:${item.name}`,
    cells: [item.kind, constraintText(item), code(item.name, "small"), markOf(`integrity/${table.name}.${item.name}`)],
  }));
  if (!rows.length) return null;
  return section("constraints", "Constraints", grid(["Kind", "Rule", "Name", ""], rows, "constraints-grid"));
}

function constraintText(item) {
  if (item.expression) return sqlInline(item.expression);
  if (item.elements) return [sqlInline(item.elements), item.where ? [" where ", sqlInline(item.where)] : null];
  const columns = h("code", {}, item.columns.join(", "));
  if (!item.target) return [columns, item.nulls ? " (an empty value counts as equal)" : null];
  const then = [
    item.delete ? `on delete ${item.delete}${item.clears ? ` (${item.clears.join(", ")})` : ""}` : "",
    item.update ? `on update ${item.update}` : "",
    item.deferrable ? "checked at commit" : "",
  ]
    .filter(Boolean)
    .join(", ");
  return [
    columns,
    " → ",
    nameLink(item.target),
    " ",
    h("code", { class: "quiet" }, item.to.join(", ")),
    then ? h("span", { class: "small quiet" }, ` ${then}`) : null,
    item.about ? h("span", { class: "small" }, " ", rich(item.about)) : null,
  ];
}
