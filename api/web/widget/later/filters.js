/** @typedef {{articles: number, publishers: Count[], languages: Count[], earliest: string | null, latest: string | null}} Library */
/** @typedef {{value: string, count: number}} Count */

/**
 * A button in the head of the chat and what it opens, where the articles have several publishers, languages or days.
 *
 * @param {Chat} chat
 * @returns {Promise<Filters | null>}
 */
async function offerFilters(chat) {
  /** @type {Library | null} */
  const library = await get(chat.site, "/v1/library");
  if (!library || !(library.publishers.length > 1 || library.languages.length > 1 || library.earliest !== library.latest)) return null;
  return new Filters(chat, library);
}

/** What answers are narrowed to. */
class Filters {
  /**
   * @param {Chat} chat
   * @param {Library} library
   */
  constructor(chat, library) {
    this.chat = chat;
    this.publishers = this.choices("publishers", library.publishers, (name) => name);
    const names = new Intl.DisplayNames([chat.language], { type: "language" });
    this.languages = this.choices("languages", library.languages, (tag) => names.of(tag) || tag);
    const { earliest, latest } = library;
    const days = { type: "date", min: earliest, max: latest };
    this.from = make("input", days);
    this.to = make("input", days);
    const dates = make("div", { class: "dates" }, make("label", {}, chat.say("from"), this.from), make("label", {}, chat.say("to"), this.to));
    const clear = () => (this.form.reset(), this.show());
    const close = () => this.toggle(false);
    this.form = make(
      "form",
      { class: "filters", id: "filters", "aria-label": chat.say("filter"), hidden: "", submit: (/** @type {Event} */ event) => (event.preventDefault(), close()), change: () => this.show() },
      this.publishers,
      this.languages,
      earliest !== latest ? dates : null,
      make("p", { class: "ends" }, make("button", { type: "submit", class: "button" }, chat.say("done")), make("button", { type: "button", class: "button", click: clear }, chat.say("all"))),
    );
    this.button = make(
      "button",
      { type: "button", class: "icon-button", "aria-label": chat.say("filter"), title: chat.say("filter"), "aria-expanded": "false", "aria-controls": "filters", click: () => this.toggle(this.form.hidden) },
      icon("filter"),
    );
    this.line = make("p", { class: "narrowed", hidden: "" });
    for (const element of [this.form, this.button]) element.addEventListener("keydown", (/** @type {any} */ event) => this.escape(event));
    const head = /** @type {HTMLElement} */ (chat.frame.panel.querySelector(".head"));
    head.children[2].before(this.button);
    head.after(this.form, this.line);
  }

  /**
   * @param {"publishers" | "languages"} name
   * @param {Count[]} counts
   * @param {(value: string) => string} nameOf
   */
  choices(name, counts, nameOf) {
    if (counts.length < 2) return null;
    const rows = counts.map(({ value, count }) =>
      make("label", {}, make("input", { type: "checkbox", value, "data-name": nameOf(value) }), make("span", { dir: "auto" }, nameOf(value)), make("small", {}, String(count))),
    );
    return make("fieldset", {}, make("legend", {}, this.chat.say(name)), make("div", { class: "choices" }, ...rows));
  }

  /** @param {boolean} isOpen */
  toggle(isOpen) {
    this.form.hidden = !isOpen;
    this.button.ariaExpanded = String(isOpen);
    const target = isOpen ? this.form.querySelector("input") : this.button;
    if (target) target.focus({ preventScroll: true });
    this.show();
    if (!isOpen) this.chat.status(this.words);
  }

  /** @param {KeyboardEvent} event */
  escape(event) {
    if (event.key !== "Escape" || this.form.hidden) return;
    event.stopPropagation();
    this.toggle(false);
  }

  show() {
    this.line.textContent = this.words;
    this.line.hidden = !this.words || !this.form.hidden;
    this.button.classList.toggle("set", !!this.words);
    this.button.title = this.button.ariaLabel = [this.chat.say("filter"), this.words].filter(Boolean).join(": ");
  }

  /** @returns {[string, string]} from and until when, each empty for any day */
  get days() {
    const [from, to] = [this.from.value, this.to.value];
    return from && to && from > to ? [to, from] : [from, to];
  }

  /** The request's `filters`; undefined when there are none. */
  get wanted() {
    const [from, to] = this.days;
    const wanted = {
      publisher: chosen(this.publishers).map((input) => input.value),
      language: chosen(this.languages).map((input) => input.value),
      ...(from && { published_from: from }),
      ...(to && { published_to: to }),
    };
    return this.words ? wanted : undefined;
  }

  /** What they come to, for people; empty when there are none. */
  get words() {
    const { chat } = this;
    const format = new Intl.DateTimeFormat(chat.language, { dateStyle: "medium", timeZone: "UTC" });
    const [from, to] = this.days.map((day) => day && format.format(new Date(day)));
    const names = [...chosen(this.publishers), ...chosen(this.languages)].map((input) => `\u2068${input.dataset.name}\u2069`);
    const parts = [names.join(", "), from && chat.say("since", from), to && chat.say("until", to)].filter(Boolean);
    return parts.length ? chat.say("only", parts.join(" · ")) : "";
  }
}

/**
 * @param {HTMLElement | null} choices
 * @returns {HTMLInputElement[]}
 */
function chosen(choices) {
  return choices ? [.../** @type {NodeListOf<HTMLInputElement>} */ (choices.querySelectorAll("input:checked"))] : [];
}
