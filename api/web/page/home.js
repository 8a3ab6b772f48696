/* What the first page does beyond showing: a key for those who have one, and articles that come and go. */

import { showQuestions } from "./questions.js";
import { element } from "./section.js";
import { showWatches } from "./watches.js";

const SENT_AT_ONCE = 2;

/** How long to wait before a job or a source is asked for again: little at first, as most are done at once. */
const FIRST_PAUSE_MS = 400;
const LONGEST_PAUSE_MS = 4000;

/** A service that is busy says when to come again; whoever waits longer than this is told. */
const LONGEST_BUSY_S = 30;

const ROWS = 50;

/** @type {Record<string, string>} */
const OUTCOMES = {
  created: "Added",
  updated: "Updated",
  reread: "Read again",
  unchanged: "Stored already, unchanged",
  duplicate_of: "Not added: the same text is stored already",
  conflict: "Not added",
  rejected: "Not added",
  deleted: "Removed",
};

/** In this tab only, and not kept. */
let key = "";

/**
 * What the service answers.
 *
 * @param {string} method
 * @param {string} path
 * @param {FormData | object} [sent]
 * @returns {Promise<any>} null for an answer without a body; throws an Error for people when it is refused
 */
async function call(method, path, sent) {
  const isForm = sent instanceof FormData;
  /** @type {Record<string, string>} */
  const headers = key ? { Authorization: `Bearer ${key}` } : {};
  if (sent && !isForm) headers["Content-Type"] = "application/json";
  const body = isForm ? sent : sent && JSON.stringify(sent);
  for (;;) {
    const response = await fetch(path, { method, headers, body, cache: "no-store" }).catch(() => null);
    if (!response) throw new Error("The service could not be reached, or the file could not be read.");
    if (response.ok) return response.status === 204 ? null : response.json();
    const seconds = Number(response.headers.get("retry-after"));
    if (!seconds || seconds > LONGEST_BUSY_S) {
      const problem = await response.json().catch(() => ({}));
      const [fault] = problem.errors || [];
      throw new Error((fault && fault.detail) || problem.detail || problem.title || `Refused (${response.status}).`);
    }
    await pause(seconds * 1000);
  }
}

/** @param {number} milliseconds */
function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/**
 * Asks until it is over.
 *
 * @param {string} path
 * @param {(found: any) => boolean} isOver
 * @param {(found: any) => void} tell
 */
async function follow(path, isOver, tell) {
  for (let wait = FIRST_PAUSE_MS; ; wait = Math.min(1.5 * wait, LONGEST_PAUSE_MS)) {
    const found = await call("GET", path);
    tell(found);
    if (isOver(found)) return found;
    await pause(wait);
  }
}

/** @param {string} path */
function followJob(path) {
  return follow(path, (job) => job.status === "done" || job.status === "failed", () => {});
}

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {string} [className]
 * @param {string} [text]
 */
function create(tag, className = "", text = "") {
  const made = document.createElement(tag);
  made.className = className;
  // As in the widget: letters stand in their own direction, whatever a name says.
  made.textContent = text.replace(/[\u202d\u202e]/g, "");
  if (text) made.dir = "auto";
  return made;
}

/** @param {string} text for those who hear the page */
function say(text) {
  element("intake-said").textContent = text;
}

/** One file or address on its way in. */
class Entry {
  /** @param {string} name */
  constructor(name) {
    this.name = name;
    this.state = create("span", "state");
    this.more = create("span", "more");
    this.element = create("li");
    this.element.append(create("span", "name", name), this.state, this.more);
    element("intake").prepend(this.element);
    this.show("Waiting");
  }

  /**
   * @param {string} state
   * @param {"busy" | "good" | "bad"} [look]
   * @param {string} [more]
   */
  show(state, look = "busy", more = "") {
    this.state.textContent = state;
    this.more.textContent = more;
    this.element.dataset.look = look;
  }

