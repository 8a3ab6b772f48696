/** Numbers and what they open: a card when pointed at or focused, the drawer when pressed. */
class Citations {
  /**
   * @param {Frame} frame
   * @param {Site} site
   * @param {TurnHost} host
   */
  constructor(frame, site, host) {
    this.host = host;
    this.frame = frame;
    this.card = new CitationCard(frame.panel);
    this.site = site;
    /** @type {Drawer | null} */
    this.drawer = null;
    /** Where the focus came from. @type {HTMLElement | null} */
    this.opener = null;
    /** What each number on show stands for. @type {WeakMap<Element, {source: Source, citation: Citation}>} */
    this.meanings = new WeakMap();
    frame.panel.append(this.card.element);
    this.watch(frame.scroller);
  }

  /** @param {HTMLElement} scroller */
  watch(scroller) {
    scroller.addEventListener("pointerover", (event) => {
      if (event.pointerType === "mouse") this.pointAt(event.target);
    });
    scroller.addEventListener("pointerout", () => this.card.hideSoon());
    scroller.addEventListener("focusin", (event) => {
      if (event.target instanceof Element && event.target.matches(":focus-visible")) this.pointAt(event.target);
    });
    scroller.addEventListener("focusout", () => this.card.hide());
    scroller.addEventListener("scroll", () => this.followScroll(), { passive: true });
  }

  /** Scrolling hides the card, unless it was the focus that scrolled to its number. */
  followScroll() {
    const focused = this.card.isShown && this.host.focused;
    this.card.hide();
    if (focused && focused.matches(":focus-visible")) this.pointAt(focused);
  }

  /** @param {EventTarget | null} target */
  pointAt(target) {
    const marker = target instanceof Element ? target.closest("button") : null;
    const meaning = marker && this.meanings.get(marker);
    // The pointer is said to be over a number for a moment after the drawer has covered it.
    if (!marker || !meaning || !marker.getClientRects().length) return;
    const { source, citation } = meaning;
    this.card.show(
      marker,
      make("p", { class: "name", dir: "auto", lang: source.language }, source.title),
      make("p", { class: "origin" }, this.host.describe(source)),
      make("p", { class: "origin", dir: "auto" }, (citation.context || []).map((part) => part.text).join(" · ")),
      make("p", { class: "quote", dir: "auto", lang: source.language }, citation.quote),
    );
  }

  /**
   * @param {Source} source
   * @param {Citation | null} citation
   */
  async openSource(source, citation) {
    const { frame, host } = this;
    this.opener = host.focused;
    this.card.hide();
    const later = await loadLater();
    if (!later) return host.status(host.say("unreachable"));
    const drawer = (this.drawer ??= new later.Drawer(this.site, host, frame.body, () => this.returnFocus()));
    frame.panel.classList.add("reading");
    drawer.open(source, citation);
  }

  returnFocus() {
    this.frame.panel.classList.remove("reading");
    const opener = this.opener && this.opener.isConnected ? this.opener : this.frame.input;
    opener.focus({ preventScroll: true });
  }

  /** Closes the card, else the drawer. Returns whether there was one. */
  closeOne() {
    if (this.card.isShown) this.card.hide();
    else if (this.drawer?.isOpen) this.drawer.close();
    else return false;
    return true;
  }

  closeAll() {
    while (this.closeOne());
  }
}
