/**
 * A passage as the service shows it: text in blocks, none of it markup.
 *
 * @typedef {{text: string, marked: boolean}} Piece
 * @typedef {{pieces: Piece[], scope: string, names_marked: boolean}} ShownCell
 * @typedef {{kind: string, level: number, pieces: Piece[], ordinal: number | null, cells: ShownCell[]}} ShownBlock
 * @typedef {{page: number | null, path: string, groups: ShownBlock[][]}} PassageView
 */

/** @type {Record<string, "blockquote" | "pre" | "h4">} */
const TAGS = { heading: "h4", quotation: "blockquote", code: "pre" };

/**
 * @param {Site} site
 * @param {Source} source
 * @param {Citation | null} citation
 * @returns {Promise<PassageView | null>} null when it cannot be had
 */
function passageView(site, source, citation) {
  const { passage } = source;
  const mark = citation ? citation.source_span : { start: passage.start, end: passage.start };
  const wanted = Object.entries({
    v: source.content_hash,
    start: Math.min(passage.start, mark.start),
    end: Math.max(passage.end, mark.end),
    mark_start: mark.start,
    mark_end: mark.end,
  });
  const query = wanted.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&");
  return get(site, `/articles/${encodeURIComponent(source.article_id)}/passage?${query}`);
}

/**
 * Null when it does not hold the quote where it should.
 *
 * @param {PassageView} view
 * @param {TurnHost} host
 * @param {Source} source
 * @param {Citation | null} citation
 */
function inBlocks(view, host, source, citation) {
  if (!view.groups.length) return null;
  const groups = view.groups.map((blocks) => group(blocks, host));
  const shown = make("div", { class: "blocks", lang: source.language }, view.page ? make("p", { class: "origin" }, host.say("page", view.page)) : null, ...groups);
  const marked = [...shown.querySelectorAll("mark")].map((one) => one.textContent).join("");
  return withoutSpace(marked) === withoutSpace(citation ? make("p", {}, citation.quote).textContent || "" : "") ? shown : null;
}

/** @param {string} text */
function withoutSpace(text) {
  return text.replace(/\s+/g, "");
}

/**
 * What the service has there; null when that is nothing, for whatever reason.
 *
 * @param {Site} site
 * @param {string} path
 * @returns {Promise<any>}
 */
async function get(site, path) {
  try {
    const headers = site.key ? { Authorization: `Bearer ${site.key}` } : undefined;
    const response = await fetch(site.endpoint + path, { headers, credentials: "omit" });
    return response.ok ? await response.json() : null;
  } catch {
    return null;
  }
}

/**
 * @param {ShownBlock[]} blocks
 * @param {TurnHost} host
 */
function group(blocks, host) {
  const [first] = blocks;
  if (first.kind === "row") {
    const table = make("table", {}, ...blocks.map(row));
    return make("div", { class: "table", tabindex: 0, role: "group", "aria-label": host.say("table") }, table);
  }
  if (first.kind === "item") return make(first.ordinal === null ? "ul" : "ol", {}, ...blocks.map(item));
  return make(TAGS[first.kind] || "p", { class: first.kind, dir: "auto" }, ...first.pieces.map(piece));
}

/** @param {ShownBlock} block */
function row(block) {
  return make("tr", {}, ...block.cells.map(({ pieces, scope, names_marked }) =>
    make(scope ? "th" : "td", { dir: "auto", scope: scope || null, class: names_marked ? "names" : null }, ...pieces.map(piece)),
  ));
}

/** @param {ShownBlock} block */
function item(block) {
  return make("li", { dir: "auto", class: `level-${block.level}`, value: block.ordinal }, ...block.pieces.map(piece));
}

/** @param {Piece} piece */
function piece({ text, marked }) {
  return marked ? make("mark", {}, text) : text;
}
