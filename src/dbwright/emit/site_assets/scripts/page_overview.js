// The first page: what the system is, what was proven, and where to look.

function overviewPage() {
  const system = DATA.system;
  return page(
    "",
    pageHead("Database design", system.name, system.about, { mono: false }),
    brokenAlarm(),
    proofPanel(),
    tiles(),
    section("areas", DATA.areas.length > 1 ? "Areas" : "Tables", DATA.areas.map(areaPart)),
    weights(),
    advicePanel(),
    capacitySection(),
    reviewSection(),
    noticesSection(),
    systemSection(),
  );
}

function brokenAlarm() {
  const broken = claimsByState.get("broken") || [];
  if (!broken.length) return null;
  return h(
    "section",
    { class: "alarm", id: "broken", "aria-labelledby": "broken-title" },
    h(
      "h2",
      { id: "broken-title" },
      icon("broken"),
      broken.length === 1 ? "A promise is broken" : `${broken.length} promises are broken`,
    ),
    claimList(broken.slice(0, 12)),
    broken.length > 12 ? h("p", {}, link("#/claims?verdict=broken", `All ${broken.length} broken promises`)) : null,
  );
}

function proofPanel() {
  if (!DATA.claims.length) return null;
  const counts = countStates(DATA.claims);
  const all = plural(DATA.claims.length, "promise");
  const words = proven
    ? [h("strong", {}, `${counts.held.toLocaleString("en")} of ${all}`), " held on a real server", serverWords()]
    : [
        h("strong", {}, all),
        " to prove. Nothing has run yet: type ",
        h("code", {}, "dbwright prove"),
        " with the design file.",
      ];
  return h(
    "section",
    { class: "panel proof", "aria-label": "What was proven" },
    h("p", { class: "proof-words" }, words),
    claimBar(DATA.claims),
    claimLegend(DATA.claims, true),
  );
}

function serverWords() {
  const server = DATA.proof.server || {};
  const version = /\d+(\.\d+)*/.exec(String(server.version_text || server.version || ""));
  const day = server["proven on"] ? `, on ${server["proven on"]}` : "";
  return (version ? `, PostgreSQL ${version[0]}` : "") + day;
}

function tiles() {
  const columns = DATA.tables.reduce((sum, table) => sum + (table.columns || []).length, 0);
  const rate = DATA.patterns.reduce((sum, pattern) => sum + (pattern.perSecond || 0), 0);
  const later = DATA.tables.reduce((sum, table) => sum + tableBytes(table, "later"), 0);
  const now = DATA.tables.reduce((sum, table) => sum + tableBytes(table, "now"), 0);
  const clients = DATA.roles.filter((role) => role.login).length;
  const items = [
    ["#/tables", DATA.tables.length, "tables", plural(columns, "column")],
    ["#/patterns", DATA.patterns.length, "access patterns", rate ? `${showCount(rate)}/s at peak` : ""],
    ["#/decisions", DATA.decisions.length, "decisions", "each with its reason"],
    ["#/roles", DATA.roles.length, "roles", `${clients} of them sign in`],
  ];
  if (later)
    items.push(["#/tables", showBytes(later), `after ${DATA.system.horizon}`, `${showBytes(now)} on the first day`]);
  return h(
    "ul",
    { class: "tiles" },
    items.map(([href, value, label, more]) =>
      h(
        "li",
        {},
        h(
          "a",
          { href },
          h("span", { class: "tile-value" }, value.toLocaleString("en")),
          h("span", { class: "tile-label" }, label),
          h("span", { class: "tile-more" }, more),
        ),
      ),
    ),
  );
}

function areaPart(area) {
  const title = areaTitle(area);
  const list = h(
    "ul",
    { class: "area-tables" },
    area.tables.map((name) =>
      h("li", {}, nameLink(name), h("span", { class: "quiet" }, " ", rich(tables.get(name).about))),
    ),
  );
  return h(
    "article",
    { class: "area", id: `area:${area.name || ""}` },
    DATA.areas.length > 1 ? h("h3", {}, title, " ", h("span", { class: "quiet" }, String(area.tables.length))) : null,
    areaDrawing(area),
    area.tables.length > 14
      ? folded(h("span", { class: "fold-title" }, `The ${area.tables.length} tables`), list)
      : list,
  );
}

// Drawn when the page was built; read as XML, where nothing can run.
function drawn(text, label) {
  if (!text) return null;
  const drawing = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
  if (drawing.localName !== "svg") return null;
  return h(
    "div",
    { class: "diagram-frame drawn", tabindex: "0", role: "region", "aria-label": label },
    document.importNode(drawing, true),
  );
}

function areaDrawing(area) {
  return drawn(area.drawing, `Diagram of ${areaTitle(area)}`);
}

