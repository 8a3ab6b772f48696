/** Earlier turns that a follow-up may refer to. */
const TURNS_SENT = 8;
const MOST_CHARACTERS = 2000;
const SLOW_MS = 10_000;

/** Where the script came from: an element that names no endpoint asks there. */
let ownEndpoint = "";
let ownNonce = "";

/** For all chats of the page. A host's policy may forbid style elements; it does not forbid this. */
const sheet = new CSSStyleSheet();
sheet.replaceSync(STYLE);

/**
 * `<assistant-chat>`. Attributes: `data-endpoint`, `data-key`, `data-title`, `data-theme` (auto, light, dark),
 * `data-lang`, `data-questions` (separated by |), `dir`. With `data-floating` it is a launcher and a panel.
 *
 * Events, which bubble: `assistant:answer` with the answer, `assistant:error` with the failure.
 */
class Chat extends HTMLElement {
  static observedAttributes = ["data-theme"];

  // Made when the element is first connected, as its attributes are not there before.
  /** @type {string} */
  language;
  /** @type {Site} */
  site;
  /** @type {Frame} */
  frame;
  /** @type {Citations} */
  citations;
  /** @type {ReturnType<typeof conversationStore>} */
  store;

  constructor() {
    super();
    this.root = make("div", { class: "root" });
    /** @type {Turn[]} */
    this.turns = [];
    /** @type {AbortController | null} */
    this.stopper = null;
    /** @type {Filters | null} */
    this.filters = null;
    /** Resolves when the answer on its way has ended. @type {Promise<void>} */
    this.settled = Promise.resolve();
    this.slowly = 0;
    this.isBuilt = false;
    this.darkness = matchMedia("(prefers-color-scheme: dark)");
    this.dress = () => {
      const theme = this.dataset.theme;
      const isDark = theme === "dark" || (theme !== "light" && this.darkness.matches);
      this.root.dataset.theme = isDark ? "dark" : "light";
    };
    this.fitScreen = () => {
      const screen = visualViewport;
      if (!screen) return;
      this.root.style.setProperty("--seen-height", `${screen.height}px`);
      this.root.style.setProperty("--seen-top", `${screen.offsetTop}px`);
    };
  }

  connectedCallback() {
    if (!this.isBuilt) this.build();
    this.dress();
    this.darkness.addEventListener("change", this.dress);
    if (visualViewport && this.isFloating) visualViewport.addEventListener("resize", this.fitScreen);
  }

  disconnectedCallback() {
    this.stop();
    this.darkness.removeEventListener("change", this.dress);
    if (visualViewport) visualViewport.removeEventListener("resize", this.fitScreen);
  }

  build() {
    this.isBuilt = true;
    const { dataset } = this;
    const language = knownLanguage(dataset.lang, document.documentElement.lang, navigator.language);
    this.language = LANGUAGES[language] ? language : "en";
    this.site = { endpoint: (dataset.endpoint || ownEndpoint).replace(/\/+$/, ""), key: dataset.key || "" };
    this.store = conversationStore(this.site, this.isFloating ? "floating" : this.id || "inline");
    this.frame = new Frame(this);
    this.citations = new Citations(this.frame, this.site, this);
    this.root.lang = this.language;
    this.root.dir = getComputedStyle(this).direction;
    this.root.append(this.frame.launcher, this.frame.panel);
    this.guardKeys();
    this.frame.panel.addEventListener("focusin", () => this.offerFilters(), { once: true });
    this.restore();
    // What is restored was read before: it is there before anybody listens for additions.
    const shadow = this.attachShadow({ mode: "open" });
    shadow.adoptedStyleSheets = [sheet];
    shadow.append(this.root);
  }

  restore() {
    const { turns, open } = this.store.load();
    for (const turn of turns) {
      // Other scripts of the host page can write there too: what cannot be shown is left out.
      try {
        const view = new TurnView(turn, this);
        view.finish();
        this.frame.log.append(view.element);
        this.turns.push(turn);
      } catch {
        continue;
      }
    }
    this.frame.welcome.hidden = this.turns.length > 0;
    if (open) this.open();
  }

  /** What answers may be narrowed to is asked for when somebody turns to the chat, not by every page that shows it. */
  async offerFilters() {
    const later = await loadLater();
    this.filters = later && (await later.offerFilters(this));
  }

