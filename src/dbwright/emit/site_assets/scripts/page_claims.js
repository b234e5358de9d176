// Claims: all of them by verdict and family, and one alone with its evidence.

function claimsPage(_, query) {
  const verdict = query.get("verdict") || "";
  const family = query.get("family") || "";
  const ofVerdict = DATA.claims.filter((claim) => !verdict || stateOf(claim) === verdict);
  const ofFamily = DATA.claims.filter((claim) => !family || claim.family === family);
  const chosen = ofVerdict.filter((claim) => !family || claim.family === family);
  const head = pageHead("", "Claims", "Every promise of the design, and what a real server said to it.", {
    mono: false,
  });
  return page(
    "Claims",
    head,
    claimBar(ofFamily),
    serverFold(),
    choices("Verdict", verdictChips(ofFamily, verdict, family)),
    choices("Family", familyChips(ofVerdict, verdict, family)),
    chosen.length
      ? claimGroups(chosen).map(([title, list, kind]) => claimGroup(title, list, kind))
      : note("No claim is both."),
  );
}

// What the proof ran on, in its own words.
function serverFold() {
  const server = DATA.proof.server || {};
  if (!Object.keys(server).length) return null;
  return folded(
    h("span", { class: "fold-title quiet small" }, `Proven on a real server${serverWords()}`),
    written(server),
  );
}

function claimsAddress(verdict, family) {
  const query = new URLSearchParams();
  if (verdict) query.set("verdict", verdict);
  if (family) query.set("family", family);
  return verdict || family ? `#/claims?${query}` : "#/claims";
}

function verdictChips(list, verdict, family) {
  const counts = countStates(list);
  const all = { label: "all", count: list.length, on: !verdict, href: claimsAddress("", family) };
  return [
    all,
    ...BAR_ORDER.filter((state) => counts[state] || state === verdict).map((state) => ({
      label: STATE_NAMES[state],
      count: counts[state],
      on: state === verdict,
      kind: `chip-${state}`,
      href: claimsAddress(state, family),
    })),
  ];
}

function familyChips(list, verdict, family) {
  const families = grouped(DATA.claims, (claim) => [claim.family]);
  const counts = grouped(list, (claim) => [claim.family]);
  const all = { label: "all families", count: list.length, on: !family, href: claimsAddress(verdict, "") };
  return [
    all,
    ...[...families.keys()]
      .filter((name) => counts.has(name) || name === family)
      .map((name) => ({
        label: name,
        count: (counts.get(name) || []).length,
        on: name === family,
        href: claimsAddress(verdict, name),
      })),
  ];
}

// Broken first; untested ones under their reason, so that one reads each reason once.
function claimGroups(list) {
  const of = (state) => list.filter((claim) => stateOf(claim) === state);
  const reasons = grouped(of("untested"), (claim) => [reasonOf(claim)]);
  const groups = [["Broken", of("broken"), "broken"]];
  for (const [reason, some] of reasons) groups.push([`Untested: ${reason || "no reason given"}`, some, "untested"]);
  groups.push(["Not yet run", of("pending"), "pending"], ["Held", of("held"), "held"]);
  return groups.filter(([, some]) => some.length);
}

function claimGroup(title, list, kind) {
  const heading = h("h2", {}, rich(title), " ", h("span", { class: "quiet" }, list.length.toLocaleString("en")));
  const shown = h("ul", { class: `claims ${kind === "untested" ? "same-reason" : ""}` });
  return h(
    "section",
    { class: `section ${kind === "broken" ? "alarm" : ""}` },
    heading,
    portions(shown, list, (claim) => claimItem(claim)),
  );
}

function claimPage(id) {
  const claim = claims.get(id);
  if (!claim) return missingPage("claim", id);
  const state = stateOf(claim);
  const objects = (claim.on || []).map((object) => nameLink(object.slice(object.indexOf(" ") + 1)));
  const reason = reasonOf(claim);
  return page(
    id,
    h(
      "header",
      { class: "page-head" },
      h("p", { class: "eyebrow" }, "Claim of family ", link(claimsAddress("", claim.family), claim.family)),
      h("h1", { tabindex: "-1", class: "long" }, rich(claim.promise)),
    ),
    h(
      "div",
      { class: `panel verdict verdict-${state}` },
      mark(state),
      h("div", {}, h("strong", {}, STATE_NAMES[state]), reason ? h("p", {}, rich(reason)) : null),
    ),
    facts(
      [
        ["About", objects.length ? joined(objects) : null],
        ["Promised at", claim.at ? placeLink(claim.at) : null],
        ["Took", showSeconds(claim.seconds)],
        ["Claim", code(claim.id)],
      ],
      "facts",
    ),
    claim.evidence
      ? h("section", { id: "evidence", class: "section" }, h("h2", {}, "Evidence"), evidenceBlock(claim.evidence))
      : null,
  );
}