  /**
   * @param {string} state
   * @param {"good" | "bad"} look
   * @param {string} [more]
   */
  end(state, look, more = "") {
    this.show(state, look, more);
    tally.done += 1;
    const progress = tally.done < tally.all ? ` ${tally.done} of ${tally.all} done.` : " All done.";
    say(`${this.name}: ${state}. ${more}${progress}`);
  }

  /** @param {unknown} error */
  fail(error) {
    this.end("Not added", "bad", error instanceof Error ? error.message : "");
  }
}

const tally = { all: 0, done: 0 };

/** @type {(() => Promise<void>)[]} */
const waiting = [];
let working = 0;

/** @param {() => Promise<void>} work */
function enqueue(work) {
  tally.all += 1;
  waiting.push(work);
  if (working < SENT_AT_ONCE) workOff();
}

async function workOff() {
  working += 1;
  for (let work = waiting.shift(); work; work = waiting.shift()) await work();
  working -= 1;
}

/** @param {Iterable<File>} files */
function addFiles(files) {
  const suffixes = element("files").accept.split(",");
  for (const file of files) {
    const entry = new Entry(file.name);
    const isRead = suffixes.some((/** @type {string} */ suffix) => file.name.toLowerCase().endsWith(suffix));
    if (isRead) enqueue(() => send(file, entry));
    else enqueue(async () => entry.end("Not added", "bad", "Files of this kind are not read."));
  }
}

/**
 * @param {File} file
 * @param {Entry} entry
 */
async function send(file, entry) {
  try {
    entry.show("Sending …");
    const form = new FormData();
    form.append("file", file, file.name);
    const accepted = await call("POST", "/v1/articles", form);
    entry.show("Being read …");
    const job = await followJob(`/v1/jobs/${accepted.id}`);
    const [article] = job.articles;
    if (!article) throw new Error(job.error || "The service could not read it.");
    showOutcome(entry, article);
  } catch (error) {
    entry.fail(error);
  }
}

/**
 * @param {Entry} entry
 * @param {{outcome: string, reason: string | null, warnings: string[], article_id: string | null}} article
 */
function showOutcome(entry, article) {
  const isIn = !["rejected", "conflict"].includes(article.outcome);
  entry.end(OUTCOMES[article.outcome] || article.outcome, isIn ? "good" : "bad", [article.reason, ...article.warnings].filter(Boolean).join(" "));
  if (!isIn) return;
  if (key) listArticles();
  else if (article.article_id) offerReading(entry, article.article_id);
}

/**
 * @param {Entry} entry
 * @param {string} id
 */
function offerReading(entry, id) {
  const link = create("a", "", "Read it");
  link.href = `/articles/${encodeURIComponent(id)}`;
  link.setAttribute("aria-label", `Read it: ${entry.name}`);
  entry.element.append(link);
  element("relist").hidden = false;
}

/** @param {string} text */
function addressesIn(text) {
  return text.split(/\s+/).filter((word) => /^https?:\/\/\S/i.test(word));
}

/** @param {string[]} addresses */
function addAddresses(addresses) {
  for (const address of new Set(addresses)) {
    const entry = new Entry(address);
    enqueue(() => visit(address, entry));
  }
}

/**
 * @param {string} address
 * @param {Entry} entry
 */
async function visit(address, entry) {
  try {
    entry.show("Being visited …");
    const before = await call("POST", "/v1/sources", { url: address });
    const isOver = (/** @type {any} */ source) => ["done", "failing"].includes(source.state) && source.last_visit !== before.last_visit;
    const tell = (/** @type {any} */ source) => entry.show("Being visited …", "busy", source.articles ? `${source.articles} so far.` : "");
    showVisit(entry, await follow(`/v1/sources/${before.id}`, isOver, tell));
    listSources();
  } catch (error) {
    entry.fail(error);
  }
}

/**
 * @param {Entry} entry
 * @param {any} source
 */
