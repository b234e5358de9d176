// Statements with their words told apart. This reads tokens, no grammar: PostgreSQL has judged them already.

const KEYWORDS = new Set(
  (
    "add all alter always and any array as asc begin between by cascade case check collate column comment " +
    "commit conflict constraint create cross current_date current_timestamp declare default deferrable " +
    "deferred delete desc distinct do drop else end enable exclude execute exists extension false fetch " +
    "filter first for force foreign from full function generated grant group having if immutable in " +
    "include index inherits initially inner insert interval into is join key language last lateral left " +
    "like limit locked loop materialized minvalue maxvalue not nothing null nulls of offset on only or " +
    "order outer over parallel partition perform policy primary procedure raise range record recursive " +
    "references replace restrict return returning returns revoke right role row rows safe schema security " +
    "select sequence set skip stable stored strict table temporary then to trigger true truncate union " +
    "unique update using values view volatile when where while window with within"
  ).split(" "),
);
const TOKENS = {
  comment: /--[^\n]*|\/\*[\s\S]*?\*\//,
  string: /'(?:[^']|'')*'|\$(?<tag>\w*)\$[\s\S]*?\$\k<tag>\$/,
  quoted: /"(?:[^"]|"")*"/,
  parameter: /\$\d+|(?<!:):[A-Za-z_]\w*/,
  number: /\b\d+(?:\.\d+)?\b/,
  word: /[A-Za-z_][\w$]*/,
  space: /\s+/,
  sign: /[\s\S]/,
};
const TOKEN = new RegExp(
  Object.entries(TOKENS)
    .map(([kind, { source }]) => `(?<${kind}>${source})`)
    .join("|"),
  "g",
);
const BREAKS =
  /^(from|where|group|having|order|limit|values|set|returning|join|left|right|inner|cross|on conflict|union)$/i;
const LONG_LINE = 68;

function tokens(text) {
  return [...text.matchAll(TOKEN)].map(({ 0: token, groups }) => {
    const kind = Object.keys(TOKENS).find((name) => groups[name] !== undefined);
    return { kind, text: token };
  });
}

// One long line gets a line for each clause; what its author broke into lines stays as it is.
function withLines(list, text) {
  if (text.length <= LONG_LINE || text.trim().includes("\n")) return list;
  let depth = 0;
  let previous = "";
  return list.map((token, position) => {
    if (token.text === "(") depth += 1;
    if (token.text === ")") depth -= 1;
    if (token.kind === "word") previous = token.text.toLowerCase();
    const next = list[position + 1];
    const opens =
      token.kind === "space" &&
      depth === 0 &&
      next &&
      next.kind === "word" &&
      startsClause(list, position + 1, previous);
    return opens ? { kind: "space", text: "\n" } : token;
  });
}

function startsClause(list, position, previous) {
  const word = list[position].text.toLowerCase();
  const second = list[position + 2] ? list[position + 2].text.toLowerCase() : "";
  if (word === "on") return second === "conflict";
  if (word === "set") return previous !== "do" && previous !== "delete" && previous !== "update" && previous !== "null";
  if (word === "join") return !["left", "right", "inner", "cross", "full", "outer"].includes(previous);
  if (word === "from") return previous !== "distinct";
  return BREAKS.test(word) && second !== "(";
}

function sqlNodes(text, broken) {
  const list = broken ? withLines(tokens(text), text) : tokens(text);
  return list.map(({ kind, text: word }) => {
    if (kind === "word" && KEYWORDS.has(word.toLowerCase())) return h("span", { class: "sql-keyword" }, word);
    return ["comment", "string", "parameter", "number"].includes(kind)
      ? h("span", { class: `sql-${kind}` }, word)
      : word;
  });
}

function sqlBlock(text, label = "SQL") {
  const code = h("code", {}, sqlNodes(text, true));
  return h("pre", { class: "sql", tabindex: "0", role: "region", "aria-label": label }, code);
}

function sqlInline(text) {
  return h("code", { class: "sql-inline" }, sqlNodes(text, false));
}
