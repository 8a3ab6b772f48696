/**
 * What is known of the answer after an event. The completed answer replaces whatever was put together before.
 *
 * @param {Answer} answer
 * @param {ServerEvent} event
 * @returns {Answer}
 */
function withEvent(answer, { name, data }) {
  switch (name) {
    case "answer.started":
      return { ...answer, id: data.id };
    case "sources":
      return { ...answer, sources: data.sources };
    case "text.delta":
      return { ...answer, answer: { ...answer.answer, text: answer.answer.text + data.delta } };
    case "citation":
      return withCitation(answer, data.citation || data);
    case "answer.completed":
      return data;
    default:
      return answer;
  }
}

/**
 * A citation comes once its sentence is closed and verified: until the answer is complete, its span is the sentence.
 *
 * @param {Answer} answer
 * @param {Citation} citation
 * @returns {Answer}
 */
function withCitation(answer, citation) {
  const span = citation.answer_span;
  const sentences = answer.answer.sentences.slice();
  const last = sentences[sentences.length - 1];
  if (last && span.start < last.end) {
    sentences[sentences.length - 1] = { ...last, citations: [...last.citations, citation.id] };
  } else {
    sentences.push({ ...span, support: "supported", citations: [citation.id] });
  }
  return {
    ...answer,
    answer: { ...answer.answer, sentences },
    citations: [...answer.citations, citation],
    sources: answer.sources.map((source) =>
      source.id === citation.source_id ? { ...source, cited: true, number: citation.number } : source,
    ),
  };
}

/**
 * What stays of an answer that was stopped: the sentences that had been checked.
 *
 * @param {Answer} answer
 * @returns {Answer}
 */
function checkedPart(answer) {
  const last = answer.answer.sentences[answer.answer.sentences.length - 1];
  const text = sliceCodePoints(answer.answer.text, 0, last ? last.end : 0);
  return { ...answer, answer: { ...answer.answer, text } };
}

/**
 * The cited sources by number, each once.
 *
 * @param {Answer} answer
 * @returns {Source[]}
 */
function citedSources(answer) {
  return answer.sources.filter((source) => source.number).sort((a, b) => (a.number || 0) - (b.number || 0));
}

/**
 * An answer as plain text, with numbers and the list that they point into.
 *
 * @param {Answer} answer
 * @param {(source: Source) => string} describe
 */
function asPlainText(answer, describe) {
  const letters = Array.from(answer.answer.text);
  let text = "";
  let end = 0;
  for (const sentence of answer.answer.sentences) {
    const numbers = new Set(citationsOf(answer, sentence).map((citation) => `[${citation.number}]`));
    const section = answer.answer.sections?.find((one) => answer.answer.sentences[one.sentences[0]] === sentence);
    if (section && Object.hasOwn(BLOCKS, section.kind)) text += `${text && "\n"}${section.kind === "item" ? "-" : `${section.label}:`}${text ? "" : " "}`;
    // Numbers in brackets that an article has itself must not pass for ours.
    text += `${letters.slice(end, sentence.end).join("").replace(/\[\d/g, "\\$&")} ${[...numbers].join("")}`;
    end = sentence.end;
  }
  return [text, "", ...citedSources(answer).map((source) => `[${source.number}] ${describe(source)}`)].join("\n");
}

/**
 * @param {Answer} answer
 * @param {{citations: string[]}} citing
 * @returns {Citation[]}
 */
function citationsOf(answer, citing) {
  return citing.citations.flatMap((id) => answer.citations.filter((citation) => citation.id === id));
}
