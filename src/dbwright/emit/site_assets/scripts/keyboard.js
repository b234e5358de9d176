// Keys: one each for what one does all the time, `g` and a letter for the pages.

const KEYS = [
  ["/", "search"],
  ["?", "this help"],
  ["t", "light or dark"],
  ["[ ]", "table before, table after"],
  ["Esc", "close"],
  ["g o", "overview"],
  ["g t", "tables"],
  ["g p", "access patterns"],
  ["g d", "decisions"],
  ["g c", "claims"],
  ["g r", "roles"],
  ["g s", "operations"],
];
const GO = {
  o: "#/",
  t: "#/tables",
  p: "#/patterns",
  d: "#/decisions",
  c: "#/claims",
  r: "#/roles",
  s: "#/operations",
};
const PATIENCE = 1200; // milliseconds between `g` and its letter

let prefixAt = -PATIENCE;

function startKeyboard() {
  document.addEventListener("keydown", onKey);
  byId("site-help-button").addEventListener("click", openHelp);
  const dialog = byId("site-help");
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  replace(
    byId("site-help-keys"),
    KEYS.map(([keys, meaning]) =>
      h(
        "div",
        {},
        h(
          "dt",
          {},
          keys.split(" ").map((key) => h("kbd", {}, key)),
        ),
        h("dd", {}, meaning),
      ),
    ),
  );
}

function onKey(event) {
  if (event.key === "k" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    openSearch();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  if (event.key === "Escape") toggleMenu(false);
  const went = event.timeStamp - prefixAt < PATIENCE && GO[event.key];
  prefixAt = event.key === "g" ? event.timeStamp : -PATIENCE;
  const acts = { "/": openSearch, "?": openHelp, t: toggleTheme, "[": () => nextTable(-1), "]": () => nextTable(1) };
  const act = went ? () => go(went) : acts[event.key];
  if (!act) return;
  event.preventDefault();
  act();
}

function isTyping(target) {
  return target instanceof Element && Boolean(target.closest("input, textarea, select"));
}

function closeDialogs() {
  for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
}

function openHelp() {
  closeDialogs();
  byId("site-help").showModal();
}

function nextTable(step) {
  const names = DATA.areas.flatMap((area) => area.tables);
  const { kind, name } = parseAddress(location.hash);
  const position = kind === "table" ? names.indexOf(name) + step : 0;
  if (names[position] !== undefined) go(address("table", names[position]));
}
