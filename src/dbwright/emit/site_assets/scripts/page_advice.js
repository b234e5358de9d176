// What the advisor chose: the cost of each pattern before and after, each index with what it is for, what was not taken.

const MOST_REFUSED = 12;

function advised() {
  const advice = DATA.advice;
  return advice && advice.standing ? advice : null;
}

function advicePage() {
  const advice = advised();
  const head = pageHead("", "Advice", "Indexes, partitions and stored answers: what was chosen, what for, and what was not.", { mono: false });
  if (!advice) return page("Advice", head, note(rich("The advisor was not asked: type `dbwright advise DESIGN --record`.")));
  if (!advice.current) return page("Advice", head, note(rich(advice.standing)));
  return page(
    "Advice",
    head,
    h("p", { class: "advice-standing" }, rich(advice.standing)),
    adviceFacts(advice),
    adviceChart(advice),
    adviceIndexes(advice),
    adviceChanges(advice),
    adviceRefused(advice),
  );
}

function adviceFacts(advice) {
  const [before, after, floor] = advice.cost;
  return facts(
    [
      ["Saved", `${advice.saved} of what all patterns cost`],
      ["Cost a second", `${showCost(before)} before, ${showCost(after)} after; ${showCost(floor)} with every candidate at once and no upkeep`],
      ["Bytes", advice.budget],
      ["Writes", advice.writes],
      ["Latency targets", advice.targets ? [advice.targets, adviceMissed(advice.missed || [])] : null],
      ["How", advice.search],
      ["Note", advice.notes ? h("ul", { class: "plain-list" }, advice.notes.map((text) => h("li", {}, rich(text)))) : null],
    ],
    "facts panel",
  );
}

function adviceMissed(missed) {
  if (!missed.length) return null;
  return h("ul", { class: "plain-list" }, missed.map(([name, why]) => h("li", {}, nameLink(name), ` ${why}`)));
}

// Costs are in the planner's units; three digits are enough.
function showCost(value) {
  return value >= 1000 ? showCount(value) : String(Number((value || 0).toPrecision(3)));
}

function adviceChart(advice) {
  const rows = [...(advice.patterns || [])].sort((a, b) => b[1] * Math.abs(b[2] - b[3]) - a[1] * Math.abs(a[2] - a[3]));
  const same = advice.same ? `${plural(advice.same, "pattern costs", "patterns cost")} what ${advice.same === 1 ? "it" : "they"} did.` : "";
  if (!rows.length) return section("patterns", "Access patterns", note(`No pattern gets cheaper or dearer. ${same}`));
  const most = Math.log10(1 + Math.max(...rows.flatMap(([, , before, after]) => [before, after])));
  const share = (cost) => Math.log10(1 + cost) / most;
  return section(
    "patterns",
    "Access patterns",
    h(
      "figure",
      { class: "chart-frame" },
      h("p", { class: "before-after-key" }, h("span", { class: "key-before" }, "before"), h("span", { class: "key-after" }, "with what was chosen")),
      h("ul", { class: "bars before-after" }, rows.map((row) => beforeAfter(row, share))),
    ),
    h("p", { class: "quiet small" }, `Cost of a call in the planner's units, on a logarithmic scale; those first that save most by their rate. ${same}`),
  );
}

function beforeAfter([name, rate, before, after], share) {
  return h(
    "li",
    {},
    h("span", { class: "bar-label" }, nameLink(name), h("span", { class: "quiet small" }, ` ${showCost(rate)}/s`)),
    h("span", { class: "bar-value" }, `${showCost(before)} → ${showCost(after)}`),
    costBar("before", before, share),
    costBar("after", after, share),
  );
}

function costBar(kind, cost, share) {
  const filled = h("span", { class: `bar-fill fill-${kind}` });
  filled.style.width = `${Math.max(0.5, 100 * share(cost))}%`;
  return h("span", { class: "bar", title: `${kind}: ${showCost(cost)}` }, filled);
}

