// What the file holds, by name. Maps, not objects: a table may be called `__proto__`.

const DATA = readData();
const tables = named(DATA.tables);
const views = named(DATA.views);
const functions = named(DATA.functions);
const patterns = named(DATA.patterns);
const roles = named(DATA.roles);
const claims = new Map(DATA.claims.map((claim) => [claim.id, claim]));
const decisions = new Map(DATA.decisions.map((decision) => [decision.code, decision]));
const proven = Boolean(DATA.proof.findings);

function readData() {
  const data = JSON.parse(byId("site-data").textContent);
  data.claims = unpacked(data.claims).map((claim) => ({ ...claim, family: claim.family || head(claim.id) }));
  data.decisions = unpacked(data.decisions).map((decision) => ({
    ...decision,
    step: head(decision.code),
    serves: decision.serves === "subjects" ? decision.subjects.map((name) => `entities.${name}`) : decision.serves,
  }));
  for (const table of data.tables) table.columns = unpacked(table.columns || [[]]);
  return data;
}

// Rows of values under a first row of keys, as objects; -1 stands for the value of the row before.
function unpacked([keys, ...rows]) {
  let before = {};
  for (const [number, row] of rows.entries()) {
    before = Object.fromEntries(
      row.map((value, position) => [keys[position], value === -1 ? before[keys[position]] : value]),
    );
    rows[number] = before;
  }
  return rows;
}

function head(code) {
  return code.split("/", 1)[0];
}

// Tables without an area stand under one heading.
function areaTitle(area) {
  return area.name || (DATA.areas.length > 1 ? "Other tables" : "Tables");
}

function named(items) {
  return new Map(items.map((item) => [item.name, item]));
}

function grouped(items, keys) {
  const groups = new Map();
  for (const item of items) {
    for (const key of keys(item)) {
      if (!groups.has(key)) groups.set(key, []);
      groups.get(key).push(item);
    }
  }
  return groups;
}

function objectKey(kind, name) {
  return `${kind} ${name}`;
}

const claimsByObject = grouped(DATA.claims, (claim) => claim.on || []);
const claimsByState = grouped(DATA.claims, (claim) => [stateOf(claim)]);
const referencesTo = grouped(
  DATA.tables.flatMap((table) => (table.references || []).map((reference) => ({ table, reference }))),
  (item) => [item.reference.target],
);
const patternsByTable = grouped(
  DATA.patterns.flatMap((pattern) => (pattern.touches || []).map((touch) => ({ pattern, touch }))),
  (item) => [item.touch.name],
);
const decisionsByObject = grouped(DATA.decisions, decisionObjects);

function claimsAbout(kind, name) {
  return claimsByObject.get(objectKey(kind, name)) || [];
}

function decisionsAbout(kind, name) {
  return decisionsByObject.get(objectKey(kind, name)) || [];
}

// `pending` is what nothing has tried yet, `untested` what nothing can, with the reason.
function stateOf(claim) {
  return claim.verdict || (claim.untested ? "untested" : "pending");
}

function reasonOf(claim) {
  return claim.reason || claim.untested || "";
}

// The keys of the objects that a decision names, by what it is about and what it serves.
function decisionObjects(decision) {
  const found = new Set();
  for (const name of decision.subjects || []) {
    if (tables.has(name)) found.add(objectKey("table", name));
    else if (patterns.has(name)) found.add(objectKey("pattern", name));
    else if (roles.has(name)) found.add(objectKey("role", name));
    else if (tables.has(name.slice(0, name.lastIndexOf(".")))) {
      found.add(objectKey("table", name.slice(0, name.lastIndexOf("."))));
    }
  }
  for (const name of decision.serves || []) {
    const [head, ...rest] = name.split(".");
    if (head === "access" && patterns.has(rest.join("."))) found.add(objectKey("pattern", rest.join(".")));
  }
  return found;
}
