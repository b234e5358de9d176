// Where a table and its neighbours stand: what it references on the left, what references it on the right.
// The same schema gives the same drawing; tables with many neighbours are never opened.

const HUB = 12; // neighbours on one side from which on a table counts as a hub
const SIDE = 9; // boxes on one side at most; the rest is one box that says how many
const FAR = 3; // boxes that a neighbour brings at depth 2
const ROW = 20;
const GAP = 12;
const GUTTER = 92;
const HEAD = 28;

const MONOSPACE = 'ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace';
const measure = document.createElement("canvas").getContext("2d");

function textWidth(text, bold) {
  measure.font = `${bold ? 600 : 400} 12px ${MONOSPACE}`;
  return Math.ceil(measure.measureText(text).width);
}

function clip(text, limit = 30) {
  const characters = [...text.replace(/\s+/g, " ")];
  return characters.length > limit ? `${characters.slice(0, limit - 1).join("")}…` : characters.join("");
}

function outgoing(table) {
  return (table.references || []).map((reference) => ({ table, reference }));
}

function incoming(name) {
  return referencesTo.get(name) || [];
}

function isHub(name) {
  return incoming(name).length > HUB;
}

// Edges to draw around `center`, without its references to itself: [{side, name, edges, from}].
function neighbours(center, depth) {
  const seen = new Set([center.name]);
  const left = nodesOf(outgoing(center), (edge) => edge.reference.target, "left", center.name, SIDE, seen);
  const right = nodesOf(incoming(center.name), (edge) => edge.table.name, "right", center.name, SIDE, seen);
  const columns = [[...left], [...right]];
  if (depth > 1) {
    columns.push(
      left.flatMap((node) => further(node, "left", seen)),
      right.flatMap((node) => further(node, "right", seen)),
    );
  }
  return columns;
}

function further(node, side, seen) {
  if (node.more || isHub(node.name) || !tables.has(node.name)) return [];
  const edges = side === "left" ? outgoing(tables.get(node.name)) : incoming(node.name);
  const end = side === "left" ? (edge) => edge.reference.target : (edge) => edge.table.name;
  return nodesOf(edges, end, side, node.name, FAR, seen);
}

function nodesOf(edges, end, side, from, limit, seen) {
  const found = grouped(
    edges.filter((edge) => tables.has(end(edge)) && end(edge) !== from),
    (edge) => [end(edge)],
  );
  const all = [...found].filter(([name]) => !seen.has(`${side} ${name}`) && name !== [...seen][0]);
  const shown = all.length > limit + 1 ? all.slice(0, limit) : all;
  const nodes = shown.map(([name, list]) => ({ name, edges: list, side, from, hub: isHub(name) }));
  for (const [name] of shown) seen.add(`${side} ${name}`);
  if (shown.length < all.length) nodes.push({ name: "", more: all.length - shown.length, edges: [], side, from });
  return nodes;
}

// The rows of the middle box: its key and the columns that reference; the rest is counted.
function centerRows(table) {
  const wanted = new Set([
    ...(table.key ? table.key.columns : []),
    ...outgoing(table).flatMap(({ reference }) => reference.columns),
  ]);
  const kept = (table.columns || []).filter((column) => wanted.has(column.name));
  const rest = (table.columns || []).length - kept.length;
  const rows = kept.map((column) => ({ name: column.name, text: clip(column.name), type: clip(column.type, 22) }));
  return rest > 0 ? [...rows, { name: "", text: `and ${plural(rest, "more column")}`, quiet: true }] : rows;
}

function boxOf(node) {
  if (node.more)
    return {
      ...node,
      rows: [],
      title: `${node.more} more tables`,
      width: textWidth(`${node.more} more tables`) + 28,
      height: HEAD,
    };
  const rows = node.side === "right" ? node.edges.map((edge) => ({ text: clip(edge.reference.own), edge })) : [];
  const hub = node.hub ? ` · ${incoming(node.name).length} references` : "";
  const title = clip(node.name);
  const width = Math.max(textWidth(title, true) + textWidth(hub), ...rows.map((row) => textWidth(row.text)), 84) + 26;
  return { ...node, title, hubText: hub, rows, width, height: HEAD + rows.length * ROW + (rows.length ? 5 : 0) };
}

function centerBox(table) {
  const rows = centerRows(table);
  const name = Math.max(0, ...rows.map((row) => textWidth(row.text)));
  const type = Math.max(0, ...rows.map((row) => textWidth(row.type || "")));
  const width = Math.max(textWidth(clip(table.name, 44), true) + 28, name + type + 48, 150);
  return {
    name: table.name,
    title: clip(table.name, 44),
    rows,
    width,
    height: HEAD + 2 + rows.length * ROW + 6,
    center: true,
  };
}

// Boxes with places, from far left to far right, and the size of the whole.
function layout(table, depth) {
  const [left, right, farLeft = [], farRight = []] = neighbours(table, depth);
  const middle = centerBox(table);
  const columns = [farLeft, left, [middle], right, farRight].map((nodes) =>
    nodes.map((node) => (node.center ? node : boxOf(node))),
  );
  const heights = columns.map((boxes) => boxes.reduce((sum, box) => sum + box.height + GAP, -GAP));
  const loops = outgoing(table).filter(({ reference }) => reference.target === table.name);
  const top = loops.length ? 34 : 10;
  const height = Math.max(...heights, 0);
  let x = 10;
  columns.forEach((boxes, position) => {
    if (!boxes.length) return;
    const width = Math.max(...boxes.map((box) => box.width));
    let y = top + (height - heights[position]) / 2;
    for (const box of boxes) {
      // Boxes stand at the edge of their column that faces the middle, so that edges keep clear of them.
      box.x = position < 2 ? x + width - box.width : x;
      box.y = Math.round(y);
      y += box.height + GAP;
    }
    x += width + GUTTER;
  });
  return { columns, middle, loops, width: x - GUTTER + 10, height: top + height + 10 };
}