function showVisit(entry, source) {
  const problems = source.problems.slice(0, 3).map((/** @type {any} */ one) => one.reason);
  // A visit that failed altogether gives the same reason twice.
  const more = [...new Set([source.outcome, ...problems])].filter(Boolean).join(" ");
  const isIn = source.state === "done" && source.articles > 0;
  const count = source.articles === 1 ? "1 article" : `${source.articles} articles`;
  entry.end(isIn ? `Visited, ${count} stored` : "Nothing added", isIn ? "good" : "bad", more);
  if (isIn && key) listArticles();
  if (isIn && !key) element("relist").hidden = false;
}

async function listSources() {
  const { data } = await call("GET", "/v1/sources");
  element("sources").hidden = data.length === 0;
  element("sources").querySelector("ul").replaceChildren(...data.map(sourceRow));
}

/** @param {any} source */
function sourceRow(source) {
  const row = create("li");
  const count = source.articles === 1 ? "1 article" : `${source.articles} articles`;
  const stop = create("button", "", "Stop visiting");
  stop.type = "button";
  stop.setAttribute("aria-label", `Stop visiting ${source.title || source.url}`);
  stop.addEventListener("click", async () => {
    await call("DELETE", `/v1/sources/${source.id}`).catch(() => null);
    await listSources();
    say(`${source.title || source.url} is visited no more. Its articles stay.`);
    element("sources").querySelector("summary").focus();
  });
  row.append(create("span", "name", source.title || source.url), create("span", "state", count), create("span", "more", source.state === "failing" ? source.outcome || "" : ""), stop);
  return row;
}

/** The articles, where the page could not bring them along as nobody had shown a key yet. */
async function listArticles() {
  const rows = element("rows");
  if (!rows) return;
  const page = await call("GET", `/v1/articles?limit=${ROWS}`).catch(() => null);
  element("articles").hidden = !page;
  if (page) showPage(page, true);
}

/**
 * @param {{data: any[], next_cursor: string | null}} page
 * @param {boolean} isFirst
 */
function showPage(page, isFirst) {
  const made = page.data.map(articleRow);
  if (isFirst) element("rows").replaceChildren(...made);
  else element("rows").append(...made);
  element("none").hidden = !isFirst || made.length > 0;
  const more = element("more");
  more.hidden = !page.next_cursor;
  more.onclick = async () => {
    showPage(await call("GET", `/v1/articles?limit=${ROWS}&cursor=${encodeURIComponent(page.next_cursor || "")}`), false);
    made.length && more.hidden && element("articles-heading").focus();
  };
}

/** @param {any} article */
function articleRow(article) {
  const row = create("li");
  const about = create("div");
  about.append(create("b", "", article.title), create("p", "", [article.publisher, article.published || "undated"].filter(Boolean).join(" · ")));
  row.append(about, removeButton(article.article_id, article.title));
  return row;
}

/**
 * @param {string} id
 * @param {string} title
 */
function removeButton(id, title) {
  const button = create("button", "remove", "Remove");
  button.type = "button";
  button.dataset.remove = id;
  button.dataset.title = title;
  button.setAttribute("aria-label", `Remove ${title}`);
  return button;
}

/** @param {HTMLButtonElement} button */
function askWhetherToRemove(button) {
  const dialog = element("question");
  element("question-about").textContent = button.dataset.title || "";
  dialog.returnValue = "keep";
  dialog.onclose = () => (dialog.returnValue === "remove" ? remove(button) : button.focus());
  dialog.showModal();
}

/** @param {HTMLButtonElement} button */
async function remove(button) {
  const title = button.dataset.title || "";
  button.ariaDisabled = "true";
  button.textContent = "Removing …";
  button.focus();
  try {
    const accepted = await call("DELETE", `/v1/articles/${encodeURIComponent(button.dataset.remove || "")}`);
    const job = await followJob(`/v1/jobs/${accepted.id}`);
    if (job.status === "failed") throw new Error(job.error || "");
    const row = /** @type {HTMLElement} */ (button.closest("li"));
    const next = row.nextElementSibling || row.previousElementSibling;
    const hadFocus = document.activeElement === button || document.activeElement === document.body;
    row.remove();
    const target = next ? next.querySelector("button.remove") : element("articles-heading");
    if (hadFocus) target.focus();
    say(`Removed: ${title}`);
  } catch (error) {
    button.ariaDisabled = null;
    button.textContent = "Remove";
    say(`Not removed: ${title}. ${error instanceof Error ? error.message : ""}`);
    button.after(create("p", "wrong", error instanceof Error ? error.message : "Not removed."));
  }
}

