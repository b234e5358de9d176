// Building the page. Every text becomes a text node or an attribute value, so nothing a design says is ever markup.

const SVG = "http://www.w3.org/2000/svg";

function h(tag, attributes, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

function s(tag, attributes, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  add(element, children);
  return element;
}

function add(element, children) {
  for (const child of children) {
    if (Array.isArray(child)) add(element, child);
    else if (child instanceof Node) element.append(child);
    else if (child !== undefined && child !== null && child !== false && child !== "") element.append(String(child));
  }
}

function replace(element, ...children) {
  element.replaceChildren();
  add(element, children);
}

function byId(id) {
  return document.getElementById(id);
}

function whenIdle(task) {
  if (window.requestIdleCallback) window.requestIdleCallback(task);
  else setTimeout(task, 50);
}

// Children with something between each two of them.
function joined(children, separator = ", ") {
  return children.flatMap((child, position) => (position ? [separator, child] : [child]));
}

const ICONS = {
  held: "M3 8.5 6.5 12 13 4.5",
  broken: "M4 4 12 12 M12 4 4 12",
  untested: "M5.5 6a2.5 2.5 0 1 1 3.6 2.2c-.7.4-1.1.9-1.1 1.6 M8 12.6v.1",
  pending: "M3.5 8h9",
  search: "M11 11 14 14 M12.2 7.1a5.1 5.1 0 1 1-10.2 0a5.1 5.1 0 0 1 10.2 0",
  menu: "M2.5 4.5h11 M2.5 8h11 M2.5 11.5h11",
  theme: "M13 9.6A5.6 5.6 0 1 1 6.4 3a4.4 4.4 0 0 0 6.6 6.6z",
};

function icon(name) {
  const path = s("path", { d: ICONS[name] });
  return s("svg", { class: `icon icon-${name}`, viewBox: "0 0 16 16", "aria-hidden": "true" }, path);
}
