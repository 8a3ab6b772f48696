/** How long the service may be silent: before it says anything, and between two pieces (it sends a sign of life every 15 s). */
const FIRST_PIECE_MS = 120_000;
const NEXT_PIECE_MS = 45_000;

/**
 * Why no answer came. `kind` names the words for it.
 *
 * @typedef {{kind: StringName, status: number, code: string, seconds: number, requestId: string}} Failure
 */

class AskFailed extends Error {
  /** @param {Failure} failure */
  constructor(failure) {
    super(failure.kind);
    this.failure = failure;
  }
}

/**
 * @param {StringName} kind
 * @param {Partial<Failure>} [more]
 * @returns {AskFailed}
 */
function failed(kind, more) {
  return new AskFailed({ kind, status: 0, code: kind, seconds: 0, requestId: "", ...more });
}

/**
 * Asks, and gives the service's events as they come; the last one is `answer.completed`.
 * Throws AskFailed, and AbortError when stopped by `signal`.
 *
 * @param {Site} site
 * @param {object} question the request's body
 * @param {AbortController} stopper
 * @returns {AsyncGenerator<ServerEvent>}
 */
async function* askService(site, question, stopper) {
  const response = await post(site, "/v1/ask", { ...question, stream: true }, stopper);
  if (!response.ok) throw await failureOf(response);
  if (!response.body) throw failed("broken");
  const patiently = (/** @type {Promise<any>} */ reading) => within(NEXT_PIECE_MS, reading, stopper, "broken");
  for await (const event of readEvents(response.body, patiently)) {
    const data = parse(event.text);
    if (event.name === "error") throw problemFailure(data.problem || data, 0);
    yield { name: event.name, data };
    if (event.name === "answer.completed") return;
  }
  throw failed("broken");
}

/**
 * @param {Site} site
 * @param {string} path
 * @param {object} body
 * @param {AbortController} stopper
 * @returns {Promise<Response>}
 */
function post(site, path, body, stopper) {
  const headers = new Headers({ "Content-Type": "application/json", Accept: "text/event-stream, application/json" });
  if (site.key) headers.set("Authorization", `Bearer ${site.key}`);
  const asked = fetch(site.endpoint + path, {
    method: "POST",
    headers,
    body: JSON.stringify(body),
    signal: stopper.signal,
    credentials: "omit",
    cache: "no-store",
  });
  return within(FIRST_PIECE_MS, asked, stopper, navigator.onLine ? "unreachable" : "offline");
}

/**
 * What `work` gives; a failure to reach the service becomes `kind`, and its silence an end.
 *
 * @template T
 * @param {number} milliseconds
 * @param {Promise<T>} work
 * @param {AbortController} stopper
 * @param {StringName} kind
 * @returns {Promise<T>}
 */
async function within(milliseconds, work, stopper, kind) {
  let silent = false;
  const timer = setTimeout(() => {
    silent = true;
    stopper.abort();
  }, milliseconds);
  try {
    return await work;
  } catch (error) {
    if (silent) throw failed("silent");
    if (stopper.signal.aborted) throw error;
    throw failed(kind);
  } finally {
    clearTimeout(timer);
  }
}

/** @param {string} text */
function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    throw failed("mismatch");
  }
}

/** @param {Response} response */
async function failureOf(response) {
  const problem = await response.json().catch(() => ({}));
  return problemFailure({ ...problem, status: response.status }, Number(response.headers.get("retry-after")) || 0);
}

/** @type {Record<number, StringName>} */
const KINDS = {
  401: "bad_key",
  403: "not_allowed",
  413: "too_long",
  422: "too_long",
  429: "too_many",
  502: "busy",
  503: "busy",
  504: "silent",
};

/**
 * @param {{status?: number, code?: string, request_id?: string}} problem
 * @param {number} seconds until asking again may help
 */
function problemFailure(problem, seconds) {
  const status = Number(problem.status) || 500;
  const code = String(problem.code || "");
  const kind = code.includes("quota") ? "quota" : KINDS[status] || (status < 500 ? "mismatch" : "fault");
  return failed(kind, { status, code, seconds, requestId: String(problem.request_id || "") });
}
