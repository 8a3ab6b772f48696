// Elements are made from text, never from markup: what articles and answers say stays text.

const SVG = "http://www.w3.org/2000/svg";

// element("p", {class: "muted"}, "text", child, ...): null children are left out, on* attributes are listeners.
function element(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

// What shows letters against their own direction could hide what a text says; elements isolate the rest (style.css).
const shown = (child) => (typeof child === "string" ? child.replace(/[\u202d\u202e]/g, "") : child);

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined).map(shown));
  return node;
}

function select(label, options, chosen, onchange) {
  const choices = options.map(([value, text]) => element("option", {value, selected: value === chosen}, text));
  return element("label", {class: "control"}, element("span", {}, label),
    element("select", {onchange: (event) => onchange(event.target.value)}, choices));
}

function section(id, title, ...children) {
  return element("section", {id}, element("h2", {}, title), children);
}

// A long name that may break behind its dots and underscores.
function breakable(name) {
  return element("span", {class: "breakable"}, name.split(/(?<=[._@])/).flatMap((part, at) => (at ? [element("wbr"), part] : [part])));
}

const data = JSON.parse(document.getElementById("data").textContent);
const aboutMeasure = Object.fromEntries(data.about_measures.map((about) => [about.name, about]));

const digits = {share: 3, gain: 3, words: 1, ms: 1};

function format(value, unit) {
  if (value === null || value === undefined) return "–";
  const text = value.toLocaleString("en", {minimumFractionDigits: digits[unit], maximumFractionDigits: digits[unit]});
  return unit === "ms" ? `${text} ms` : text;
}

function formatSigned(value, unit) {
  return (value > 0 ? "+" : "") + format(value, unit).replace("-", "−");
}

// ?theme=dark or the button; the system's choice otherwise.
function themeButton() {
  const root = document.documentElement;
  const asked = new URLSearchParams(location.search).get("theme");
  if (asked) root.dataset.theme = asked;
  const isDark = () => (root.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  const name = () => (isDark() ? "Light" : "Dark");
  const button = element("button", {type: "button", class: "quiet", onclick: () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    button.textContent = name();
  }}, "");
  button.textContent = name();
  return button;
}
