/** Defines the element once, and starts the launcher that the script tag asks for. */
async function start() {
  const script = document.currentScript;
  const source = script instanceof HTMLScriptElement ? script : null;
  ownNonce = (source && source.nonce) || "";
  ownEndpoint = source ? source.dataset.endpoint || source.src.slice(0, source.src.lastIndexOf("/widget")) : "";
  await learn(knownLanguage(source && source.dataset.lang, document.documentElement.lang, navigator.language));
  if (!customElements.get("assistant-chat")) customElements.define("assistant-chat", Chat);
  if (!source || source.dataset.launcher === "off") return;
  const chat = document.createElement("assistant-chat");
  Object.assign(chat.dataset, source.dataset, { endpoint: ownEndpoint, floating: "" });
  // A second one on the page stands above the first.
  chat.style.setProperty("--place", String(document.querySelectorAll("assistant-chat[data-floating]").length));
  // Beside the body: what the page does to its body (transforms, replacing it) does not reach there.
  document.documentElement.append(chat);
  if (!window.AssistantChat) {
    window.AssistantChat = /** @type {any} */ ({
      open: () => floating().open(),
      close: () => floating().close(),
      ask: (/** @type {string} */ question) => floating().ask(question),
    });
  }
}

/** @returns {Chat} the first launcher's chat */
function floating() {
  return /** @type {Chat} */ (document.querySelector("assistant-chat[data-floating]"));
}

start();
