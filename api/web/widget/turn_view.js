/** Passages that are offered when there is no answer. */
const RELATED = 3;

/**
 * What a turn needs of the chat that it is part of.
 *
 * @typedef {{
 *   say: (name: StringName, ...values: (string | number)[]) => string,
 *   describe: (reference: Reference) => string,
 *   focused: HTMLElement | null,
 *   status: (text: string) => void,
 *   openSource: (source: Source, citation: Citation | null) => void,
 *   explain: (marker: Element, source: Source, citation: Citation) => void,
 *   askAgain: (question: string) => void,
 *   copy: (answer: Answer) => void,
 *   vote: (turn: Turn, rating: string) => void,
 * }} TurnHost
 */

/** One question and what became of it. */
class TurnView {
  /**
   * @param {Turn} turn
   * @param {TurnHost} host
   */
  constructor(turn, host) {
    this.turn = turn;
    this.host = host;
    this.text = new AnswerText((answer, citation, sentence) => this.marker(answer, citation, sentence));
    this.after = make("div", { class: "after" });
    // The reader knows what was asked, and need not be told again.
    const question = make("h3", { class: "question", "aria-live": "off", dir: "auto" });
    question.append(make("bdi", { class: "unseen" }, `${host.say("you")}: `), turn.question);
    this.element = make("article", { class: "turn" }, question, turn.only ? make("p", { class: "note" }, turn.only) : null, this.text.element, this.after);
  }

  /** Shows what has come so far. */
  grow() {
    this.text.show(this.turn.answer);
  }

  /** Shows how it ended. */
  finish() {
    const { turn, text } = this;
    text.clear();
    if (turn.state === "done" || turn.state === "stopped") text.show(turn.answer);
    this.after.replaceChildren(...this.ending().filter((part) => part !== null));
  }

  /** @returns {(HTMLElement | null)[]} */
  ending() {
    const { turn, host } = this;
    if (turn.state === "failed") return [this.failure()];
    if (turn.state === "running") return [this.note("stopped_early"), this.againButton()];
    if (turn.state === "stopped") {
      const isEmpty = !turn.answer.answer.sentences.length;
      return [this.note(isEmpty ? "stopped_early" : "stopped"), this.sources(), this.againButton()];
    }
    if (turn.answer.status === "no_answer") return [this.refusal(), this.related(), this.degraded(), this.actions()];
    const parts = turn.answer.unanswered.map((part) => make("p", { class: "note", dir: "auto" }, host.say("unanswered", part)));
    const remark = turn.answer.about ? make("p", { class: "note", dir: "auto" }, turn.answer.about) : null;
    return [remark, ...parts, ...this.conflicts(), ...this.notConfirmed(), this.sources(), this.degraded(), this.actions()];
  }

  /**
   * @param {Answer} answer
   * @param {Citation} citation
   * @param {{support?: string}} sentence
   */
  marker(answer, citation, sentence) {
    const { host } = this;
    const source = answer.sources.find((one) => one.id === citation.source_id);
    const isPart = sentence.support === "partial";
    const name = host.say("source", citation.number, source ? source.title : "");
    const marker = make(
      "button",
      {
        type: "button",
        class: isPart ? "marker partial" : "marker",
        "data-citation": citation.id,
        "aria-label": isPart ? `${host.say("partly")}: ${name}` : name,
        click: () => source && host.openSource(source, citation),
      },
      String(citation.number),
    );
    if (source) host.explain(marker, source, citation);
    return marker;
  }

  /** @param {StringName} name */
  note(name) {
    return make("p", { class: "note" }, this.host.say(name));
  }

  againButton() {
    const again = () => this.host.askAgain(this.turn.question);
    return make("button", { type: "button", class: "button", click: again }, this.host.say("again"));
  }

  failure() {
    const { host } = this;
    const failure = this.turn.failure || failed("fault").failure;
    const message = make("p", { class: "failure" }, host.say(failure.kind, failure.seconds ? host.say("in_seconds", failure.seconds) : host.say("in_a_moment")));
    if (failure.kind === "fault" && failure.requestId) {
      message.append(make("small", {}, host.say("reference", failure.requestId)));
    }
    return make("div", {}, message, this.againButton());
  }

