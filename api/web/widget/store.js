/** More turns than this are forgotten, the oldest first: the browser gives a page little room. */
const TURNS_KEPT = 20;

/**
 * A conversation in this tab's sessionStorage, and nowhere else. Where that is forbidden, it ends with the page.
 *
 * @param {Site} site
 * @param {string} kind two chats of one key may stand on one page; the key itself is not kept
 */
function conversationStore(site, kind) {
  const name = `assistant-chat:${kind}:${site.endpoint}:${site.key.slice(0, 15)}`;
  return {
    /** @returns {{turns: Turn[], open: boolean}} */
    load() {
      try {
        const { turns, open } = JSON.parse(sessionStorage.getItem(name) || "{}");
        return { turns: turns.filter(isTurn), open: open === true };
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

/**
 * Whether this can be shown. Other scripts of the host page can write there too.
 *
 * @param {any} turn
 */
function isTurn(turn) {
  const answer = turn.answer;
  const lists = [answer.citations, answer.sources, answer.answer.sentences, answer.unanswered, answer.degraded];
  return typeof turn.question === "string" && typeof answer.answer.text === "string" && lists.every(Array.isArray);
}
