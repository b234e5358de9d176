// Access patterns: all of them, and the page of one.

function patternsPage() {
  const rows = DATA.patterns.map((pattern) => ({
    cells: [
      nameLink(pattern.name),
      rich(pattern.why),
      nameLinks(pattern.by || []),
      pattern.rate,
      latencyWords(pattern),
      pattern.freshness,
      standing("pattern", pattern.name),
    ],
  }));
  const head = pageHead("", "Access patterns", "Every query and write that the system may do, by name.", {
    mono: false,
  });
  return page(
    "Access patterns",
    head,
    rows.length
      ? grid(["Access pattern", "Why", "Role", "Rate", "Target", "Freshness", "Held"], rows)
      : note("The design names none."),
  );
}

function patternPage(name) {
  const pattern = patterns.get(name);
  if (!pattern) return missingPage("access pattern", name);
  const statement = pattern.statement || {};
  return page(
    name,
    pageHead("Access pattern", name, pattern.why, { place: pattern.at }),
    patternFacts(pattern),
    brokenOf("pattern", name),
    section("sql", "Statement", sqlBlock(pattern.sql), parameterGrid(pattern)),
    throughFunction(statement),
    touchesSection(pattern),
    planSection(pattern, statement),
    growthSection(pattern),
    measuredSection(pattern),
    adviceFor(name),
    cacheSection(pattern),
    claimsOf("pattern", name),
    decisionsOf("pattern", name),
    privilegesFor(name),
  );
}

function patternFacts(pattern) {
  return facts(
    [
      ["Run by", nameLinks(pattern.by || [])],
      ["At peak", pattern.rate],
      ["Target", latencyWords(pattern)],
      ["Freshness", pattern.freshness],
      ["Isolation", pattern.isolation],
      ["Conflict", pattern.conflict],
      ["Rows", pattern.rows],
      ["Answer", pattern.size],
      ["Component", pattern.component],
    ],
    "facts panel",
  );
}

function parameterGrid(pattern) {
  const said = named(pattern.parameters || []);
  const names = [...new Set([...((pattern.statement || {}).parameters || []), ...said.keys()])];
  if (!names.length) return null;
  const rows = names.map((name) => {
    const known = said.get(name) || {};
    return {
      cells: [
        h("code", {}, `:${name}`),
        known.example ? sqlInline(known.example) : h("span", { class: "quiet" }, "follows from its column"),
        [known.means ? h("span", {}, known.means, known.about ? "; " : null) : null, rich(known.about)],
      ],
    };
  });
  return grid(["Parameter", "For example", "Meaning"], rows);
}

function throughFunction(statement) {
  if (!statement.inner) return null;
  return section(
    "function",
    "How it is sent",
    h("p", {}, "The client calls a function, which runs the statement as ", nameLink(statement.role), "."),
    sqlBlock(statement.sql),
    folded(h("span", { class: "fold-title" }, "Inside the function"), sqlBlock(statement.inner)),
  );
}

function touchesSection(pattern) {
  const rows = (pattern.touches || []).map((touch) => ({
    cells: [
      badge(touch.verb, touch.verb === "select" ? "" : "write"),
      [nameLink(touch.name), touch.through ? [" through ", nameLink(touch.through)] : null],
      touch.columns ? joined(touch.columns.map((column) => nameLink(`${touch.name}.${column}`, column))) : null,
    ],
  }));
  return rows.length ? section("touches", "Touches", grid(["Does", "Object", "Columns"], rows)) : null;
}

// Which indexes the plan promises to use, and the plan itself once a server has made it.
function planSection(pattern, statement) {
  const promised = (statement.uses || []).map((names) => h("li", {}, "uses ", nameLinks(names, " or ")));
  const pruned = (statement.prunes || []).map((name) =>
    h("li", {}, "touches only the partitions of ", nameLink(name), " that it must"),
  );
  const judged = claimsAbout("pattern", pattern.name).filter((claim) => claim.family === "access" && claim.evidence);
  if (!promised.length && !pruned.length && !judged.length) return null;
  return section(
    "plan",
    "Plan",
    promised.length || pruned.length ? h("ul", { class: "plain-list" }, promised, pruned) : null,
    judged.map((claim) =>
      h(
        "div",
        { class: `proof-of proof-${stateOf(claim)}` },
        h("p", {}, mark(stateOf(claim)), " ", rich(reasonOf(claim) || claim.promise)),
        evidenceBlock(claim.evidence),
      ),
    ),
  );
}

function cacheSection(pattern) {
  return pattern.cache ? section("cache", "Cache", h("div", { class: "panel" }, written(pattern.cache))) : null;
}

function privilegesFor(name) {
  const wanted = `access.${name}`;
  const rows = DATA.roles.flatMap((role) =>
    (role.grants || [])
      .filter((grant) => (grant.serves || []).includes(wanted))
      .map((grant) => ({
        cells: [
          nameLink(role.name),
          grant.privilege,
          nameLink(grant.object),
          grant.columns
            ? h("code", { class: "small" }, grant.columns.join(", "))
            : h("span", { class: "quiet" }, "all"),
        ],
      })),
  );
  return rows.length
    ? section("privileges", "Privileges it needs", grid(["Role", "May", "On", "Columns"], rows))
    : null;
}
