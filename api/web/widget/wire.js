/**
 * What goes over the wire, as far as a reader sees it. All offsets count code points.
 *
 * @typedef {{start: number, end: number}} Span
 * @typedef {{article_id: string, content_hash: string, title: string, url: string | null, publisher: string | null,
 *   published: string | null, passage: Span & {text: string}}} Reference
 * @typedef {Reference & {id: string, number: number | null, language: string | null, cited: boolean | null,
 *   copies: Reference[]}} Source
 * @typedef {{id: string, source_id: string, number: number, quote: string, answer_span: Span,
 *   source_span: Span, context?: {text: string}[]}} Citation
 * @typedef {Span & {support: string, citations: string[], added?: Span[]}} Sentence
 * @typedef {{kind: string, label: string, sentences: number[]}} Section
 * @typedef {{id: string, status: string, no_answer_reason: string | null, about?: string | null, unanswered: string[], degraded: string[],
 *   answer: {text: string, short: string | null, sentences: Sentence[], sections?: Section[]}, citations: Citation[], sources: Source[],
 *   conflicts: {about: string, citations: string[]}[], not_confirmed?: {text: string, quote: string | null}[]}} Answer
 * @typedef {{name: string, data: any}} ServerEvent
 * @typedef {{endpoint: string, key: string}} Site
 */

/**
 * A turn of the conversation, as it is kept. `running` turns are kept too: whoever leaves the page finds the question.
 *
 * @typedef {{question: string, state: "running" | "done" | "stopped" | "failed", answer: Answer,
 *   failure: Failure | null, vote: string, only?: string}} Turn
 */

/** @returns {Answer} an answer of which nothing has come yet */
function emptyAnswer() {
  return {
    id: "",
    status: "answered",
    no_answer_reason: null,
    unanswered: [],
    degraded: [],
    answer: { text: "", short: null, sentences: [] },
    citations: [],
    sources: [],
    conflicts: [],
  };
}
