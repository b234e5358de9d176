// The search box: `/` opens it, arrows choose, enter goes there, escape closes.

let chosen = 0;
let results = [];

function openSearch() {
  const dialog = byId("site-search");
  if (dialog.open) return;
  closeDialogs();
  dialog.showModal();
  const input = byId("site-search-input");
  input.select();
  input.focus();
  showResults();
}

function startSearch() {
  const dialog = byId("site-search");
  const input = byId("site-search-input");
  input.addEventListener("input", showResults);
  input.addEventListener("keydown", onSearchKey);
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  byId("site-search-button").addEventListener("click", openSearch);
  byId("site-search-results").addEventListener("click", (event) => event.target.closest("a") && dialog.close());
  // Folding the texts takes a moment; it is done before somebody types.
  whenIdle(() => searchEntries());
}

function showResults() {
  const query = byId("site-search-input").value;
  const { found, total } = search(query);
  results = found;
  chosen = 0;
  const items = found.map((entry, position) => resultItem(entry, position, query));
  replace(byId("site-search-results"), items);
  byId("site-search-status").textContent = status(query, found.length, total);
  choose(0);
}

function status(query, shown, total) {
  const count = plural(searchEntries().length, "entry", "entries");
  if (!query.trim()) return `Tables, columns, access patterns, decisions, claims, roles: ${count}`;
  if (!total) return "Nothing is called so, and nothing says so";
  return total > shown ? `The best ${shown} of ${total.toLocaleString("en")}` : plural(total, "result");
}

function resultItem(entry, position, query) {
  const state = entry.kind === "claim" && claims.has(entry.title) ? mark(stateOf(claims.get(entry.title))) : null;
  return h(
    "li",
    { role: "option", id: `site-result-${position}`, "aria-selected": "false" },
    h(
      "a",
      { href: entry.href, tabindex: "-1", onmousemove: () => choose(position) },
      h("span", { class: "result-kind" }, state, KIND_NAMES[entry.kind] || entry.kind),
      h("span", { class: "result-title" }, marked(entry.title, query)),
      entry.detail ? h("span", { class: "result-detail" }, marked(excerpt(entry.detail, query), query)) : null,
    ),
  );
}

function choose(position) {
  const list = byId("site-search-results").children;
  const input = byId("site-search-input");
  if (list[chosen]) list[chosen].setAttribute("aria-selected", "false");
  chosen = Math.max(0, Math.min(position, list.length - 1));
  if (!list[chosen]) {
    input.removeAttribute("aria-activedescendant");
    return;
  }
  list[chosen].setAttribute("aria-selected", "true");
  list[chosen].scrollIntoView({ block: "nearest" });
  input.setAttribute("aria-activedescendant", list[chosen].id);
}

function onSearchKey(event) {
  const moves = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 };
  if (moves[event.key]) {
    event.preventDefault();
    choose(chosen + moves[event.key]);
  } else if (event.key === "Enter" && results[chosen]) {
    event.preventDefault();
    byId("site-search").close();
    go(results[chosen].href);
  }
}
