/** The parts that stay: launcher, panel, conversation, status line, question field. */
class Frame {
  /** @param {Chat} chat */
  constructor(chat) {
    this.chat = chat;
    /** @param {StringName} name */
    const say = (this.say = (name) => chat.say(name));
    this.isBusy = false;
    this.welcome = this.makeWelcome((chat.dataset.questions || "").split("|").filter((question) => question.trim()));
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
    this.panel = this.makePanel(chat);
    this.launcher = make(
      "button",
      { type: "button", class: "launcher", "aria-haspopup": "dialog", "aria-label": say("launcher"), click: () => chat.launch() },
      icon("ask"),
      make("span", {}, say("launcher")),
    );
    if (!chat.isFloating) this.launcher.hidden = true;
  }

  /** @param {Chat} chat */
  makePanel(chat) {
    const { say } = this;
    const { isFloating } = chat;
    const head = make("header", { class: "head" }, icon("ask"), make("h2", { id: "title" }, make("bdi", {}, chat.dataset.title || say("title"))));
    head.append(iconButton("clear", say("clear"), () => chat.clear()));
    if (isFloating) head.append(iconButton("close", say("close"), () => chat.close()));
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
    const { say, chat } = this;
    const suggestions = questions.map((question) =>
      make("li", {}, make("button", { type: "button", class: "suggestion", dir: "auto", click: () => chat.askAgain(question) }, question)),
    );
    return make(
      "div",
      { class: "welcome" },
      make("p", { dir: "auto" }, say("welcome")),
      make("p", { class: "how", dir: "auto" }, make("span", { class: "marker", "aria-hidden": "true" }, "1"), say("welcome_how")),
      suggestions.length ? make("h3", {}, say("suggestions")) : null,
      suggestions.length ? make("ul", { role: "list" }, ...suggestions) : null,
    );
  }

  makeInput() {
    return make("textarea", {
      rows: 1,
      "aria-label": this.say("placeholder"),
      placeholder: this.say("placeholder"),
      maxlength: MOST_CHARACTERS,
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
    this.input.style.height = "auto";
    this.input.style.height = `${this.input.scrollHeight + 2}px`;
  }

  /** @param {Event} event */
  submit(event) {
    event.preventDefault();
    if (this.isBusy) {
      // Enter must not stop an answer by mistake.
      if (event.type === "submit") this.chat.stop();
      return;
    }
    const question = this.input.value;
    if (!question.trim()) {
      this.input.focus({ preventScroll: true });
      return;
    }
    this.input.value = "";
    this.fitInput();
    this.chat.askAgain(question);
  }

  /** @param {boolean} isBusy */
  setBusy(isBusy) {
    this.isBusy = isBusy;
    const name = isBusy ? "stop" : "send";
    this.sendButton.ariaLabel = this.sendButton.title = this.say(name);
    this.sendButton.replaceChildren(icon(name));
    this.panel.classList.toggle("busy", isBusy);
  }
}