function adviceIndexes(advice) {
  const list = advice.indexes || [];
  const gone = (title, names) => (names ? h("p", {}, `${title}: `, joined(names.map((name) => code(name)))) : null);
  if (!list.length && !advice.dropped) return null;
  const rows = list.map((index) => ({
    cells: [
      [nameLink(index.name), " ", badge(index.isNew ? "new" : "stays", index.isNew ? "write" : "")],
      showBytes(index.bytes),
      index.upkeep >= 0.05 ? showCost(index.upkeep) : "",
      worthList(index.worth) || "keeps its patterns in their class of growth",
    ],
  }));
  return section(
    "indexes",
    "Indexes",
    rows.length ? grid(["Index", "Bytes", "Upkeep a second", "What for"], rows) : null,
    gone("Dropped, as others do their work", advice.dropped),
    gone("Used by no pattern", advice.unused),
  );
}

function worthList(worth) {
  if (!worth) return null;
  const items = worth.map(([name, withIt, without]) =>
    h("li", {}, nameLink(name), h("span", { class: "quiet" }, ` ${showCost(withIt)}, without it ${showCost(without)}`)),
  );
  return h("ul", { class: "worth" }, items);
}

function adviceChanges(advice) {
  const cards = (advice.changes || []).map((change) =>
    h(
      "article",
      { class: "panel" },
      h("h3", {}, change.title, " ", badge(change.kind), " ", badge(change.isNew ? "new" : "stays", change.isNew ? "write" : "")),
      h("p", {}, change.saving, change.bytes ? `; ${showBytes(change.bytes)} more` : ""),
      worthList(change.worth),
      change.month ? h("p", { class: "quiet" }, `A month of rows goes for ${showCost(change.month[0])}, without it for ${showCost(change.month[1])}.`) : null,
      change.cautions ? h("ul", {}, change.cautions.map((text) => h("li", {}, rich(text)))) : null,
      change.text ? folded(h("span", { class: "fold-title" }, "What the design says then"), h("pre", { class: "small" }, change.text)) : null,
      (change.write || []).map(([name, sql]) => folded(h("span", { class: "fold-title" }, `What ${name} must say to use it`), sqlBlock(sql))),
    ),
  );
  return cards.length ? section("beyond", "Beyond indexes", h("div", { class: "advice-cards" }, cards)) : null;
}

function adviceRefused(advice) {
  const items = (advice.turnedDown || []).map(([what, why]) => h("li", {}, what.startsWith("create index") ? h("code", {}, what) : rich(what), h("span", { class: "quiet" }, ": ", rich(why))));
  if (!items.length) return null;
  const more = items.length - MOST_REFUSED;
  return section(
    "refused",
    "Turned down",
    h("ul", { class: "comments" }, items.slice(0, MOST_REFUSED)),
    more > 0 ? folded(h("span", { class: "fold-title" }, `${more} more`), () => h("ul", { class: "comments" }, items.slice(MOST_REFUSED))) : null,
  );
}

// On the first page: one line, and where the rest stands.
function advicePanel() {
  const advice = advised();
  if (!advice) return null;
  const chosen = advice.current ? (advice.indexes || []).filter((index) => index.isNew).length : 0;
  return section(
    "advice",
    "Advice",
    h(
      "p",
      {},
      advice.current ? [h("strong", {}, advice.saved), " of what all patterns cost is saved by ", plural(chosen, "new index", "new indexes"), ". "] : [rich(advice.standing), " "],
      link("#/advice", "What was chosen, and why"),
    ),
  );
}

// On the page of a pattern: what it cost before, and which of what was chosen it uses.
function adviceFor(name) {
  const advice = advised();
  if (!advice || !advice.current) return null;
  const cost = (advice.patterns || []).find(([pattern]) => pattern === name);
  const helping = (advice.indexes || []).filter((index) => (index.worth || []).some(([pattern]) => pattern === name));
  if (!cost && !helping.length) return null;
  const rows = helping.map((index) => {
    const [, withIt, without] = index.worth.find(([pattern]) => pattern === name);
    return { cells: [nameLink(index.name), showCost(withIt), showCost(without)] };
  });
  return section(
    "advice",
    "Advice",
    cost ? h("p", {}, `A call cost ${showCost(cost[2])} before the choice and costs ${showCost(cost[3])} with it, in the planner's units. `, link("#/advice", "All of the advice")) : null,
    rows.length ? grid(["Index", "Cost with it", "Without it"], rows) : null,
  );
}