  /** Esc closes one thing at a time. Keys typed here are not the host page's shortcuts. */
  guardKeys() {
    for (const kind of ["keydown", "keypress", "keyup"]) {
      this.root.addEventListener(kind, (event) => event.stopPropagation());
    }
    this.frame.panel.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.isComposing) return;
      if (!this.citations.closeOne()) this.close();
    });
  }

  /** Opens the panel for a reader who wants to type. */
  launch() {
    this.open();
    this.frame.input.focus({ preventScroll: true });
  }

  /**
   * The button that was pressed may be gone after it: the focus goes where the next question is typed.
   *
   * @param {string} question
   */
  askAgain(question) {
    this.ask(question);
    this.launch();
  }

  /**
   * @param {Source} source
   * @param {Citation | null} citation
   */
  openSource(source, citation) {
    this.citations.openSource(source, citation);
  }

  /**
   * @param {Element} marker
   * @param {Source} source
   * @param {Citation} citation
   */
  explain(marker, source, citation) {
    this.citations.meanings.set(marker, { source, citation });
  }

  attributeChangedCallback() {
    this.dress();
  }

  /** @returns {HTMLElement | null} */
  get focused() {
    const element = this.shadowRoot && this.shadowRoot.activeElement;
    return element instanceof HTMLElement ? element : null;
  }

  get isFloating() {
    return "floating" in this.dataset;
  }

  /** Shows the panel. The focus stays where it is: that is for the reader to move. */
  open() {
    if (!this.isFloating || !this.frame.panel.hidden) return;
    this.frame.panel.hidden = false;
    this.frame.launcher.hidden = true;
    this.fitScreen();
    this.frame.scroller.scrollTop = this.frame.scroller.scrollHeight;
    this.save();
  }

  /** Hides the panel; inline, there is nothing to hide. */
  close() {
    if (!this.isFloating || this.frame.panel.hidden) return;
    const hadFocus = this.focused !== null;
    this.citations.card.hide();
    this.frame.panel.hidden = true;
    this.frame.launcher.hidden = false;
    if (hadFocus) this.frame.launcher.focus({ preventScroll: true });
    this.save();
  }

  /**
   * Asks, and shows what comes. Resolves to the answer, or null when none came.
   *
   * @param {string} question
   * @returns {Promise<Answer | null>}
   */
  async ask(question) {
    const text = sliceCodePoints(question.trim(), 0, MOST_CHARACTERS);
    if (!text) return null;
    this.open();
    this.stop();
    /** @type {Turn} */
    const turn = { question: text, state: "running", answer: emptyAnswer(), failure: null, vote: "", only: this.filters?.words };
    const filters = this.filters?.wanted;
    // One after another, however fast they are asked, and whatever became of the one before.
    this.settled = this.settled.catch(() => {}).then(() => {
      const history = this.history();
      this.turns.push(turn);
      this.save();
      return this.run(turn, { question: text, history, filters });
    });
    await this.settled;
    return turn.state === "done" ? turn.answer : null;
  }

  /** Ends the answer that is on its way, here and at the service. */
  stop() {
    if (this.stopper) this.stopper.abort();
  }

  /**
   * @param {Turn} turn
   * @param {object} asked
   */
  async run(turn, asked) {
    const stopper = (this.stopper = new AbortController());
    const view = new TurnView(turn, this);
    this.showRunning(view);
    try {
      for await (const event of askService(this.site, asked, stopper)) {
        turn.answer = withEvent(turn.answer, event);
        this.progress(event, view);
      }
      turn.state = "done";
    } catch (error) {
      this.endBadly(turn, error, stopper.signal.aborted);
    }
    if (this.stopper === stopper) this.stopper = null;
    if (this.turns.includes(turn)) this.settle(turn, view);
  }

  /**
   * @param {ServerEvent} event
   * @param {TurnView} view
   */
  progress(event, view) {
    if (event.name === "sources") this.status(this.say("checking"));
    if (event.name === "answer.completed") return;
    const isAtEnd = this.frame.scroller.scrollHeight - this.frame.scroller.scrollTop - this.frame.scroller.clientHeight < 40;
    view.grow();
    if (isAtEnd) this.frame.scroller.scrollTop = this.frame.scroller.scrollHeight;
  }

  /**
   * @param {Turn} turn
   * @param {unknown} error
   * @param {boolean} wasStopped
   */
  endBadly(turn, error, wasStopped) {
    if (!(error instanceof AskFailed) && wasStopped) {
      turn.state = "stopped";
      turn.answer = checkedPart(turn.answer);
      return;
    }
    turn.state = "failed";
    turn.answer = emptyAnswer();
    turn.failure = error instanceof AskFailed ? error.failure : failed("mismatch").failure;
  }

  /** @param {TurnView} view */
  showRunning(view) {
    this.frame.welcome.hidden = true;
    this.frame.running.replaceChildren(view.element);
    this.frame.scroller.scrollTop = this.frame.scroller.scrollHeight;
    this.status(this.say("searching"));
    this.frame.setBusy(true);
    clearTimeout(this.slowly);
    this.slowly = setTimeout(() => this.status(this.say("slow")), SLOW_MS);
  }

  /**
   * Puts a turn that has ended where finished turns are read out, once.
   *
   * @param {Turn} turn
   * @param {TurnView} view
   */
  settle(turn, view) {
    clearTimeout(this.slowly);
    const { focused } = this;
    const citation = focused && view.element.contains(focused) ? focused.dataset.citation : null;
    this.citations.card.hide();
    try {
      view.finish();
    } catch (error) {
      this.endBadly(turn, error, false);
      view.finish();
    }
    this.frame.log.append(view.element);
    if (citation) {
      const marker = /** @type {HTMLElement | null} */ (view.element.querySelector(`[data-citation="${CSS.escape(citation)}"]`));
      (marker || this.frame.input).focus({ preventScroll: true });
    }
    this.status("");
    this.frame.setBusy(false);
    this.showFromStart(view.element);
    this.save();
    if (turn.state === "done") this.tell("answer", turn.answer);
    if (turn.state === "failed") this.tell("error", turn.failure);
  }

  /**
   * Shows a turn from its start, or its end when it is short.
   *
   * @param {HTMLElement} element
   */
  showFromStart(element) {
    const { scroller } = this.frame;
    const offset = element.getBoundingClientRect().top - scroller.getBoundingClientRect().top;
    scroller.scrollTop += offset - 12;
  }

  clear() {
    this.turns = [];
    this.stop();
    this.stopper = null;
    clearTimeout(this.slowly);
    this.frame.log.replaceChildren();
    this.frame.running.replaceChildren();
    this.frame.welcome.hidden = false;
    this.citations.closeAll();
    this.frame.setBusy(false);
    this.save();
    this.status(this.say("cleared"));
    this.frame.input.focus({ preventScroll: true });
  }

  /** @returns {object[]} questions and their answers so far, oldest first */
  history() {
    const answered = this.turns.filter((turn) => turn.state === "done" && turn.answer.answer.text);
    return answered.slice(-TURNS_SENT).flatMap((turn) => [
      { role: "user", content: turn.question },
      { role: "assistant", content: turn.answer.answer.text },
    ]);
  }

  save() {
    this.store.save(this.turns, !this.frame.panel.hidden);
  }

  /**
   * @param {string} name
   * @param {any} detail a copy of it: pages may do with it as they like
   */
  tell(name, detail) {
    this.dispatchEvent(new CustomEvent(`assistant:${name}`, { detail: structuredClone(detail), bubbles: true, composed: true }));
  }

  /**
   * @param {StringName} name
   * @param {...(string | number)} values
   */
  say(name, ...values) {
    return fill(LANGUAGES[this.language][name], ...values);
  }

  /** @param {string} text */
  status(text) {
    this.frame.status.textContent = text;
  }

  /** @param {Reference} reference */
  describe(reference) {
    const { published } = reference;
    const format = new Intl.DateTimeFormat(this.language, { dateStyle: "medium", timeZone: "UTC" });
    const date = published ? format.format(new Date(published)) : this.say("undated");
    // A name that is written from right to left must not reorder the date.
    return [reference.publisher?.replace(/.*[\u0590-\u08ff].*/, "\u2068$&\u2069"), date].filter(Boolean).join(" · ");
  }

  /** @param {Answer} answer */
  async copy(answer) {
    const text = asPlainText(answer, (source) => [source.title, this.describe(source), webAddress(source.url)].filter(Boolean).join(", "));
    this.status(this.say((await works(() => navigator.clipboard.writeText(text))) ? "copied" : "not_copied"));
  }

  /**
   * @param {Turn} turn
   * @param {string} rating
   */
  async vote(turn, rating) {
    turn.vote = rating;
    this.save();
    const { id, answer } = turn.answer;
    const feedback = { answer_id: id, rating, question: turn.question, answer: answer.text };
    const send = async () => (await post(this.site, "/v1/feedback", feedback, new AbortController())).ok;
    this.status(this.say((await works(send)) ? "thanks" : "not_sent"));
  }
}

/**
 * Whether this came to a good end; a page without HTTPS has no clipboard at all.
 *
 * @param {() => Promise<unknown>} work
 */
async function works(work) {
  try {
    return (await work()) !== false;
  } catch {
    return false;
  }
}
