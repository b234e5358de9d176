// Decisions with their reasons and what was turned down.

function decisionItem(decision) {
  const href = codeAddress("decision", decision.code);
  return h(
    "article",
    { class: "decision", id: `decision:${decision.code}` },
    h("h3", {}, rich(decision.what)),
    h("p", { class: "because" }, rich(decision.why)),
    alternativesOf(decision),
    decision.evidence
      ? h("p", { class: "decision-evidence" }, h("strong", {}, "Evidence: "), rich(decision.evidence))
      : null,
    facts(
      [
        ["Serves", decision.serves ? links(decision.serves) : null],
        ["About", decision.subjects ? links(decision.subjects) : null],
      ],
      "facts small",
    ),
    h("p", { class: "claim-meta" }, link(href, code(decision.code)), placeLink(decision.at)),
  );
}

function alternativesOf(decision) {
  const items = (decision.alternatives || []).map(([what, cost]) =>
    h("li", {}, h("span", { class: "turned-down" }, rich(what)), h("span", { class: "cost" }, rich(cost))),
  );
  return items.length
    ? h("div", { class: "alternatives" }, h("p", { class: "label" }, "Instead of"), h("ul", {}, items))
    : null;
}

function decisionsOf(kind, name) {
  const list = decisionsAbout(kind, name);
  if (!list.length) return null;
  const steps = grouped(list, (decision) => [decision.step]);
  const items = [...steps].map(([step, some]) =>
    some.map((decision) =>
      folded([h("span", { class: "step" }, step), h("span", { class: "fold-title" }, rich(decision.what))], () =>
        decisionBody(decision),
      ),
    ),
  );
  return section("decisions", "Decisions", h("div", { class: "folds" }, items));
}

// A decision below a line that already says what was decided.
function decisionBody(decision) {
  const item = decisionItem(decision);
  item.removeAttribute("id");
  item.querySelector("h3").remove();
  return item;
}
