/**
 * The service counts code points; JavaScript counts UTF-16 units, of which an emoji has two.
 *
 * @param {string} text
 * @param {number} start in code points
 * @param {number} [end]
 */
function sliceCodePoints(text, start, end) {
  return Array.from(text).slice(start, end).join("");
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
