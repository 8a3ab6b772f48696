/**
 * What the frame tells the chat about.
 *
 * @typedef {{send: (question: string) => void, stop: () => void, clear: () => void, launch: () => void,
 *   close: () => void}} FrameHandlers
 */

/** The parts that stay: launcher, panel, conversation, status line, question field. */
class Frame {
  /**
   * @param {{title: string, isFloating: boolean, questions: string[]}} options
   * @param {(name: StringName, ...values: (string | number)[]) => string} say
   * @param {FrameHandlers} handlers
   */
  constructor(options, say, handlers) {
    this.say = say;
    this.handlers = handlers;
    this.isBusy = false;
    this.welcome = this.makeWelcome(options.questions);
    // Finished turns are read out as they are added; the one that runs is not, so that nothing is read twice.
    this.log = make("div", { class: "log", role: "log", "aria-label": say("conversation") });
    this.running = make("div", { class: "running" });
    this.scroller = make(
      "div",
      { class: "scroller", tabindex: 0, role: "group", "aria-label": say("conversation") },
      this.welcome,
      this.log,
      this.running,
    );
    this.status = make("p", { class: "status", role: "status" });
    this.input = this.makeInput();
    this.sendButton = make("button", { type: "submit", class: "send", "aria-label": say("send"), title: say("send") }, icon("send"));
    const form = make("form", { class: "composer", submit: (event) => this.submit(event) }, this.input, this.sendButton);
    this.main = make("div", { class: "main" }, this.scroller, this.status, form);
    this.body = make("div", { class: "body" }, this.main);
    this.panel = this.makePanel(options);
    this.launcher = make(
      "button",
      { type: "button", class: "launcher", "aria-haspopup": "dialog", "aria-expanded": "false", click: () => handlers.launch() },
      icon("ask"),
      make("span", {}, say("launcher")),
    );
    if (!options.isFloating) this.launcher.hidden = true;
  }

  /** @param {{title: string, isFloating: boolean}} options */
  makePanel({ title, isFloating }) {
    const { say, handlers } = this;
    const head = make("header", { class: "head" }, icon("ask"), make("h2", { id: "title", dir: "auto" }, title));
    head.append(iconButton("clear", say("clear"), () => handlers.clear()));
    if (isFloating) head.append(iconButton("close", say("close"), () => handlers.close()));
    return make(
      "section",
      {
        class: isFloating ? "panel floating" : "panel",
        role: isFloating ? "dialog" : "region",
        "aria-labelledby": "title",
        hidden: isFloating ? "" : null,
      },
      head,
      this.body,
    );
  }

  /** @param {string[]} questions */
  makeWelcome(questions) {
    const { say, handlers } = this;
    const suggestions = questions.map((question) =>
      make("li", {}, make("button", { type: "button", class: "suggestion", dir: "auto", click: () => handlers.send(question) }, question)),
    );
    return make(
      "div",
      { class: "welcome" },
      make("p", {}, say("welcome")),
      make("p", { class: "how" }, make("span", { class: "marker", "aria-hidden": "true" }, "1"), say("welcome_how")),
      suggestions.length ? make("h3", {}, say("suggestions")) : null,
      suggestions.length ? make("ul", { role: "list" }, ...suggestions) : null,
    );
  }

  makeInput() {
    return make("textarea", {
      rows: 1,
      "aria-label": this.say("label"),
      placeholder: this.say("placeholder"),
      maxlength: MOST_CHARACTERS,
      autocomplete: "off",
      enterkeyhint: "send",
      input: () => this.fitInput(),
      keydown: (/** @type {KeyboardEvent} */ event) => {
        // Enter while composing chooses a character.
        if (event.key === "Enter" && !event.shiftKey && !event.isComposing) this.submit(event);
      },
    });
  }

  /** As high as its text, up to the limit in the stylesheet. */
  fitInput() {
    this.input.style.setProperty("height", "auto");
    this.input.style.setProperty("height", `${this.input.scrollHeight + 2}px`);
  }

  /** @param {Event} event */
  submit(event) {
    event.preventDefault();
    if (this.isBusy) {
      // Enter must not stop an answer by mistake.
      if (event.type === "submit") this.handlers.stop();
      return;
    }
    const question = this.input.value;
    if (!question.trim()) {
      this.input.focus({ preventScroll: true });
      return;
    }
    this.input.value = "";
    this.fitInput();
    this.handlers.send(question);
  }

  /** @param {boolean} isBusy */
  setBusy(isBusy) {
    this.isBusy = isBusy;
    const name = isBusy ? "stop" : "send";
    this.sendButton.setAttribute("aria-label", this.say(name));
    this.sendButton.title = this.say(name);
    this.sendButton.replaceChildren(icon(name));
    this.panel.classList.toggle("busy", isBusy);
  }
}
