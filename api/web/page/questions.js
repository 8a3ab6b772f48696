/* What readers ask, for whoever may see it: grouped by meaning, to be made gold questions of, or to be removed. */

import { acting, button, element, make } from "./section.js";

/** @typedef {(method: string, path: string, sent?: object) => Promise<any>} Call */
/** @typedef {{ id: string, question: string, times: number, last: string }} Asked */
/** @typedef {{ times: number, last: string, questions: Asked[] }} Group */
/** @typedef {(work: () => Promise<unknown>, done: string) => Promise<void>} Act */

const SHOWN_WORDINGS = 5;

/** @param {string} text */
const say = (text) => void (element("asked-said").textContent = text);

/** @param {object} gold a line of a gold file, which the browser saves */
function save(gold) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([JSON.stringify(gold) + "\n"], { type: "application/x-ndjson" }));
  link.download = "gold.jsonl";
  link.click();
  URL.revokeObjectURL(link.href);
}

/**
 * @param {Call} call
 * @param {Act} act
 * @param {Group} group
 */
function row(call, act, group) {
  const [first, ...others] = group.questions;
  const item = document.createElement("li");
  item.append(make("strong", first.question));
  item.append(make("p", `${group.times} ${group.times === 1 ? "time" : "times"}, last on ${group.last}`));
  for (const other of others.slice(0, SHOWN_WORDINGS)) item.append(make("p", `${other.question} (${other.times})`));
  if (others.length > SHOWN_WORDINGS) item.append(make("p", `and ${others.length - SHOWN_WORDINGS} other wordings`));
  const ids = group.questions.map((one) => `id=${encodeURIComponent(one.id)}`).join("&");
  item.append(
    button("Gold question", `Gold question: ${first.question}`, () =>
      act(async () => save(await call("GET", `/v1/questions/${encodeURIComponent(first.id)}/gold`)), "Saved as a draft."),
    ),
    " ",
    button("Remove", `Remove: ${first.question}`, () => act(() => call("DELETE", `/v1/questions?${ids}`), "Removed for good.")),
  );
  return item;
}

/**
 * Show the section to whoever may see what readers ask. Nothing is grouped before somebody wants to see it.
 *
 * @param {Call} call
 */
export async function showQuestions(call) {
  if (!element("asked")) return;
  const list = async () => {
    const { data } = await call("GET", `/v1/questions?by=${element("asked-by").value}`);
    element("asked-list").replaceChildren(...data.map((/** @type {Group} */ group) => row(call, act, group)));
    return data.length;
  };
  const act = acting(list, say);
  const told = await call("GET", "/v1/questions?limit=0").catch(() => null);
  element("asked").hidden = !told;
  if (!told) return;
  element("asked-about").textContent = told.keep_days
    ? `Kept for ${told.keep_days} days on this machine, without who asked.`
    : "Questions are not kept here; those with a rating came with feedback.";
  element("asked-form").onsubmit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    say("Being grouped …");
    const count = await list().catch((error) => say(error.message));
    if (count !== undefined) say(count ? `${count} groups.` : "There are none.");
  };
}
