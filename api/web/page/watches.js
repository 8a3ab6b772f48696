/* Standing questions of whoever uses the page: what answers them, what changed last, and the feed that tells it. */

import { acting, button, element, make } from "./section.js";

/** @typedef {(method: string, path: string, sent?: object) => Promise<any>} Call */
/** @typedef {{ verdict: string | null, quotes: { quote: string, title: string, published: string | null }[] }} Fact */
/** @typedef {{ noted: string, added: Fact[], ended: Fact[] }} Change */
/** @typedef {{ id: string, question: string, feed: string, facts: Fact[] | null, changes: Change[] }} Watch */

const SHOWN_FACTS = 3;

/** @param {string} text */
const say = (text) => void (element("watches-said").textContent = text);

/** @param {Fact} fact */
function words(fact) {
  const [said] = fact.quotes;
  if (!said) return "(the article was deleted)";
  return `${said.quote} (${[said.title, said.published].filter(Boolean).join(", ")})`;
}

/**
 * @param {Watch} watch
 * @param {() => Promise<void>} remove
 */
function row(watch, remove) {
  const item = document.createElement("li");
  item.append(make("strong", watch.question));
  if (!watch.facts) item.append(make("p", "Not asked yet."));
  else if (!watch.facts.length) item.append(make("p", "No answer yet."));
  for (const fact of (watch.facts || []).slice(-SHOWN_FACTS)) item.append(make("p", words(fact)));
  for (const change of watch.changes) {
    item.append(make("p", `Changed ${new Date(change.noted).toLocaleString()}`));
    for (const fact of change.added) item.append(make("ins", words(fact)));
    for (const fact of change.ended) item.append(make("del", words(fact)));
  }
  const feed = document.createElement("a");
  feed.href = watch.feed;
  feed.textContent = "Feed";
  item.append(feed, " ", button("Remove", `Remove ${watch.question}`, remove));
  return item;
}

/**
 * Show the section, to whoever may have standing questions. Those who may not are refused, and see nothing of it.
 *
 * @param {Call} call
 */
export async function showWatches(call) {
  if (!element("watches")) return;
  const list = async () => {
    const { data } = await call("GET", "/v1/watches");
    const rows = data.map((/** @type {Watch} */ watch) =>
      row(watch, () => act(() => call("DELETE", `/v1/watches/${watch.id}`), "Removed.")),
    );
    element("watched-list").replaceChildren(...rows);
  };
  const act = acting(list, say);
  try {
    await list();
  } catch {
    element("watches").hidden = true;
    return;
  }
  element("watches").hidden = false;
  element("watch-form").onsubmit = (/** @type {Event} */ event) => {
    event.preventDefault();
    const question = element("watched").value;
    element("watched").value = "";
    act(() => call("POST", "/v1/watches", { question }), "It is asked from now on.");
  };
}
