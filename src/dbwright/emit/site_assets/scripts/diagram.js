// A table and its neighbours as a drawing with crow's feet: a fork is many, a ring none, a bar one.

function diagramSection(table) {
  const frame = h("div", {
    class: "diagram-frame",
    tabindex: "0",
    role: "region",
    "aria-label": "Diagram of neighbours",
  });
  const buttons = [1, 2].map((depth) =>
    h("button", { type: "button", "aria-pressed": "false" }, depth === 1 ? "Neighbours" : "Their neighbours too"),
  );
  const show = (depth) => {
    buttons.forEach((button, position) => button.setAttribute("aria-pressed", String(position + 1 === depth)));
    const drawing = draw(table, depth);
    replace(frame, drawing.svg);
    // On a narrow screen the middle is what one wants to see first.
    requestAnimationFrame(() => {
      frame.scrollLeft = drawing.middle.x + drawing.middle.width / 2 - frame.clientWidth / 2;
      frame.scrollTop = drawing.middle.y + drawing.middle.height / 2 - frame.clientHeight / 2;
    });
  };
  buttons.forEach((button, position) => button.addEventListener("click", () => show(position + 1)));
  const count = outgoing(table).length + incoming(table.name).length;
  if (!count) return null;
  show(1);
  return section(
    "diagram",
    "Neighbours",
    h("div", { class: "choice", role: "group", "aria-label": "Depth" }, buttons),
    frame,
    allNeighbours(table),
  );
}

// A hub shows few of its neighbours in the drawing, and all of them here.
function allNeighbours(table) {
  const names = [...new Set(incoming(table.name).map((edge) => edge.table.name))];
  if (names.length <= SIDE + 1) return null;
  return folded(
    h("span", { class: "fold-title" }, `All ${names.length} tables that reference it`),
    h("p", { class: "name-cloud" }, nameLinks(names, " ")),
  );
}

function draw(table, depth) {
  const plan = layout(table, depth);
  const boxes = plan.columns.flat();
  const svg = s("svg", {
    class: "diagram",
    viewBox: `0 0 ${plan.width} ${plan.height}`,
    width: plan.width,
    height: plan.height,
    role: "group",
    "aria-label": `${table.name} and its neighbours`,
  });
  for (const box of boxes) {
    for (const edge of box.edges || []) add(svg, [drawEdge(plan, box, edge)]);
  }
  plan.loops.forEach((loop, position) => add(svg, [drawLoop(plan.middle, loop, position)]));
  for (const box of boxes) add(svg, [drawBox(box, table)]);
  return { svg, middle: plan.middle };
}

const STRAIGHT = 20; // of an edge at either end, where its marks are

function rowY(box, position) {
  return box.y + HEAD + 2 + position * ROW + ROW / 2;
}

function columnY(box, column) {
  const position = box.rows.findIndex((row) => row.name === column);
  return position < 0 ? box.y + HEAD / 2 : rowY(box, position);
}

// One end stands at the child, which has the foreign key, the other at the parent.
function drawEdge(plan, box, edge) {
  const inner =
    box.from === plan.middle.name
      ? plan.middle
      : plan.columns.flat().find((other) => other.name === box.from && other.side === box.side);
  const toLeft = box.side === "left";
  const child = toLeft ? inner : box;
  const parent = toLeft ? box : inner;
  const childY = child.center
    ? columnY(child, edge.reference.own)
    : box.rows.length
      ? rowY(
          box,
          box.rows.findIndex((row) => row.edge === edge),
        ) - 1
      : child.y + HEAD / 2;
  // Marks of children that may lack their parent stand a little below those of children that may not.
  const mixed = new Set(incoming(parent.name).map((other) => Boolean(other.reference.optional))).size > 1;
  const shift = mixed ? (edge.reference.optional ? 5 : -5) : 0;
  const parentY = shift + (parent.center ? columnY(parent, edge.reference.toOwn) : parent.y + HEAD / 2);
  return line({ x: child.x, y: childY }, { x: parent.x + parent.width, y: parentY }, edge);
}

