// All tables, area by area.

function tablesPage() {
  const parts = DATA.areas.map((area) =>
    section(`area:${area.name || ""}`, areaTitle(area), tableGrid(area.tables.map((name) => tables.get(name)))),
  );
  return page("Tables", pageHead("", "Tables", "", { mono: false }), parts);
}

function tableGrid(list) {
  const rows = list.map((table) => ({
    cells: [
      nameLink(table.name),
      rich(table.about),
      String((table.columns || []).length),
      table.size ? showCount(table.size.later) : null,
      table.size ? showBytes(tableBytes(table, "later")) : null,
      h("span", { class: "tags" }, tableBadges(table)),
      standing("table", table.name),
    ],
  }));
  return grid(
    ["Table", "One row is", "Columns", `Rows, ${DATA.system.horizon}`, `Size, ${DATA.system.horizon}`, "", "Held"],
    rows,
    "numbers",
  );
}

function tableBadges(table) {
  const found = [];
  if ((table.columns || []).some((column) => column.personal)) found.push(badge("personal", "personal"));
  if (table.partitions) found.push(badge(`${(table.partitions.list || []).length} partitions`));
  if (table.derived) found.push(badge("derived", "", "Follows from a relationship"));
  return joined(found, " ");
}

// How much of what is promised about an object was found true: one broken promise shows, and so does an untested one.
function standing(kind, name) {
  const list = claimsAbout(kind, name);
  if (!proven || !list.length) return null;
  const counts = countStates(list);
  const state = counts.broken ? "broken" : counts.held ? "held" : STATES.find((other) => counts[other]);
  const words = BAR_ORDER.filter((other) => counts[other])
    .map((other) => `${counts[other]} ${STATE_NAMES[other]}`)
    .join(", ");
  return h(
    "a",
    { class: "standing", href: address(kind, name, "claims"), title: words },
    mark(state, words),
    ` ${counts.held}/${list.length}`,
  );
}
