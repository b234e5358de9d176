// How long a pattern takes: measured at three sizes, and what that makes of it at the horizon.

const QUANTILES = ["p50", "p95", "p99"];

function measuredSection(pattern) {
  const claim = claims.get(`latency/${pattern.name}`);
  const found = claim && claim.evidence && claim.evidence.sizes ? claim.evidence : null;
  if (!found) return null;
  const largest = found.sizes[found.sizes.length - 1];
  return section(
    "measured",
    "Measured",
    facts(
      [
        ["Verdict", [mark(stateOf(claim)), " ", rich(reasonOf(claim) || claim.promise)]],
        [`With ${showCount(largest.rows)} rows`, QUANTILES.map((q) => `${q} ${showMilliseconds(largest[q])}`).join(", ")],
        [`At the horizon, ${showCount(found.horizon.rows)} rows`, reachWords(found.horizon)],
        ["At once", togetherWords(found.together)],
        ["Sessions at peak", found.sessions_at_peak],
      ],
      "facts panel",
    ),
    measuredChart(pattern, found),
    h(
      "p",
      { class: "quiet small" },
      "Dots were measured. A bar reaches from all pages in memory to as many read from disk as memory will not hold.",
    ),
  );
}

function showMilliseconds(value) {
  return value ? showSeconds(value / 1000) : "0\u00a0ms";
}

function reachWords(horizon) {
  const [low, , high] = horizon.p95;
  return `p95 from ${showMilliseconds(low)} to ${showMilliseconds(high)}`;
}

function togetherWords(together) {
  if (!together) return null;
  const calls = `${showCount(together.calls_per_second)} calls a second`;
  return `${plural(together.sessions, "session")}: ${calls}, p95 ${showMilliseconds(together.p95)}`;
}

function measuredChart(pattern, found) {
  const targets = Object.entries(found.targets || {}).map(([q, target]) => [q, target / 1000]);
  const sizes = found.sizes.map((size) => ({
    size: Math.max(size.rows, 1),
    ...Object.fromEntries(QUANTILES.map((q) => [q, size[q] / 1000])),
  }));
  const horizon = Math.max(found.horizon.rows, 1);
  const reaches = QUANTILES.map((q) => [q, found.horizon[q].map((value) => value / 1000)]);
  const times = [...sizes.flatMap((p) => QUANTILES.map((q) => p[q])), ...reaches.flatMap(([, r]) => r), ...targets.map(([, t]) => t)];
  const height = CHART.top + CHART.panel + CHART.bottom;
  const part = panel(CHART.top, CHART.panel, times, showSeconds);
  const first = Math.log10(sizes[0].size);
  const last = Math.max(Math.log10(horizon), first + 1);
  const across = CHART.width - CHART.left - CHART.right - 24;
  const x = (size) => CHART.left + 8 + ((Math.log10(size) - first) / (last - first)) * across;
  const svg = s("svg", {
    class: "chart",
    viewBox: `0 0 ${CHART.width} ${height}`,
    role: "img",
    "aria-label": `Time of ${pattern.name} by rows within reach of a call`,
  });
  add(svg, [gridLines(part), rowTicks([...sizes.map((p) => p.size), horizon], x, height, found.grows_with)]);
  add(svg, [...targets.map(([q, target]) => targetOf(q, target, part)), ...QUANTILES.map((q) => series(sizes, x, part, q))]);
  reaches.forEach(([q, reach], n) => add(svg, [reachBar(q, reach, sizes[sizes.length - 1], horizon, n, x, part)]));
  add(svg, [legendText(part.top - 6, [...QUANTILES.map((q) => [`chart-${q}`, q]), ...(targets.length ? [["chart-target", "target"]] : [])])]);
  return h("figure", { class: "chart-frame" }, svg);
}

// Ticks that stand too close to the one before are left out; the last one always stands.
function rowTicks(sizes, x, height, grows) {
  const bottom = height - CHART.bottom;
  const shown = sizes.filter((size, n) => n === sizes.length - 1 || x(sizes[n + 1]) - x(size) > 42);
  return [
    shown.map((size) => s("text", { class: "chart-tick", x: x(size), y: bottom + 16, "text-anchor": "middle" }, showCount(size))),
    s("text", { class: "chart-tick", x: CHART.width / 2, y: bottom + 33, "text-anchor": "middle" }, `rows of ${grows} within reach of a call; the last at the horizon`),
  ];
}

function targetOf(quantile, target, part) {
  const y = part.y(target);
  const title = s("title", {}, `${quantile} within ${showSeconds(target)}`);
  return s("line", { class: "chart-target", x1: CHART.left, x2: CHART.width - CHART.right, y1: y, y2: y }, title);
}

function reachBar(quantile, [low, expected, high], from, size, place, x, part) {
  const here = x(size) + (place - 1) * 7;
  const kind = `chart-line chart-${quantile}`;
  const cap = (value) => s("line", { class: kind, x1: here - 4, x2: here + 4, y1: part.y(value), y2: part.y(value) });
  return [
    s("line", { class: `${kind} chart-ahead`, x1: x(from.size), y1: part.y(from[quantile]), x2: here, y2: part.y(expected) }),
    s(
      "line",
      { class: kind, x1: here, x2: here, y1: part.y(low), y2: part.y(high) },
      s("title", {}, `${quantile} at the horizon: ${showSeconds(low)} to ${showSeconds(high)}`),
    ),
    cap(low),
    cap(high),
  ];
}
