/**
 * What is loaded when it is first used; see `later/`.
 *
 * @typedef {{
 *   Drawer: typeof Drawer,
 *   offerFilters: (chat: Chat) => Promise<Filters | null>,
 * }} Later
 */

/** @type {Promise<Later | null> | undefined} */
let later;

/** Null where it cannot be loaded, or the host's policy forbids it: the chat works without. */
function loadLater() {
  return (later ??= new Promise((resolve) => {
    const address = `${ownEndpoint}/widget/later.js`;
    const script = make("script", { crossorigin: "", integrity: LATER, nonce: ownNonce, error: () => resolve((later = undefined) ?? null) });
    // A host may let in no address but those that somebody vouches for. What comes from there is checked.
    const types = /** @type {any} */ (window).trustedTypes;
    script.src = types ? types.createPolicy("assistant-chat", { createScriptURL: () => address }).createScriptURL("") : address;
    Object.assign(script, { kit: { make, icon, iconButton, sliceCodePoints, webAddress, ICONS, ENGLISH, sheet, STYLE, resolve } });
    document.head.append(script);
  }).catch(() => null));
}
