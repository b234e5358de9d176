// How the work of a pattern grows: what bounds it, and a chart of its plans from few rows to very many.

const CHART = { width: 760, left: 64, right: 16, top: 22, panel: 190, gap: 34, low: 104, bottom: 40 };

function growthSection(pattern) {
  const bound = pattern.growth;
  if (!bound) return null;
  const claim = claims.get(`growth/${pattern.name}`);
  const found = claim && claim.evidence && claim.evidence.points ? claim.evidence : null;
  return section(
    "growth",
    "Growth",
    facts(
      [
        ["Class", found ? found.class : bound.class],
        ["May be", [bound.allowed, bound.declared ? null : " (from its latency target)"]],
        ["By keys and limits", h("ul", { class: "plain-list" }, (bound.steps || []).map((step) => h("li", {}, rich(step))))],
        ["By the planner", found ? growthWords(found) : "not planned yet: prove asks the planner"],
        ["Changes of plan", found && found.flips.length ? flipList(found) : null],
        ["Target out of reach", found && found.impossible ? sizeWords(found, found.impossible) : null],
      ],
      "facts panel",
    ),
    found ? growthChart(pattern.name, found) : null,
    found ? h("p", { class: "quiet small" }, `Assumed: ${found.storage}.`) : null,
  );
}

function growthWords(found) {
  const doubt = found.doubt ? `; ${found.robust} with ${found.doubt}` : "";
  return `${found.planned}${found.agreement === "both agree" ? ", as bounded" : ""}${doubt}`;
}

function sizeWords(found, size) {
  return [`from ${showCount(size)} rows of `, nameLink(found.largest), " on"];
}

function flipList(found) {
  const items = found.flips.map((flip) => h("li", {}, `from ${showCount(flip.rows)} rows on: ${flip.after}`));
  return h("ul", { class: "plain-list" }, items);
}

function growthChart(name, found) {
  const points = found.points;
  const height = CHART.top + CHART.panel + CHART.gap + CHART.low + CHART.bottom;
  const first = Math.log10(points[0].size);
  const last = Math.max(Math.log10(points[points.length - 1].size), first + 1);
  const across = CHART.width - CHART.left - CHART.right;
  const x = (size) => CHART.left + ((Math.log10(size) - first) / (last - first)) * across;
  const inside = (size) => size >= points[0].size && size <= points[points.length - 1].size;
  const svg = s("svg", {
    class: "chart",
    viewBox: `0 0 ${CHART.width} ${height}`,
    role: "img",
    "aria-label": `Rows touched, cost and least time of ${name} by rows of ${found.largest}`,
  });
  const work = panel(CHART.top, CHART.panel, [...points.map((p) => p.rows), ...points.map((p) => p.cost)], showCount);
  const time = panel(
    CHART.top + CHART.panel + CHART.gap,
    CHART.low,
    [...points.map((p) => p.seconds), found.target || 0],
    showSeconds,
  );
  const bottom = height - CHART.bottom;
  add(svg, [gridLines(work), gridLines(time)]);
  for (const point of points) {
    add(svg, [s("text", { class: "chart-tick", x: x(point.size), y: bottom + 16, "text-anchor": "middle" }, showCount(point.size))]);
  }
  add(svg, [
    s("text", { class: "chart-tick", x: CHART.left + across / 2, y: bottom + 33, "text-anchor": "middle" }, `rows of ${found.largest}`),
  ]);
  if (found.impossible && inside(found.impossible)) {
    const from = x(found.impossible);
    add(svg, [
      s("rect", { class: "chart-over", x: from, y: CHART.top, width: CHART.width - CHART.right - from, height: bottom - CHART.top }),
    ]);
  }
  for (const flip of found.flips.filter((f) => inside(f.rows))) {
    add(svg, [
      s("line", { class: "chart-flip", x1: x(flip.rows), x2: x(flip.rows), y1: CHART.top, y2: CHART.top + CHART.panel }, s("title", {}, flip.after)),
    ]);
  }
  if (found.horizon && inside(found.horizon)) {
    const here = x(found.horizon);
    const turned = here > CHART.width - 120;
    add(svg, [
      s("line", { class: "chart-horizon", x1: here, x2: here, y1: CHART.top, y2: bottom }),
      s("text", { class: "chart-word", x: here + (turned ? -5 : 5), y: CHART.top - 6, "text-anchor": turned ? "end" : "start" }, "horizon"),
    ]);
  }
  add(svg, [
    series(points, x, work, "cost"),
    series(points, x, work, "rows"),
    series(points, x, time, "seconds"),
    targetLine(found, time),
    legendText(work.top - 6, [["chart-rows", "rows touched"], ["chart-cost", "cost"], ...(found.flips.length ? [["chart-flip", "another plan"]] : [])]),
    legendText(time.top - 6, [["chart-seconds", "least time"], ...(found.target ? [["chart-target", "target"]] : [])]),
  ]);
  return h("figure", { class: "chart-frame" }, svg);
}

