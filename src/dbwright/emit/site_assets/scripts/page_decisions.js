// Decisions: all of them by the step that took them, and one alone.

function decisionsPage(_, query) {
  const steps = grouped(DATA.decisions, (decision) => [decision.step]);
  const wanted = query.get("step");
  const chosen = [...steps].filter(([step]) => !wanted || step === wanted);
  const head = pageHead("", "Decisions", "Every choice, the requirement it serves, and what was turned down.", {
    mono: false,
  });
  const chips = [
    ["", "all", DATA.decisions.length],
    ...[...steps].map(([step, list]) => [step, step.replaceAll("_", " "), list.length]),
  ];
  return page(
    "Decisions",
    head,
    choices(
      "Step",
      chips.map(([step, label, count]) => ({
        label,
        count,
        on: step === (wanted || ""),
        href: step ? `#/decisions?step=${encodeURIComponent(step)}` : "#/decisions",
      })),
    ),
    chosen.map(([step, list]) =>
      section(
        `step:${step}`,
        step.replaceAll("_", " "),
        portions(h("div", { class: "decisions" }, []), list, decisionItem),
      ),
    ),
  );
}

// Chips of which one is chosen; each is an address, so that the back button and links work.
function choices(label, items) {
  return h(
    "nav",
    { class: "chips", "aria-label": label },
    items.map((item) =>
      h(
        "a",
        { href: item.href, class: `chip ${item.kind || ""}`, "aria-current": item.on ? "true" : null },
        item.label,
        " ",
        h("span", { class: "count" }, item.count.toLocaleString("en")),
      ),
    ),
  );
}

function decisionPage(code) {
  const decision = decisions.get(code);
  if (!decision) return missingPage("decision", code);
  const item = decisionItem(decision);
  item.querySelector("h3").remove();
  return page(
    code,
    h(
      "header",
      { class: "page-head" },
      h(
        "p",
        { class: "eyebrow" },
        "Decision of step ",
        link(`#/decisions?step=${encodeURIComponent(decision.step)}`, decision.step.replaceAll("_", " ")),
      ),
      h("h1", { tabindex: "-1", class: "long" }, rich(decision.what)),
    ),
    item,
  );
}