// From a child on the right to a parent on the left.
function line(child, parent, { table, reference }) {
  const [from, to] = [child.x - STRAIGHT, parent.x + STRAIGHT];
  const bend = (from - to) / 2;
  const curve = `C${from - bend} ${child.y} ${to + bend} ${parent.y} ${to} ${parent.y}`;
  const path = `M${child.x} ${child.y} H${from} ${curve} H${parent.x}`;
  const words = `${table.name} (${reference.columns.join(", ")}) references ${reference.target}`;
  return s(
    "g",
    { class: "edge" },
    s("title", {}, words),
    s("path", { d: path, class: "edge-hit" }),
    s("path", { d: path }),
    childEnd(child, reference),
    parentEnd(parent, reference),
  );
}

// At the child: none, one or many rows.
function childEnd({ x, y }, reference) {
  const foot = reference.single ? `M${x - 7} ${y - 5}v10` : `M${x} ${y - 5}L${x - 11} ${y}L${x} ${y + 5}`;
  return [s("path", { d: foot }), s("circle", { cx: x - (reference.single ? 14 : 15), cy: y, r: 3.5 })];
}

// At the parent: exactly one, or none where a row may lack it.
function parentEnd({ x, y }, reference) {
  const first = s("path", { d: `M${x + 7} ${y - 5}v10` });
  return reference.optional
    ? [first, s("circle", { cx: x + 14, cy: y, r: 3.5 })]
    : [first, s("path", { d: `M${x + 11} ${y - 5}v10` })];
}

// A reference of the table to itself: out at the top, back into its side.
function drawLoop(box, { table, reference }, position) {
  const x = box.x + box.width - 30 - position * 24;
  const y = columnY(box, reference.own);
  const right = box.x + box.width + 34 + position * 10;
  const up = box.y - 22 - position * 4;
  const end = box.x + box.width;
  const path = [
    `M${end} ${y} H${right - 8} Q${right} ${y} ${right} ${y - 8}`,
    `V${up + 8} Q${right} ${up} ${right - 8} ${up}`,
    `H${x + 8} Q${x} ${up} ${x} ${up + 8} V${box.y}`,
  ].join(" ");
  const foot = reference.single ? `M${end + 7} ${y - 5}v10` : `M${end} ${y - 5}L${end + 11} ${y}L${end} ${y + 5}`;
  const marks = [
    s("path", { d: foot }),
    s("circle", { cx: end + 15, cy: y, r: 3.5 }),
    s("path", { d: `M${x - 5} ${box.y - 7}h10` }),
  ];
  marks.push(
    reference.optional
      ? s("circle", { cx: x, cy: box.y - 13, r: 3.5 })
      : s("path", { d: `M${x - 5} ${box.y - 11}h10` }),
  );
  const words = `${table.name} (${reference.columns.join(", ")}) references itself`;
  return s(
    "g",
    { class: "edge" },
    s("title", {}, words),
    s("path", { d: path, class: "edge-hit" }),
    s("path", { d: path }),
    marks,
  );
}

function drawBox(box, table) {
  const parts = [
    s("rect", { x: box.x, y: box.y, width: box.width, height: box.height, rx: 6 }),
    s(
      "text",
      { x: box.x + 12, y: box.y + 18, class: "box-title" },
      box.title,
      box.hubText ? s("tspan", { class: "quiet" }, box.hubText) : null,
    ),
  ];
  if (box.rows.length) parts.push(s("path", { class: "box-rule", d: `M${box.x} ${box.y + HEAD}h${box.width}` }));
  box.rows.forEach((row, position) => {
    const y = rowY(box, position) + 4;
    const key = box.center && table.key && table.key.columns.includes(row.name);
    parts.push(s("text", { x: box.x + 12, y, class: row.quiet ? "quiet" : key ? "key" : null }, row.text));
    if (row.type)
      parts.push(s("text", { x: box.x + box.width - 12, y, class: "quiet", "text-anchor": "end" }, row.type));
  });
  if (box.center) return s("g", { class: "box box-center" }, parts);
  if (box.more) return s("g", { class: "box box-more" }, parts);
  return s("a", { href: address("table", box.name), class: "box" }, s("title", {}, box.name), parts);
}
