// Views and functions, the design file itself, and the page for an address that leads nowhere.

function objectsPage() {
  const viewParts = DATA.views.map((view) =>
    objectPart(`view:${view.name}`, view.name, view, [
      view.masked ? badge("masked", "personal") : null,
      view.stored ? badge("stored") : null,
      facts(
        [
          ["Reads", view.reads ? links(view.reads) : null],
          ["Columns", view.columns ? h("code", { class: "small" }, view.columns.join(", ")) : null],
        ],
        "facts small",
      ),
    ]),
  );
  const functionParts = DATA.functions.map((item) =>
    objectPart(`function:${item.name}`, item.verbatim ? item.name : `${item.name}(${item.arguments || ""})`, item, [
      item.owner ? h("p", {}, "Runs as ", nameLink(item.owner), ".") : null,
    ]),
  );
  return page(
    "Views and functions",
    pageHead("", "Views and functions", "", { mono: false }),
    viewParts.length ? section("views", "Views", viewParts) : null,
    functionParts.length ? section("functions", "Functions", functionParts) : null,
    viewParts.length || functionParts.length ? null : note("There is none."),
  );
}

function objectPart(id, title, item, extra) {
  return h(
    "article",
    { class: "object", id },
    h("h3", {}, code(title), anchor(id)),
    item.about ? h("p", {}, rich(item.about)) : null,
    extra,
    folded(h("span", { class: "fold-title" }, "Definition"), sqlBlock(item.statement)),
    item.at ? h("p", { class: "claim-meta" }, placeLink(item.at)) : null,
  );
}

const LINES_AT_ONCE = 500;

// The lines up to the one that is asked for are there at once, the rest of a long file as soon as there is time.
function sourcePage(number, _, place) {
  const source = DATA.sources[Number(number)];
  if (!source) return missingPage("file", number);
  const texts = source.text.replace(/\n$/, "").split("\n");
  const asked = Number((place || "").split(":")[1]) || 0;
  const lines = h("div", { class: "source" });
  let count = 0;
  const drawUpTo = (end) => {
    add(
      lines,
      texts.slice(count, end).map((text, position) => sourceLine(number, count + position + 1, text)),
    );
    count = end;
  };
  const drawRest = () => {
    if (count >= texts.length || !lines.isConnected) return;
    drawUpTo(count + LINES_AT_ONCE);
    whenIdle(drawRest);
  };
  drawUpTo(Math.max(LINES_AT_ONCE, asked + 100));
  whenIdle(drawRest);
  const others = DATA.sources.map((item, position) => link(address("source", String(position)), code(item.file)));
  return page(
    source.file,
    pageHead("Design file", source.file, ""),
    others.length > 1 ? h("p", { class: "files" }, joined(others)) : null,
    h("div", { class: "source-frame", tabindex: "0", role: "region", "aria-label": "Design file" }, lines),
  );
}

function sourceLine(number, line, text) {
  const id = `line:${line}`;
  return h(
    "div",
    { id, class: "line" },
    h("a", { class: "line-number", href: address("source", number, id) }, String(line)),
    sourceText(text),
  );
}

// Keys and comments of YAML told apart; everything else as it is.
function sourceText(text) {
  const comment = text.match(/^(\s*|.*?\s)(#.*)$/);
  const [code, rest] = comment && !/['"]/.test(comment[1]) ? [comment[1], comment[2]] : [text, ""];
  const key = code.match(/^(\s*(?:- )?)([^\s:{}[\]"'][^:{}[\]"']*)(:(?:\s.*)?)$/);
  const shown = key ? [key[1], h("span", { class: "yaml-key" }, key[2]), key[3]] : [code];
  return [...shown, rest ? h("span", { class: "sql-comment" }, rest) : null];
}

function missingPage(kind, name) {
  return page(
    "Not found",
    pageHead("Not found", `There is no such ${kind}`, "", { mono: false }),
    h(
      "p",
      {},
      "This design has no ",
      kind,
      " ",
      h("code", {}, name || ""),
      ". Press ",
      h("kbd", {}, "/"),
      " to search, or go to the ",
      link("#/", "overview"),
      ".",
    ),
  );
}