/** Opens the page for whoever may ingest. */
function open() {
  element("add").hidden = false;
  for (const link of document.querySelectorAll('a[href="#add"]')) /** @type {HTMLElement} */ (link).hidden = false;
  for (const button of document.querySelectorAll("button.remove")) /** @type {HTMLElement} */ (button).hidden = false;
  listSources().catch(() => null);
  listArticles();
}

/** @param {DataTransfer | null} brought */
function take(brought) {
  if (!brought) return false;
  if (brought.files.length) {
    addFiles([...brought.files]);
    return true;
  }
  const addresses = addressesIn(brought.getData("text/uri-list") || brought.getData("text/plain"));
  if (!addresses.length) return false;
  // Nothing is visited before somebody has seen what: it may have been dropped by mistake.
  const field = element("addresses");
  field.value = [...addressesIn(field.value), ...addresses].join("\n");
  field.focus();
  say(addresses.length === 1 ? "One address is filled in." : `${addresses.length} addresses are filled in.`);
  return true;
}

/** @param {Event} event whether it is for a field that takes text itself; a chat on this page has one, too */
function isForField(event) {
  const [target] = event.composedPath();
  return target instanceof Element && target.matches("input, textarea");
}

const isOpen = () => !element("add").hidden;

if (element("add")) {
  element("files").addEventListener("change", () => {
    addFiles([...element("files").files]);
    element("files").value = "";
  });
  element("address-form").addEventListener("submit", (/** @type {Event} */ event) => {
    event.preventDefault();
    const field = element("addresses");
    const words = field.value.split(/\s+/).filter(Boolean);
    addAddresses(words.map((/** @type {string} */ word) => (/^[a-z]+:/i.test(word) ? word : `https://${word}`)));
    field.value = "";
  });
  element("relist").addEventListener("click", () => location.reload());
  document.addEventListener("click", ({ target }) => {
    if (target instanceof HTMLButtonElement && target.dataset.remove && target.ariaDisabled !== "true") askWhetherToRemove(target);
  });
  document.addEventListener("paste", (event) => {
    const hasFiles = event.clipboardData && event.clipboardData.files.length;
    if (isOpen() && (hasFiles || !isForField(event)) && take(event.clipboardData)) event.preventDefault();
  });
  document.addEventListener("dragover", (event) => {
    const kinds = event.dataTransfer ? event.dataTransfer.types : [];
    if (!isOpen() || !(kinds.includes("Files") || (kinds.includes("text/uri-list") && !isForField(event)))) return;
    event.preventDefault();
    element("drop").classList.add("over");
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) element("drop").classList.remove("over");
  });
  document.addEventListener("drop", (event) => {
    element("drop").classList.remove("over");
    if (isOpen() && take(event.dataTransfer)) event.preventDefault();
  });
  if (!element("key-form")) {
    open();
    showWatches(call);
    showQuestions(call);
  }
}

if (element("key-form")) {
  element("key-form").addEventListener("submit", async (/** @type {Event} */ event) => {
    event.preventDefault();
    key = element("key").value.trim();
    element("key").value = "";
    const chat = document.createElement("assistant-chat");
    chat.dataset.key = key;
    chat.dataset.title = "Your questions"; // the page has the usual title itself
    element("chat").replaceChildren(chat);
    element("chat").hidden = false;
    element("add").hidden = element("articles").hidden = true;
    // Whoever may not ingest is refused here, and sees nothing of it.
    await call("GET", "/v1/sources").then(open, () => null);
    await showWatches(call);
    await showQuestions(call);
  });
}

export {};