// A panel with a logarithmic axis from the least to the greatest of some values.
function panel(top, height, values, show) {
  const real = values.filter((value) => value > 0);
  const low = Math.floor(Math.log10(Math.min(...real, 1e12)));
  const high = Math.max(Math.ceil(Math.log10(Math.max(...real, 1e-9))), low + 1);
  const y = (value) => top + height - ((Math.log10(Math.max(value, 10 ** low)) - low) / (high - low)) * height;
  return { top, height, low, high, y, show };
}

function gridLines(part) {
  const step = Math.max(1, Math.ceil((part.high - part.low) / 6));
  const lines = [];
  for (let power = part.low; power <= part.high; power += step) {
    const y = part.y(10 ** power);
    lines.push(s("line", { class: "chart-grid", x1: CHART.left, x2: CHART.width - CHART.right, y1: y, y2: y }));
    lines.push(s("text", { class: "chart-tick", x: CHART.left - 8, y: y + 4, "text-anchor": "end" }, tickWords(part, power)));
  }
  return lines;
}

function tickWords(part, power) {
  const value = 10 ** power;
  if (part.show === showSeconds && value < 1e-4) return `${Number((value * 1e6).toPrecision(1))}\u00a0µs`;
  return value < 1 && part.show === showCount ? String(Number(value.toPrecision(1))) : part.show(value);
}

function series(points, x, part, key) {
  const shown = points.filter((point) => point[key] > 0);
  if (!shown.length) return null;
  const path = shown.map((point, n) => `${n ? "L" : "M"}${x(point.size).toFixed(1)} ${part.y(point[key]).toFixed(1)}`);
  const dots = shown.map((point) =>
    s(
      "circle",
      { class: `chart-dot chart-${key}`, cx: x(point.size), cy: part.y(point[key]), r: 3 },
      s("title", {}, `${showCount(point.size)} rows: ${key === "rows" ? showCount(point[key]) : `${key === "seconds" ? "" : `${key} `}${showSeconds(point[key])}`}`),
    ),
  );
  return [s("path", { class: `chart-line chart-${key}`, d: path.join("") }), key === "cost" ? null : dots];
}

function targetLine(found, part) {
  if (!found.target) return null;
  const y = part.y(found.target);
  return s("line", { class: "chart-target", x1: CHART.left, x2: CHART.width - CHART.right, y1: y, y2: y });
}

function legendText(y, entries) {
  let at = CHART.left;
  return entries.map(([kind, words]) => {
    const from = at;
    at += 40 + words.length * 6.4;
    return [
      s("line", { class: `chart-line ${kind}`, x1: from, x2: from + 18, y1: y - 4, y2: y - 4 }),
      s("text", { class: "chart-word", x: from + 23, y }, words),
    ];
  });
}
