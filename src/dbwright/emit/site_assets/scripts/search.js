// Finding anything by name or by what is said of it. The index is made once, while the page is idle.
// It is not in the file: everything in it stands there already, and it would make a large site a fifth larger.

const KIND_NAMES = {
  table: "table",
  view: "view",
  pattern: "access pattern",
  role: "role",
  column: "column",
  area: "area",
  index: "index",
  constraint: "constraint",
  function: "function",
  store: "store",
  alert: "alert",
  decision: "decision",
  claim: "claim",
};
const KIND_ORDER = Object.keys(KIND_NAMES);
const FOUND_AT_MOST = 40;

let entries = null;

// Without case and accents, so that `grosse` finds `Größe` and `cafe` finds `Café`.
function fold(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").replaceAll("ß", "ss").toLowerCase();
}

function searchEntries() {
  entries ||= [...tableEntries(), ...otherEntries()].map(([kind, href, title, detail]) => {
    const name = fold(title);
    return {
      kind,
      href,
      title,
      detail: detail || "",
      name,
      text: `${name} ${fold(detail || "")}`,
      order: KIND_ORDER.indexOf(kind),
    };
  });
  return entries;
}

function* tableEntries() {
  for (const table of DATA.tables) {
    const at = (kind, name) => address("table", table.name, `${kind}:${name}`);
    yield ["table", address("table", table.name), table.name, table.about];
    for (const column of table.columns || []) {
      yield ["column", at("column", column.name), `${table.name}.${column.name}`, column.about || column.type];
    }
    for (const item of constraintsOf(table))
      yield ["constraint", at("constraint", item.name), item.name, constraintDetail(table, item)];
    for (const index of table.indexes || [])
      yield ["index", at("index", index.name), index.name, `${table.name} ${indexKeys(index)}`];
  }
}

function constraintDetail(table, item) {
  const rule = item.expression || item.elements || `${item.kind} (${item.columns.join(", ")})`;
  return `${table.name}: ${rule}${item.target ? ` to ${item.target}` : ""}`;
}

function* otherEntries() {
  for (const area of DATA.areas)
    if (area.name) yield ["area", address("tables", `area:${area.name}`), area.name, `${area.tables.length} tables`];
  for (const item of DATA.views) yield ["view", address("objects", `view:${item.name}`), item.name, item.about];
  for (const item of DATA.functions)
    yield ["function", address("objects", `function:${item.name}`), item.name, item.about];
  for (const item of DATA.patterns) yield ["pattern", address("pattern", item.name), item.name, item.why];
  for (const item of DATA.roles) yield ["role", address("role", item.name), item.name, item.about];
  for (const item of DATA.operations.stores || [])
    yield [
      "store",
      address("operations", `store:${item.name}`),
      item.name,
      [item.about, item.system].filter(Boolean).join(" · "),
    ];
  for (const item of DATA.operations.alerts || [])
    yield ["alert", address("operations", `alert:${item.name}`), item.name, item.when];
  for (const item of DATA.decisions)
    yield ["decision", codeAddress("decision", item.code), item.code, `${item.what}. ${item.why}`];
  for (const item of DATA.claims)
    yield ["claim", claimHref(item), item.id, [item.promise, reasonOf(item)].filter(Boolean).join(" · ")];
}

// The best entries for a query: every word must occur; a name counts more than what is said of it.
function search(query) {
  const words = fold(query).split(/\s+/).filter(Boolean);
  if (!words.length) return { found: [], total: 0 };
  const whole = words.join(" ");
  const found = [];
  for (const entry of searchEntries()) {
    if (!words.every((word) => entry.text.includes(word))) continue;
    found.push({ entry, score: score(entry, words, whole) });
  }
  found.sort(
    (a, b) =>
      a.score - b.score ||
      a.entry.order - b.entry.order ||
      a.entry.name.length - b.entry.name.length ||
      (a.entry.name < b.entry.name ? -1 : 1),
  );
  return { found: found.slice(0, FOUND_AT_MOST).map((item) => item.entry), total: found.length };
}

// Smaller is better.
function score(entry, words, whole) {
  const own = entry.kind === "column" ? entry.name.slice(entry.name.lastIndexOf(".") + 1) : entry.name;
  const derived = entry.kind === "decision" || entry.kind === "claim" ? 2 : 0;
  if (own === whole || entry.name === whole) return derived;
  if (own.startsWith(whole)) return 1 + derived;
  if (words.every((word) => startsWord(entry.name, word))) return 2 + derived;
  if (words.every((word) => entry.name.includes(word))) return 3 + derived;
  return 6 + derived;
}

function startsWord(name, word) {
  const position = name.indexOf(word);
  return position === 0 || (position > 0 && /[^\p{L}\p{N}]/u.test(name[position - 1]));
}

// A text with the words of a query marked. Folding changes lengths, so marks are set only where it did not.
function marked(text, query) {
  const folded_ = fold(text);
  const words = fold(query).split(/\s+/).filter(Boolean);
  if (folded_.length !== text.length || !words.length) return [text];
  const pattern = new RegExp(words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|"), "g");
  const parts = [];
  let end = 0;
  for (const match of folded_.matchAll(pattern)) {
    parts.push(text.slice(end, match.index), h("mark", {}, text.slice(match.index, match.index + match[0].length)));
    end = match.index + match[0].length;
  }
  return [...parts, text.slice(end)];
}

// A long detail from where a word occurs.
function excerpt(text, query) {
  const limit = 120;
  const flat = text.replace(/[`\s]+/g, " ");
  if (flat.length <= limit) return flat;
  const first = fold(query)
    .split(/\s+/)
    .filter(Boolean)
    .map((word) => fold(flat).indexOf(word))
    .filter((at) => at >= 0);
  const start = Math.max(0, Math.min(...first, flat.length) - 40);
  return start < flat.length && first.length
    ? `${start ? "…" : ""}${flat.slice(start, start + limit)}…`
    : `${flat.slice(0, limit)}…`;
}
