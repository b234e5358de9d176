// Claims, their verdicts and their evidence. Order everywhere: what is broken comes first.

const STATES = ["broken", "untested", "pending", "held"];
const STATE_NAMES = { held: "held", broken: "broken", untested: "untested", pending: "not yet run" };
const BAR_ORDER = ["broken", "held", "untested", "pending"];

function mark(state, title) {
  return h("span", { class: `mark mark-${state}`, title: title || STATE_NAMES[state] }, icon(state));
}

function byState(list) {
  return [...list].sort((a, b) => STATES.indexOf(stateOf(a)) - STATES.indexOf(stateOf(b)));
}

function countStates(list) {
  const counts = { held: 0, broken: 0, untested: 0, pending: 0 };
  for (const claim of list) counts[stateOf(claim)] += 1;
  return counts;
}

// The bar of verdicts: as wide as there are claims of each, and one broken claim is always seen.
function claimBar(list) {
  const counts = countStates(list);
  const shown = BAR_ORDER.filter((state) => counts[state]);
  const words = shown.map((state) => `${counts[state]} ${STATE_NAMES[state]}`).join(", ");
  const parts = shown.map((state) => {
    const part = h("span", { class: `claim-part part-${state}` });
    part.style.flexGrow = String(counts[state]);
    return part;
  });
  return h("div", { class: "claim-bar", role: "img", "aria-label": words || "no claims" }, parts);
}

function claimLegend(list, linked = false) {
  const counts = countStates(list);
  const items = BAR_ORDER.filter((state) => counts[state] || (state === "held" && proven)).map((state) => {
    const words = [h("strong", {}, counts[state].toLocaleString("en")), ` ${STATE_NAMES[state]}`];
    const kind = `legend legend-${state}`;
    return h(
      "li",
      {},
      linked ? h("a", { href: `#/claims?verdict=${state}`, class: kind }, words) : h("span", { class: kind }, words),
    );
  });
  return h("ul", { class: "legends" }, items);
}

function claimHref(claim) {
  return codeAddress("claim", claim.id);
}

// A claim in a list; `own` is the object whose page it stands on and which it need not name.
function claimItem(claim, own = "") {
  const state = stateOf(claim);
  const reason = reasonOf(claim);
  const others = (claim.on || [])
    .filter((object) => object !== own)
    .map((object) => object.slice(object.indexOf(" ") + 1));
  const meta = [
    others
      .filter((name) => !claim.promise.includes(`\`${name}\``))
      .map((name) => h("span", { class: "about" }, nameLink(name))),
    link(claimHref(claim), code(claim.id, "claim-id")),
    placeLink(claim.at),
    claim.seconds ? h("span", {}, showSeconds(claim.seconds)) : null,
  ];
  return h(
    "li",
    { class: `claim claim-${state}` },
    mark(state),
    h(
      "div",
      { class: "claim-text" },
      h("p", { class: "claim-promise" }, rich(claim.promise)),
      reason ? h("p", { class: "claim-reason" }, rich(reason)) : null,
      h("p", { class: "claim-meta" }, meta),
      evidenceFold(claim),
    ),
  );
}

function claimList(list, own) {
  return h(
    "ul",
    { class: "claims" },
    list.map((claim) => claimItem(claim, own)),
  );
}

function evidenceFold(claim) {
  if (!claim.evidence || !Object.keys(claim.evidence).length) return null;
  const fold = folded("Evidence", () => evidenceBlock(claim.evidence));
  fold.classList.add("evidence");
  return fold;
}

// Texts of several lines and lists of lines, such as plans, stand as they are; the rest is pretty JSON.
function evidenceBlock(evidence) {
  const entries = Object.entries(evidence);
  const long = entries.map(([name, value]) => [name, linesOf(value)]).filter(([, lines]) => lines);
  const rest = entries.filter(([, value]) => !linesOf(value));
  return h(
    "div",
    { class: "evidence-parts" },
    long.map(([name, lines]) => [h("p", { class: "evidence-name" }, name), h("pre", { tabindex: "0" }, lines)]),
    rest.length ? h("pre", { tabindex: "0" }, JSON.stringify(Object.fromEntries(rest), null, 2)) : null,
  );
}

function linesOf(value) {
  if (typeof value === "string") return value.includes("\n") ? value : "";
  const lines = Array.isArray(value) && value.length > 1 && value.every((item) => typeof item === "string");
  return lines && value.some((item) => item.startsWith(" ")) ? value.join("\n") : "";
}

// The claims about one object: broken ones open, the rest folded by family.
function claimsOf(kind, name) {
  const own = objectKey(kind, name);
  const list = claimsAbout(kind, name);
  if (!list.length) return null;
  const broken = list.filter((claim) => stateOf(claim) === "broken");
  const families = grouped(
    list.filter((claim) => stateOf(claim) !== "broken"),
    (claim) => [claim.family],
  );
  return section(
    "claims",
    "Claims",
    claimBar(list),
    claimLegend(list),
    broken.length ? h("div", { class: "alarm" }, claimList(broken, own)) : null,
    [...families].map(([family, items]) => folded(familySummary(family, items), () => claimList(byState(items), own))),
  );
}

function familySummary(family, items) {
  const counts = countStates(items);
  const words = BAR_ORDER.filter((state) => counts[state]).map((state) => `${counts[state]} ${STATE_NAMES[state]}`);
  const worst = STATES.find((state) => counts[state]);
  return [mark(worst), h("span", { class: "fold-title" }, family), h("span", { class: "fold-note" }, words.join(", "))];
}

// The mark of one claim beside what it is about, once something was proven.
function markOf(id) {
  const claim = claims.get(id);
  if (!proven || !claim) return null;
  const state = stateOf(claim);
  return h(
    "a",
    { href: claimHref(claim), class: "mark-link", title: `${STATE_NAMES[state]}: ${claim.promise}` },
    mark(state),
  );
}