  refusal() {
    const reason = this.turn.answer.no_answer_reason || "";
    const known = Object.hasOwn(ENGLISH, reason) ? /** @type {StringName} */ (reason) : "not_supported";
    // What it is and covers is said to those who asked nothing that articles answer.
    return make("p", { class: "refusal", dir: "auto" }, this.turn.answer.about || this.host.say(known));
  }

  related() {
    const { answer } = this.turn;
    const nearest = answer.sources.slice(0, RELATED);
    if (!nearest.length) return null;
    const rows = nearest.map((source) => this.sourceRow(source, null, excerpt(source.passage.text)));
    return this.list("related", rows);
  }

  sources() {
    const { answer } = this.turn;
    const rows = citedSources(answer).map((source) => {
      const citation = answer.citations.find((one) => one.source_id === source.id) || null;
      return this.sourceRow(source, citation, null);
    });
    if (!rows.length) return null;
    const list = this.list("sources", rows);
    list.prepend(make("p", { class: "checked" }, icon("check"), this.host.say("checked")));
    return list;
  }

  /**
   * @param {StringName} name
   * @param {HTMLElement[]} rows
   */
  list(name, rows) {
    return make(
      "div",
      { class: "sources", "aria-live": "off" },
      make("h4", {}, this.host.say(name)),
      make("ol", { role: "list" }, ...rows.map((row) => make("li", {}, row))),
    );
  }

  /**
   * @param {Source} source
   * @param {Citation | null} citation the one that a press opens
   * @param {string | null} text
   */
  sourceRow(source, citation, text) {
    const { host } = this;
    const copies = source.copies.map((copy) => copy.publisher || copy.title).join(", ");
    return make(
      "button",
      { type: "button", class: "source", click: () => host.openSource(source, citation) },
      source.number ? make("span", { class: "number" }, String(source.number)) : null,
      make(
        "span",
        { class: "about" },
        make("span", { class: "name", dir: "auto", lang: source.language }, source.title),
        make("span", { class: "origin" }, host.describe(source)),
        text && make("span", { class: "excerpt", dir: "auto", lang: source.language }, text),
        copies ? make("span", { class: "origin" }, host.say("copies_one", copies)) : null,
      ),
    );
  }

  /** What a language model wrote, and nothing was found to say: apart from the answer, beside what it claimed. */
  notConfirmed() {
    return (this.turn.answer.not_confirmed || []).map((one) =>
      make("p", { class: "note", dir: "auto" }, `${this.host.say("not_confirmed")} ${one.text}`, one.quote && make("q", { class: "excerpt", dir: "auto" }, one.quote)),
    );
  }

  conflicts() {
    const { answer } = this.turn;
    return (answer.conflicts || []).map((conflict) =>
      make(
        "p",
        { class: "note", dir: "auto" },
        `${this.host.say("conflict", conflict.about)} `,
        ...citationsOf(answer, conflict).map((citation) => this.marker(answer, citation, {})),
      ),
    );
  }

  degraded() {
    const known = this.turn.answer.degraded.filter((reason) => Object.hasOwn(ENGLISH, reason));
    if (!known.length) return null;
    const words = known.map((reason) => this.host.say(/** @type {StringName} */ (reason)));
    return make("p", { class: "quiet" }, words.join(" "));
  }

  actions() {
    const { host, turn } = this;
    const isAnswer = turn.answer.status !== "no_answer";
    const thumbs = /** @type {const} */ (["up", "down"]).map((rating) => {
      const thumb = iconButton("up", host.say(rating), () => {
        host.vote(turn, rating);
        thumbs.forEach((other) => (other.ariaPressed = String(other === thumb)));
      });
      thumb.classList.add(rating);
      thumb.ariaPressed = String(turn.vote === rating);
      return thumb;
    });
    const copy = isAnswer ? iconButton("copy", host.say("copy"), () => host.copy(turn.answer)) : null;
    return make("div", { class: "actions", "aria-live": "off" }, copy, ...thumbs);
  }
}

/**
 * The beginning of a text, to the end of a word. Writing that knows no spaces is cut anywhere.
 *
 * @param {string} text
 */
function excerpt(text) {
  const beginning = sliceCodePoints(text, 0, 160);
  return beginning === text ? text : `${beginning.replace(/\s+\S{0,20}$/, "")}\u00a0…`;
}
