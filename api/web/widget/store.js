/** More turns than this are forgotten, the oldest first: the browser gives a page little room. */
const TURNS_KEPT = 20;

/**
 * A conversation in this tab's sessionStorage, and nowhere else. Where that is forbidden, it ends with the page.
 *
 * @param {Site} site
 * @param {string} kind two chats of one key may stand on one page; the key itself is not kept
 */
function conversationStore(site, kind) {
  // The number is that of the format: after a change of it nobody meets turns of the one before.
  const name = `assistant-chat:2:${kind}:${site.endpoint}:${site.key.slice(0, 15)}`;
  return {
    /** @returns {{turns: Turn[], open: boolean}} turns as they were found: they may be anything */
    load() {
      try {
        const { turns, open } = JSON.parse(sessionStorage.getItem(name) || "{}");
        return { turns: Array.from(turns), open: open === true };
      } catch {
        return { turns: [], open: false };
      }
    },
    /**
     * @param {Turn[]} turns
     * @param {boolean} open
     */
    save(turns, open) {
      try {
        sessionStorage.setItem(name, JSON.stringify({ turns: turns.slice(-TURNS_KEPT), open }));
      } catch {
        return;
      }
    },
  };
}
