// From an address to a page. The address is the whole state: links, the back button and reloading all work.

const ROUTES = {
  "": overviewPage,
  tables: tablesPage,
  table: tablePage,
  patterns: patternsPage,
  pattern: patternPage,
  roles: rolesPage,
  role: rolePage,
  decisions: decisionsPage,
  decision: decisionPage,
  claims: claimsPage,
  claim: claimPage,
  advice: advicePage,
  operations: operationsPage,
  objects: objectsPage,
  source: sourcePage,
};
const NAMED = new Set(["table", "pattern", "role", "source"]); // then a name, then a place in the page
const CODED = new Set(["decision", "claim"]); // then a code that may hold slashes

let shown = null; // what is on the screen, without the place in it

// {kind, name, place, query} of `#/kind/name/place?query`.
function parseAddress(hash) {
  const [path, query = ""] = hash.replace(/^#\/?/, "").split(/\?(.*)/s);
  let parts;
  try {
    parts = path.split("/").map(decodeURIComponent);
  } catch {
    parts = ["?", path];
  }
  const [first, ...rest] = parts;
  const kind = first === "overview" ? "" : first;
  const found = { kind, name: "", place: rest.join("/"), query: new URLSearchParams(query) };
  if (CODED.has(kind)) return { ...found, name: rest.join("/"), place: "" };
  if (NAMED.has(kind)) return { ...found, name: rest[0] || "", place: rest.slice(1).join("/") };
  return found;
}

function go(href) {
  if (location.hash === href) showAddress();
  else location.hash = href;
}

function showAddress(event) {
  const found = parseAddress(location.hash);
  const key = JSON.stringify([found.kind, found.name, String(found.query)]);
  const fresh = key !== shown;
  if (fresh) drawPage(found);
  shown = key;
  toggleMenu(false);
  const kept = event && event.type === "popstate" && event.state ? event.state.top : null;
  if (kept !== null) window.scrollTo(0, kept);
  else if (found.place) showPlace(found.place) || (drawPage(found), showPlace(found.place));
  else if (fresh && event) focusHeading();
}

function drawPage(found) {
  here = found.name
    ? CODED.has(found.kind)
      ? codeAddress(found.kind, found.name)
      : address(found.kind, found.name)
    : `#/${found.kind || "overview"}`;
  const draw = Object.hasOwn(ROUTES, found.kind) ? ROUTES[found.kind] : () => missingPage("page", found.kind);
  const main = byId("site-main");
  const { title, content } = draw(found.name, found.query, found.place);
  replace(main, content);
  main.dataset.kind = found.kind;
  const broken = (claimsByState.get("broken") || []).length;
  document.title = [title || (broken ? `${broken} broken` : ""), DATA.system.name].filter(Boolean).join(" · ");
  markCurrent(found.kind, found.name);
  markContents(main);
}

function focusHeading() {
  window.scrollTo(0, 0);
  const heading = byId("site-main").querySelector("h1");
  if (heading) heading.focus({ preventScroll: true });
}

// Opens what is folded around a place, shows it and marks it for a moment.
function showPlace(place) {
  const element = byId("site-main").querySelector(`[id="${CSS.escape(place)}"]`);
  if (!element) return false;
  for (let fold = element.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  element.scrollIntoView({ block: element.localName === "section" ? "start" : "center" });
  for (const other of document.querySelectorAll(".found")) other.classList.remove("found");
  element.classList.add("found");
  return true;
}

// Each entry of the history remembers how far down one was.
function rememberTop() {
  let waiting = 0;
  window.addEventListener(
    "scroll",
    () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => history.replaceState({ top: window.scrollY }, ""), 120);
    },
    { passive: true },
  );
}

function start() {
  startTheme();
  buildNavigation();
  startSearch();
  startKeyboard();
  startPrinting();
  if ("scrollRestoration" in history) history.scrollRestoration = "manual";
  rememberTop();
  window.addEventListener("popstate", showAddress);
  showAddress();
  document.documentElement.dataset.ready = "yes";
}

start();
