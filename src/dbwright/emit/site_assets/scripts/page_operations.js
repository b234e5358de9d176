// Running the system: stores, sharing, growth, availability, backup, encryption, alerts.

function operationsPage() {
  const said = DATA.operations;
  const parts = [
    several("stores", "Stores", said.stores),
    several("sharing", "Shared data", said.sharing),
    single("availability", "Availability", said.availability),
    single("backup", "Backup", said.backup),
    single("encryption", "Encryption", said.encryption),
    single("scaling", "Growth beyond one server", said.scaling),
    alertsSection(said.alerts),
    operationDecisions(),
  ];
  const head = pageHead("", "Operations", "What stands around the database, and what happens when something fails.", {
    mono: false,
  });
  return page("Operations", head, parts.some(Boolean) ? parts : note("The design says nothing about it."));
}

function single(id, title, value) {
  return value ? section(id, title, h("div", { class: "panel" }, written(value)), operationClaims(id)) : null;
}

function several(id, title, items) {
  if (!items) return null;
  const cards = items.map(({ name, about, ...rest }) =>
    h(
      "article",
      { class: "panel card", id: `${id === "stores" ? "store" : id}:${name}` },
      h("h3", {}, name),
      about ? h("p", {}, rich(about)) : null,
      written(rest),
    ),
  );
  return section(id, title, h("div", { class: "cards" }, cards), operationClaims(id));
}

// The claims of the family with the same name, where nothing else on the site shows them.
function operationClaims(family) {
  const list = DATA.claims.filter((claim) => claim.family === family);
  if (!list.length) return null;
  return folded(familySummary(list.length === 1 ? "1 claim" : `${list.length} claims`, list), () =>
    claimList(byState(list)),
  );
}

function alertsSection(items) {
  if (!items) return null;
  const rows = items.map((alert) => ({
    id: `alert:${alert.name}`,
    cells: [code(alert.name), rich(alert.when), rich(alert.then), markOf(`monitoring/${alert.name}`)],
  }));
  return section("alerts", "Alerts", grid(["Alert", "When", "Then", ""], rows), operationClaims("monitoring"));
}

function operationDecisions() {
  const steps = [
    "design",
    "stores",
    "storage",
    "sharing",
    "availability",
    "backup",
    "scaling",
    "capacity",
    "lifecycle",
  ];
  const list = DATA.decisions.filter((decision) => steps.includes(decision.step));
  if (!list.length) return null;
  return section(
    "decisions",
    "Decisions",
    h(
      "div",
      { class: "folds" },
      list.map((decision) =>
        folded(
          [h("span", { class: "step" }, decision.step), h("span", { class: "fold-title" }, rich(decision.what))],
          () => decisionBody(decision),
        ),
      ),
    ),
  );
}
