/**
 * An element with attributes and children. Strings become text nodes: nothing is ever parsed as HTML.
 * An attribute that is null is left out; a function is a listener, by the name of its event.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string | number | null | ((event: any) => void)>} attributes
 * @param {...(Node | string | null)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value !== null) element.setAttribute(name, String(value));
  }
  // Letters are shown in their own direction, whatever a text says: no writing needs that, and it could hide what is said.
  for (const child of children) {
    if (child !== null) element.append(typeof child === "string" ? child.replace(/[\u202d\u202e]/g, "") : child);
  }
  return element;
}

/** Paths in a square of 24, drawn as lines. @type {Record<string, string>} */
const ICONS = {
  ask: "M5 4h14a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2h-7l-5 4v-4H5a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2zM8 10.5l2.6 2.6L16 8",
  close: "M6 6l12 12M18 6L6 18",
  clear: "M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13",
  send: "M12 19V5M5 12l7-7 7 7",
  stop: "M7 7h10v10H7z",
  check: "M5 12l5 5 9-9",
  copy: "M9 9h11v11H9zM15 9V4H4v11h5",
  up: "M7 11v9H4v-9zM7 11l4-8c2 0 2.5 1.5 2 4l-.5 3H18a2 2 0 0 1 2 2.4l-1.2 6A2 2 0 0 1 16.8 20H7",
};

/** @param {string} name */
function icon(name) {
  const namespace = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(namespace, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", `icon icon-${name}`);
  const path = document.createElementNS(namespace, "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

/**
 * A button that shows an icon, and says its name to those who hear it or point at it.
 *
 * @param {string} name
 * @param {string} label
 * @param {(event: any) => void} onClick
 */
function iconButton(name, label, onClick) {
  return make("button", { type: "button", class: "icon-button", "aria-label": label, title: label, click: onClick }, icon(name));
}

/**
 * The address if a reader may be sent there. Articles bring their own addresses, `javascript:` ones among them.
 *
 * @param {string | null} address
 */
function webAddress(address) {
  return address && /^https?:\/\//i.test(address) ? address : null;
}
