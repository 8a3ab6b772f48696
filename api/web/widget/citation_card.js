/** Long enough to cross from a number to its card; short enough not to be in the way. */
const LINGER_MS = 250;

/** The card that shows what a number stands for, beside it, within `frame`. It can be pointed at, and Esc closes it. */
class CitationCard {
  /** @param {HTMLElement} frame */
  constructor(frame) {
    this.frame = frame;
    this.element = make("div", { class: "card", id: "card", role: "tooltip", hidden: "" });
    /** @type {HTMLElement | null} */
    this.marker = null;
    this.timer = 0;
    this.element.addEventListener("pointerenter", () => clearTimeout(this.timer));
    this.element.addEventListener("pointerleave", () => this.hideSoon());
  }

  get isShown() {
    return !this.element.hidden;
  }

  /**
   * @param {HTMLElement} marker
   * @param {...(Node | null)} content
   */
  show(marker, ...content) {
    clearTimeout(this.timer);
    this.hide();
    this.marker = marker;
    this.element.replaceChildren(...content.filter((part) => part !== null));
    this.element.hidden = false;
    marker.setAttribute("aria-describedby", this.element.id);
    const sentence = marker.closest(".sentence");
    if (sentence) sentence.classList.add("pointed-at");
    this.place(marker);
  }

  hideSoon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.hide(), LINGER_MS);
  }

  hide() {
    clearTimeout(this.timer);
    this.element.hidden = true;
    if (!this.marker) return;
    this.marker.removeAttribute("aria-describedby");
    const sentence = this.marker.closest(".sentence");
    if (sentence) sentence.classList.remove("pointed-at");
    this.marker = null;
  }

  /**
   * Above the number, or below it where there is no room.
   *
   * @param {HTMLElement} marker
   */
  place(marker) {
    const gap = 8;
    const frame = this.frame.getBoundingClientRect();
    const at = marker.getBoundingClientRect();
    const card = this.element.getBoundingClientRect();
    const above = at.top - frame.top - card.height - gap;
    const top = above >= gap ? above : at.bottom - frame.top + gap;
    const centred = at.left + at.width / 2 - frame.left - card.width / 2;
    const left = Math.max(gap, Math.min(centred, frame.width - card.width - gap));
    this.element.style.top = `${Math.max(gap, Math.min(top, frame.height - card.height - gap))}px`;
    this.element.style.left = `${left}px`;
  }
}
