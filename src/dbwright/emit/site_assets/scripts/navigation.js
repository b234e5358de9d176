// The side bar: the pages, and the tables by area.

const PAGES = [
  ["", "Overview", () => null],
  ["patterns", "Access patterns", () => DATA.patterns.length],
  ["decisions", "Decisions", () => DATA.decisions.length],
  ["claims", "Claims", () => DATA.claims.length],
  ["roles", "Roles", () => DATA.roles.length],
  ["advice", "Advice", () => null],
  ["operations", "Operations", () => null],
  ["objects", "Views and functions", () => DATA.views.length + DATA.functions.length],
  ["source/0", "Design file", () => null],
  ["tables", "Tables", () => DATA.tables.length],
];
const OPEN_UP_TO = 40; // tables; with more of them, only the area of the page is open

// Pages that have no entry of their own stand under the one of their list.
const PARENTS = {
  pattern: "patterns",
  decision: "decisions",
  claim: "claims",
  role: "roles",
  source: "source/0",
  table: "tables",
};

function buildNavigation() {
  const broken = (claimsByState.get("broken") || []).length;
  const items = PAGES.filter(([key]) => (key !== "source/0" || DATA.sources.length) && (key !== "advice" || advised())).map(([key, title, count]) =>
    h(
      "li",
      {},
      h(
        "a",
        { href: `#/${key}`, "data-page": key },
        h("span", {}, title),
        key === "claims" && broken
          ? h("span", { class: "count count-broken" }, `${broken} broken`)
          : h("span", { class: "count" }, count() === null ? "" : count().toLocaleString("en")),
      ),
    ),
  );
  const areas = DATA.areas.map((area) =>
    h(
      "details",
      {
        class: "nav-area",
        open: DATA.tables.length <= OPEN_UP_TO || DATA.areas.length === 1,
        "data-area": area.name || "",
      },
      h("summary", {}, areaTitle(area), h("span", { class: "count" }, String(area.tables.length))),
      h(
        "ul",
        {},
        area.tables.map((name) =>
          h("li", {}, h("a", { href: address("table", name), "data-table": name }, name, brokenDot(name))),
        ),
      ),
    ),
  );
  replace(byId("site-nav"), h("ul", { class: "nav-pages" }, items), h("div", { class: "nav-tables" }, areas));
  byId("site-menu").addEventListener("click", () => toggleMenu());
}

function brokenDot(name) {
  return claimsAbout("table", name).some((claim) => stateOf(claim) === "broken")
    ? h("span", { class: "broken-dot", title: "A promise about it is broken" })
    : null;
}

function toggleMenu(open = !document.body.classList.contains("menu-open")) {
  document.body.classList.toggle("menu-open", open);
  byId("site-menu").setAttribute("aria-expanded", String(open));
}

function markCurrent(kind, name) {
  const key = PARENTS[kind] || kind;
  for (const item of document.querySelectorAll("#site-nav a")) {
    const current =
      item.dataset.table !== undefined ? kind === "table" && item.dataset.table === name : item.dataset.page === key;
    if (current)
      item.setAttribute("aria-current", item.dataset.page === "tables" && kind === "table" ? "true" : "page");
    else item.removeAttribute("aria-current");
    if (current && item.dataset.table !== undefined) {
      item.closest("details").open = true;
      item.scrollIntoView({ block: "nearest" });
    }
  }
}

// What is on a long page, at its right: every section that has a link of its own.
function markContents(main) {
  const anchors = [...main.querySelectorAll("section.section > h2 > .anchor")];
  const list = byId("site-contents");
  list.hidden = anchors.length < 3;
  const items = anchors.map((link) => {
    const texts = [...link.parentElement.childNodes].filter((node) => node !== link);
    return h("li", {}, h("a", { href: link.getAttribute("href") }, texts.map((node) => node.textContent).join("")));
  });
  replace(list, h("p", { class: "label" }, "On this page"), h("ul", {}, list.hidden ? [] : items));
}
