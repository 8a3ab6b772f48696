/** All that a reader sees or hears. `{}` stands for what is put in. */
const ENGLISH = {
  title: "Ask the articles",
  launcher: "Ask a question",
  close: "Close",
  clear: "Clear the conversation",
  cleared: "The conversation is cleared.",
  conversation: "Conversation",
  welcome: "Ask in your own words. Every sentence of an answer is checked against its article.",
  welcome_how: "Press a number to see the words behind it.",
  suggestions: "For example",
  placeholder: "Your question",
  send: "Send",
  stop: "Stop",
  you: "You asked",
  searching: "Searching the articles …",
  checking: "Writing and checking …",
  slow: "Still working …",
  stopped: "Stopped. What is shown was checked.",
  stopped_early: "Stopped before an answer came.",
  again: "Ask again",
  checked: "Every sentence checked",
  partly: "Partly supported by",
  source: "Source {}: {}",
  sources: "Sources",
  copies_one: "The same text also in {}",
  undated: "undated",
  no_articles: "There are no articles to answer from yet.",
  nothing_relevant: "The articles have nothing on this.",
  not_supported: "The articles do not answer this.",
  not_a_question: "This does not read like a question.",
  related: "Related, not an answer",
  unanswered: "Not answered by the articles: {}",
  conflict: "The sources disagree about {}:",
  model_unavailable: "Quoted directly, as the language model could not be reached.",
  model_timeout: "Quoted directly, as the language model took too long.",
  not_confirmed: "Not confirmed:",
  model_refused: "Quoted directly, as the language model could not be used.",
  model_not_found: "Quoted directly, as the language model could not be found.",
  model_rate_limited: "Quoted directly, as the language model was asked too often.",
  model_context_too_long: "Quoted directly, as the language model cannot read as much.",
  model_content_filtered: "Quoted directly, as a filter stopped the language model.",
  shortened: "Written from a part of the sources, as the language model cannot read as much.",
  unverified: "Not all that the language model wrote was confirmed.",
  index_fallback: "Searched in a simpler way while the index is mended.",
  copy: "Copy with sources",
  copied: "Copied.",
  not_copied: "The browser did not allow copying.",
  up: "Helpful",
  down: "Not helpful",
  thanks: "Thank you.",
  not_sent: "Your rating could not be sent.",
  offline: "You seem to be offline.",
  unreachable: "The answer service cannot be reached.",
  broken: "The answer broke off.",
  silent: "The answer did not come in time.",
  bad_key: "This site’s access to the answer service is not valid. Only the site’s owner can mend that.",
  not_allowed: "This page may not use the answer service. Only the site’s owner can mend that.",
  too_long: "The question cannot be read. Shorten it.",
  too_many: "Too many questions in a short time. Ask again {}.",
  quota: "This site’s questions are used up for today. Ask again tomorrow.",
  busy: "The answer service is busy or starting. Ask again {}.",
  mismatch: "This chat and the answer service do not fit together. Reloading the page may help.",
  fault: "Something went wrong in the answer service.",
  in_seconds: "in {} seconds",
  in_a_moment: "in a moment",
  reference: "Reference: {}",
};

/** @typedef {keyof typeof ENGLISH | keyof typeof LATER_ENGLISH} StringName */

/** @type {Record<string, Record<string, string>>} */
const LANGUAGES = { en: ENGLISH };

/**
 * Loads the tables of all languages, as data: a host's policy may allow no further script. What cannot be loaded is left
 * in English.
 *
 * @param {string} language
 */
async function learn(language) {
  if (LANGUAGES[language]) return;
  try {
    const response = await fetch(`${ownEndpoint}/widget/languages.json`, { integrity: TABLES, credentials: "omit" });
    LANGUAGES[language] = { ...ENGLISH, ...(await response.json())[language] };
  } catch {
    return;
  }
}

/**
 * The first of these languages ("de-AT" counts as "de") that there is a table for, English otherwise.
 *
 * @param {(string | null | undefined)[]} wanted
 * @returns {string} the language's tag
 */
function knownLanguage(...wanted) {
  const tags = wanted.map((tag) => (tag || "").toLowerCase().split("-")[0]);
  return tags.find((tag) => tag === "en" || SPOKEN.includes(tag)) || "en";
}

/**
 * @param {string} text with `{}` for each value
 * @param {(string | number)[]} values
 */
function fill(text, ...values) {
  return text.replace(/\{\}/g, () => String(values.shift()));
}
