// Parts that every page is made of.

// The address of the page that is being drawn, without the place in it; set by the router.
let here = "#/overview";

function anchor(id) {
  const href = here + address(id).slice(1);
  return h("a", { class: "anchor", href, "aria-label": "Link to this place" }, "#");
}

function page(title, ...content) {
  return { title, content };
}

function pageHead(kind, title, lead, { mono = true, place } = {}) {
  const heading = h("h1", { tabindex: "-1", class: mono ? "mono" : null }, title);
  const above = [kind, place ? [h("span", {}, "·"), placeLink(place)] : null];
  return h(
    "header",
    { class: "page-head" },
    kind ? h("p", { class: "eyebrow" }, above) : null,
    heading,
    lead ? h("p", { class: "lead" }, rich(lead)) : null,
  );
}

function section(id, title, ...children) {
  return h("section", { id, class: "section" }, h("h2", {}, title, anchor(id)), ...children);
}

// Pairs of a label and a value; pairs without a value are left out.
function facts(pairs, kind = "facts") {
  const kept = pairs.filter(([, value]) => saysSomething(value));
  if (!kept.length) return null;
  return h(
    "dl",
    { class: kind },
    kept.map(([label, value]) => h("div", {}, h("dt", {}, label), h("dd", {}, value))),
  );
}

// A table of data without the columns that say nothing; on a narrow screen each row becomes a card.
function grid(headings, rows, kind = "") {
  const kept = headings.map(
    (_, position) => kind === "numbers" || rows.some(({ cells }) => saysSomething(cells[position])),
  );
  const head = headings.filter((_, position) => kept[position]).map((text) => h("th", { scope: "col" }, text));
  const body = rows.map(({ id, cells }) => {
    const shown = cells.map((cell, position) => [headings[position], cell]).filter((_, position) => kept[position]);
    return h(
      "tr",
      { id },
      shown.map(([label, cell]) => gridCell(label, cell)),
    );
  });
  return h(
    "div",
    { class: "grid-frame" },
    h("table", { class: `grid ${kind}` }, h("thead", {}, h("tr", {}, head)), h("tbody", {}, body)),
  );
}

function gridCell(label, cell) {
  return h("td", { "data-label": label || null }, saysSomething(cell) ? h("div", {}, cell) : null);
}

function saysSomething(cell) {
  return Array.isArray(cell)
    ? cell.some(saysSomething)
    : cell !== undefined && cell !== null && cell !== false && cell !== "";
}

function badge(text, kind = "", title = null) {
  return h("span", { class: `badge ${kind}`, title }, text);
}

function note(...children) {
  return h("p", { class: "note" }, ...children);
}

// What may be long is given as a function and drawn when somebody opens it.
function folded(summary, content) {
  const lazy = typeof content === "function";
  const fold = h("details", { class: "fold" }, h("summary", {}, summary), lazy ? null : content);
  if (lazy) fold.addEventListener("toggle", () => add(fold, [content()]), { once: true });
  return fold;
}

// Links in one line; of a long list, the head.
function links(names, shown = 8) {
  if (names.length <= shown + 1) return nameLinks(names);
  const more = h("button", { type: "button", class: "more" }, `and ${names.length - shown} more`);
  more.addEventListener("click", () => more.replaceWith(...nameLinks(names.slice(shown))));
  return [nameLinks(names.slice(0, shown)), ", ", more];
}

const PORTION = 100;

// A list in portions, each drawn when somebody asks for more.
function portions(list, items, draw) {
  const more = h("button", { type: "button", class: "more-items" });
  let count = 0;
  const showMore = () => {
    add(list, items.slice(count, count + PORTION).map(draw));
    count = Math.min(items.length, count + PORTION);
    more.hidden = count === items.length;
    replace(more, `Show more of the ${(items.length - count).toLocaleString("en")} left`);
  };
  more.addEventListener("click", showMore);
  showMore();
  return [list, more];
}

// Bars with a label, a value in words and a share of the largest.
function bars(items) {
  const largest = Math.max(...items.map((item) => item.value), 1e-9);
  return h(
    "ul",
    { class: "bars" },
    items.map((item) => h("li", {}, ...bar(item, largest))),
  );
}

function bar(item, largest) {
  const filled = h("span", { class: "bar-fill" });
  filled.style.width = `${Math.max(0.5, (100 * item.value) / largest)}%`;
  return [
    h("span", { class: "bar-label" }, item.label),
    h("span", { class: "bar-value" }, item.text),
    h("span", { class: "bar", "aria-hidden": "true" }, filled),
  ];
}

// An element of the design as its author wrote it: any keys, texts, lists and mappings.
function written(value) {
  if (Array.isArray(value)) {
    if (value.every((item) => typeof item === "string")) return joined(value);
    return h(
      "ul",
      { class: "plain" },
      value.map((item) => h("li", {}, written(item))),
    );
  }
  if (value && typeof value === "object") {
    return facts(
      Object.entries(value).map(([name, item]) => [name, written(item)]),
      "facts small",
    );
  }
  return String(value);
}
