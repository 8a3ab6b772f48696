/** A longer short answer is half the sentence, and sets nothing off. */
const LONGEST_EMPHASIS = 60;

/** A longer word may have to break, so the numbers behind it are not tied to it. */
const LONGEST_TIED_WORD = 24;

/** What is tied to the numbers: the last word, or the last two letters of a script without spaces. */
const LAST_WORD = /^(.*(?:\s|[\u3040-\u9fff](?=..$)))?(\S+)$/s;

/** What a section becomes, and what those of its kind stand in together. @type {Record<string, ["li" | "div", "ul" | "div"]>} */
const BLOCKS = { item: ["li", "ul"], dated: ["li", "ul"], party: ["div", "div"] };

/**
 * The sentences of an answer with their numbers. It grows with the answer: what stands is not made again, so that
 * a reader who is at a number stays there. Text that is not checked yet is set apart.
 */
class AnswerText {
  /** Code points of the text that stand. */
  end = 0;
  /** @type {{markers: HTMLElement, numbers: number}[]} */
  shown = [];
  /** @type {HTMLElement | null} */
  paragraph = null;
  /** @type {Section | undefined} */
  section;

  /** @param {(answer: Answer, citation: Citation, sentence: Sentence) => HTMLElement} makeMarker */
  constructor(makeMarker) {
    this.element = make("div", { class: "answer" });
    this.makeMarker = makeMarker;
    this.unchecked = make("span", { class: "unchecked" });
  }

  clear() {
    this.element.replaceChildren();
    this.end = 0;
    this.shown = [];
    this.paragraph = null;
    this.section = undefined;
  }

  /** @param {Answer} answer one that goes on from the last one that was shown */
  show(answer) {
    const letters = Array.from(answer.answer.text);
    answer.answer.sentences.forEach((sentence, number) => {
      if (number >= this.shown.length) this.addSentence(answer, number, letters);
      this.addMarkers(answer, sentence, this.shown[number]);
    });
    const rest = letters.slice(this.end).join("");
    this.unchecked.textContent = rest;
    if (rest.trim()) this.place(rest).append(this.unchecked);
    else this.unchecked.remove();
  }

  /**
   * The paragraph for what follows `gap`.
   *
   * @param {string} gap
   */
  place(gap) {
    if (!this.paragraph || /\n\s*$/.test(gap)) {
      this.paragraph = make("p", { dir: "auto" });
      this.element.append(this.paragraph);
    }
    return this.paragraph;
  }

  /**
   * Begins the block of a section: an item, an entry with its date, what one party says.
   *
   * @param {Section | undefined} section
   */
  open(section) {
    if (section === this.section) return;
    this.section = section;
    this.paragraph = null;
    const { kind = "", label = "" } = section || {};
    if (!Object.hasOwn(BLOCKS, kind)) return;
    const [tag, group] = BLOCKS[kind];
    const last = this.element.lastElementChild;
    const together = last?.className === kind ? last : make(group, { class: kind });
    this.paragraph = make(tag, { dir: "auto" }, label ? make("b", { class: "label" }, label, " ") : null);
    together.append(this.paragraph);
    this.element.append(together);
  }

  /**
   * @param {Answer} answer
   * @param {number} number
   * @param {string[]} letters
   */
  addSentence(answer, number, letters) {
    const sentence = answer.answer.sentences[number];
    this.unchecked.remove();
    this.open(answer.answer.sections?.find((one) => one.sentences.includes(number)));
    const gap = letters.slice(this.end, sentence.start).join("");
    const text = letters.slice(sentence.start, sentence.end).join("");
    const [, head, tail] = LAST_WORD.exec(text) || ["", text, ""];
    const cited = citationsOf(answer, sentence)[0];
    const source = answer.sources.find((one) => one.id === cited?.source_id);
    const isTied = tail.length <= LONGEST_TIED_WORD;
    const markers = make("span", { class: "tied" }, ...(isTied ? dressed(Array.from(tail), sentence, sentence.end - Array.from(tail).length, null) : []));
    const shown = make("span", { class: "sentence", lang: (sentence.support === "verbatim" && source?.language) || null }, ...dressed(Array.from((head || "") + (isTied ? "" : tail)), sentence, sentence.start, answer.answer.short));
    shown.append(markers);
    this.place(gap).append(gap.replace(/\s+/g, " "), shown);
    this.shown.push({ markers, numbers: 0 });
    this.end = sentence.end;
  }

  /**
   * @param {Answer} answer
   * @param {Sentence} sentence
   * @param {{markers: HTMLElement, numbers: number}} shown
   */
  addMarkers(answer, sentence, shown) {
    const citations = citationsOf(answer, sentence);
    citations.slice(shown.numbers).forEach((citation, place) => {
      const before = citations.slice(0, shown.numbers + place);
      // Pieces of one sentence have a citation each; a source is named once.
      if (before.every((one) => one.source_id !== citation.source_id)) shown.markers.append(this.makeMarker(answer, citation, sentence));
    });
    shown.numbers = citations.length;
  }
}

/**
 * Letters of a sentence that begin at `start`, what is ours in them set apart from what is quoted.
 *
 * @param {string[]} letters
 * @param {Sentence} sentence
 * @param {number} start
 * @param {string | null} short
 * @returns {(Node | string)[]}
 */
function dressed(letters, { added = [] }, start, short) {
  let at = 0;
  const parts = added.flatMap((span) => {
    const [from, to] = [span.start, span.end].map((place) => Math.max(at, Math.min(place - start, letters.length)));
    const quoted = letters.slice(at, from).join("");
    at = to;
    const ours = letters.slice(from, to).join("");
    return [...emphasised(quoted, short), ours && make("span", { class: "added" }, ours)];
  });
  return [...parts, ...emphasised(letters.slice(at).join(""), short)];
}

/**
 * Text with the first place of the short answer set off.
 *
 * @param {string} text
 * @param {string | null} short
 * @returns {(Node | string)[]}
 */
function emphasised(text, short) {
  const at = short && short.length <= LONGEST_EMPHASIS ? text.indexOf(short) : -1;
  if (!short || at < 0) return [text];
  return [text.slice(0, at), make("strong", {}, short), text.slice(at + short.length)];
}
