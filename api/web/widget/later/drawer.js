/** Beside or over the conversation: a passage with the quote marked, and the ways on to its article. */
class Drawer {
  /**
   * @param {Site} site
   * @param {TurnHost} host
   * @param {HTMLElement} place
   * @param {() => void} onClose
   */
  constructor(site, host, place, onClose) {
    this.site = site;
    this.host = host;
    this.element = make("aside", { class: "drawer", "aria-labelledby": "passage", hidden: "" });
    this.close = () => {
      this.element.hidden = true;
      onClose();
    };
    place.append(this.element);
  }

  get isOpen() {
    return !this.element.hidden;
  }

  /**
   * @param {Source} source
   * @param {Citation | null} citation
   */
  open(source, citation) {
    const { host } = this;
    const back = iconButton("back", host.say("back"), this.close);
    const plain = this.passage(source, citation);
    const heading = make("h3", { id: "passage", tabindex: -1, dir: "auto" }, source.title);
    this.element.replaceChildren(
      make("div", { class: "drawer-bar" }, back, make("span", {}, host.say("passage")), source.number ? make("span", { class: "number" }, String(source.number)) : null),
      make(
        "div",
        { class: "drawer-text", tabindex: 0, role: "group", "aria-labelledby": "passage" },
        heading,
        make("p", { class: "origin" }, host.describe(source)),
        plain,
        citation ? make("p", { class: "checked" }, icon("check"), host.say("quoted")) : make("p", { class: "quiet" }, host.say("not_quoted")),
        this.ways(source, citation),
        this.copies(source),
      ),
    );
    this.element.hidden = false;
    heading.focus({ preventScroll: true });
    this.showQuote();
    this.addView(plain, source, citation);
  }

  /**
   * Puts the passage as its page has it, with lists and tables, in the place of its plain text, if it can be had.
   *
   * @param {HTMLElement} plain
   * @param {Source} source
   * @param {Citation | null} citation
   */
  async addView(plain, source, citation) {
    const view = await passageView(this.site, source, citation);
    if (!view || !plain.isConnected) return;
    if (this.reading) {
      this.reading.href = readingPage(this.site, source, citation ? citation.source_span : source.passage, view.path);
      this.reading.hidden = false;
    }
    const blocks = inBlocks(view, this.host, source, citation);
    if (!blocks) return;
    plain.replaceWith(blocks);
    this.showQuote();
  }

  /**
   * @param {Source} source
   * @param {Citation | null} citation
   */
  passage(source, citation) {
    const around = citation && aroundQuote(source.passage, citation);
    const quote = citation ? citation.quote : "";
    const [before, marked, after] = around || (citation ? ["", quote, ""] : [source.passage.text, "", ""]);
    return make("blockquote", { dir: "auto", lang: source.language }, before, marked ? make("mark", {}, marked) : null, after);
  }

  /**
   * @param {Source} source
   * @param {Citation | null} citation
   */
  ways(source, citation) {
    const { host } = this;
    const span = citation ? citation.source_span : source.passage;
    const original = webAddress(source.url);
    this.reading = outwardLink(readingPage(this.site, source, span), host.say("read"), host.say("new_tab"));
    // A key never goes into an address, and without one this address is closed until the service has signed it.
    this.reading.hidden = this.site.key !== "";
    return make(
      "p",
      { class: "ways" },
      this.reading,
      original && outwardLink(original, host.say("original"), host.say("new_tab")),
    );
  }

  /** @param {Source} source */
  copies(source) {
    const names = source.copies.map((copy) => this.host.describe(copy)).join("; ");
    return names ? make("p", { class: "note", dir: "auto" }, this.host.say("copies_one", names)) : null;
  }

  /** Scrolls the drawer alone; scrollIntoView would move the host page. */
  showQuote() {
    const text = this.element.querySelector(".drawer-text");
    const mark = this.element.querySelector("mark");
    if (!text || !mark) return;
    const offset = mark.getBoundingClientRect().top - text.getBoundingClientRect().top;
    text.scrollTop = Math.max(0, offset - text.clientHeight / 3);
    const table = mark.closest(".table");
    if (table) table.scrollLeft += mark.getBoundingClientRect().left - table.getBoundingClientRect().left - table.clientWidth / 2;
  }
}

/**
 * Our page that shows this version of the article with the span marked.
 *
 * @param {Site} site
 * @param {Reference} source
 * @param {Span} span
 * @param {string} [path] a signed one
 */
function readingPage(site, source, span, path) {
  const page = path || `/articles/${encodeURIComponent(source.article_id)}?v=${encodeURIComponent(source.content_hash)}`;
  return `${site.endpoint}${page}&start=${span.start}&end=${span.end}#quote`;
}

/**
 * A passage around its quote: what is before it, itself, what is after it. Null when it is not where it should be.
 *
 * @param {Span & {text: string}} passage
 * @param {Citation} citation
 */
function aroundQuote(passage, citation) {
  const from = citation.source_span.start - passage.start;
  const to = citation.source_span.end - passage.start;
  if (from < 0 || sliceCodePoints(passage.text, from, to) !== citation.quote) return null;
  return [sliceCodePoints(passage.text, 0, from), citation.quote, sliceCodePoints(passage.text, to)];
}

/**
 * A link that opens beside the host page, and tells the other side nothing about it.
 *
 * @param {string} address
 * @param {string} text
 * @param {string} hint said, not shown
 */
function outwardLink(address, text, hint) {
  return make(
    "a",
    { href: address, target: "_blank", rel: "noopener noreferrer nofollow" },
    text,
    make("span", { class: "unseen" }, ` ${hint}`),
    icon("out"),
  );
}