function capacitySection() {
  const plan = DATA.capacity;
  if (!plan || !plan.chart) return null;
  const needs = plan.needs;
  const limits = (plan.limits || []).map(([subject, what, day, then]) =>
    h("li", {}, h("strong", {}, day), ` ${subject}: ${what}. `, h("span", { class: "quiet" }, then)),
  );
  return section(
    "capacity",
    "Capacity",
    drawn(plan.chart, "Bytes year by year"),
    facts([
      ["Memory of a server", showBytes(needs.memory)],
      ["Cores", String(needs.cores)],
      ["Disk", showBytes(needs.disk)],
      ["Backups", showBytes(needs.backup)],
    ]),
    limits.length ? folded(h("span", { class: "fold-title" }, `Limits ahead (${limits.length})`), h("ul", {}, limits)) : null,
    folded(h("span", { class: "fold-title" }, `Server settings (${plan.settings.length})`), h("ul", {}, plan.settings.map(settingLine))),
  );
}

function settingLine([name, value, why]) {
  return h("li", {}, h("code", {}, `${name} = ${value}`), " ", h("span", { class: "quiet" }, why));
}

function weights() {
  const sized = DATA.tables
    .filter((table) => table.size)
    .sort((a, b) => tableBytes(b, "later") - tableBytes(a, "later"));
  const busy = DATA.patterns.filter((pattern) => pattern.perSecond).sort((a, b) => b.perSecond - a.perSecond);
  const largest = sized.slice(0, 8).map((table) => ({
    label: nameLink(table.name),
    value: tableBytes(table, "later"),
    text: `${showBytes(tableBytes(table, "later"))} · ${showCount(table.size.later)} rows`,
  }));
  const busiest = busy
    .slice(0, 8)
    .map((pattern) => ({ label: nameLink(pattern.name), value: pattern.perSecond, text: pattern.rate }));
  if (!largest.length && !busiest.length) return null;
  return h(
    "div",
    { class: "columns" },
    largest.length ? section("largest", `Largest after ${DATA.system.horizon}`, bars(largest)) : null,
    busiest.length ? section("busiest", "Busiest at peak", bars(busiest)) : null,
  );
}

const REVIEW_STATES = ["draft", "review-needed", "changes-requested", "approved", "implemented"];

function reviewSection() {
  const review = DATA.system.review;
  if (!review) return null;
  const known = REVIEW_STATES.includes(review.state);
  const steps = (known ? REVIEW_STATES : [review.state]).map((state) =>
    h(
      "li",
      { class: state === review.state ? "now" : null, "aria-current": state === review.state ? "step" : null },
      state.replaceAll("-", " "),
    ),
  );
  const comments = review.comments || [];
  const open = comments.filter((comment) => !comment.answer);
  const answered = comments.filter((comment) => comment.answer);
  return section(
    "review",
    "Review",
    h("ol", { class: "steps" }, steps),
    facts([
      ["Owners", (review.owners || []).join(", ")],
      ["Reviewers", (review.reviewers || []).join(", ")],
      ["Open questions", comments.length ? String(open.length) : null],
    ]),
    open.length ? h("ul", { class: "comments" }, open.map(commentItem)) : null,
    answered.length
      ? folded(
          h("span", { class: "fold-title" }, plural(answered.length, "answered question")),
          h("ul", { class: "comments" }, answered.map(commentItem)),
        )
      : null,
  );
}

function commentItem(comment) {
  return h(
    "li",
    {},
    h("p", {}, comment.answer ? null : [badge("open", "warn"), " "], rich(comment.asks)),
    comment.answer ? h("p", { class: "because" }, rich(comment.answer)) : null,
    h(
      "p",
      { class: "claim-meta" },
      comment.by ? h("span", {}, comment.by) : null,
      comment.on ? nameLink(comment.on) : null,
    ),
  );
}

function noticesSection() {
  if (!DATA.diagnostics.length) return null;
  const items = DATA.diagnostics.map((item) =>
    h(
      "li",
      {},
      badge(item.severity, item.severity === "error" ? "bad" : item.severity === "warning" ? "warn" : ""),
      " ",
      rich(item.message),
      item.help ? h("p", { class: "because" }, rich(item.help)) : null,
      h("p", { class: "claim-meta" }, code(item.code), placeLink(item.at)),
    ),
  );
  return section("notices", "What the compiler says", h("ul", { class: "comments" }, items));
}

function systemSection() {
  const system = DATA.system;
  return section(
    "system",
    "Built for",
    facts([
      ["Server", `PostgreSQL ${system.version}`],
      ["Schema", h("code", {}, system.schema)],
      ["Owner", system.owner ? nameLink(system.owner) : null],
      ["First day", system.start],
      ["Judged after", system.horizon],
      ["Extensions", system.extensions ? joined(system.extensions.map((name) => h("code", {}, name))) : null],
      [
        "Tenants",
        system.tenancy ? [h("code", {}, system.tenancy.by), `, kept apart by ${system.tenancy.isolation}`] : null,
      ],
      ["Proven on", serverWords().replace(/^, /, "")],
    ]),
  );
}
