// Numbers as people read them.

function scaled(value, units, step, gap) {
  let unit = 0;
  while (value >= step && unit < units.length - 1) {
    value /= step;
    unit += 1;
  }
  const shown = value >= 100 || Number.isInteger(value) ? Math.round(value) : Number(value.toPrecision(3));
  return units[unit] ? `${shown}${gap}${units[unit]}` : String(shown);
}

function showCount(value) {
  return scaled(value || 0, ["", "k", "M", "G", "T"], 1000, "\u00a0");
}

function showBytes(value) {
  return scaled(value || 0, ["B", "kB", "MB", "GB", "TB", "PB"], 1024, "\u00a0");
}

function showSeconds(value) {
  if (!value) return "";
  return value < 1 ? `${Number((value * 1000).toPrecision(2))}\u00a0ms` : `${Number(value.toPrecision(3))}\u00a0s`;
}

function plural(count, one, many) {
  return `${count.toLocaleString("en")}\u00a0${count === 1 ? one : many || `${one}s`}`;
}

function tableBytes(table, moment) {
  const size = table.size;
  return size ? size[`${moment}Bytes`] : 0;
}
