// Addresses within the page (`#/table/users/column:email`), and what a name in a text leads to.

function address(...parts) {
  return "#/" + parts.map((part) => encodeURIComponent(part).replaceAll("%3A", ":")).join("/");
}

// The address of a page by a code that may hold slashes, which stay readable.
function codeAddress(page, code) {
  return address(page, ...code.split("/"));
}

const destinations = collectDestinations();

// Where each name leads: what is more likely meant comes last and wins.
function collectDestinations() {
  const found = new Map();
  for (const item of DATA.functions) found.set(item.name, address("objects", `function:${item.name}`));
  for (const table of DATA.tables) {
    const place = (kind, name) => found.set(name, address("table", table.name, `${kind}:${name}`));
    for (const column of table.columns || []) {
      found.set(`${table.name}.${column.name}`, address("table", table.name, `column:${column.name}`));
    }
    for (const item of constraintsOf(table)) place("constraint", item.name);
    for (const index of table.indexes || []) place("index", index.name);
  }
  for (const name of roles.keys()) found.set(name, address("role", name));
  for (const name of patterns.keys()) found.set(name, address("pattern", name));
  for (const name of views.keys()) found.set(name, address("objects", `view:${name}`));
  for (const name of tables.keys()) found.set(name, address("table", name));
  return found;
}

function constraintsOf(table) {
  return [
    ...(table.key ? [{ kind: "primary key", ...table.key }] : []),
    ...(table.uniques || []).map((item) => ({ kind: "unique", ...item })),
    ...(table.references || []).map((item) => ({ kind: "foreign key", ...item })),
    ...(table.checks || []).map((item) => ({ kind: "check", ...item })),
    ...(table.exclusions || []).map((item) => ({ kind: "exclusion", ...item })),
  ];
}

// Where an element of the design leads: `access.sign-in`, `entities.users.retention`, `roles.web`, or a plain name.
function destination(name) {
  const [head, ...rest] = name.split(".");
  const tail = rest.join(".");
  if (head === "access" && patterns.has(tail)) return address("pattern", tail);
  if (head === "roles" && roles.has(tail)) return address("role", tail);
  if (head === "references" || head === "view") return destinations.get(tail);
  if (head === "entities") return destinations.get(tail) || longestTable(tail);
  if (["availability", "backup", "encryption", "scaling", "stores", "sharing", "alerts"].includes(head)) {
    return address("operations", head);
  }
  return destinations.get(name);
}

function longestTable(name) {
  for (let end = name.lastIndexOf("."); end > 0; end = name.lastIndexOf(".", end - 1)) {
    if (tables.has(name.slice(0, end))) return address("table", name.slice(0, end));
  }
  return undefined;
}

// What is shown for an element of the design: its own name, without the part of the file it stands in.
function shortName(name) {
  return /^(access|roles|references|view)\./.test(name) ? name.slice(name.indexOf(".") + 1) : name;
}

function link(href, ...children) {
  return h("a", { href }, ...children);
}

// A name as code; a long one may break after `_`, `.`, `-` and `/`.
function code(name, kind = null) {
  if (name.length <= 24) return h("code", { class: kind }, name);
  return h(
    "code",
    { class: kind },
    name.split(/(?<=[_.\-/])/).flatMap((part, position) => (position ? [h("wbr"), part] : [part])),
  );
}

function nameLink(name, text) {
  const href = destination(name);
  const shown = code(text || shortName(name));
  return href ? link(href, shown) : shown;
}

function nameLinks(names, separator) {
  return joined(
    names.map((name) => nameLink(name)),
    separator,
  );
}

// A text of the design: `names in backticks` become code, and links where they are known.
function rich(text) {
  const parts = String(text || "").split(/`([^`\n]+)`/);
  return parts.map((part, position) => (position % 2 ? nameLink(part, part) : part));
}

function placeLink(at) {
  if (!at) return null;
  const [file, line] = at;
  const text = `${DATA.sources[file].file}:${line}`;
  return h(
    "a",
    { class: "place", href: address("source", String(file), `line:${line}`), title: "In the design file" },
    text,
  );
}
