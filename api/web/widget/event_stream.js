/**
 * Server-sent events from a response's body, wherever the network cut it.
 *
 * @param {ReadableStream<Uint8Array>} body
 * @param {(reading: Promise<any>) => Promise<any>} patiently bounds how long a piece may take
 * @returns {AsyncGenerator<{name: string, text: string}>}
 */
async function* readEvents(body, patiently) {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await patiently(reader.read());
      if (done) return;
      rest += decoder.decode(value, { stream: true });
      // A \r at the end may be half of \r\n: it waits for what follows.
      const blocks = rest.replace(/\r\n|\r(?!$)/g, "\n").split("\n\n");
      rest = blocks.pop() || "";
      for (const block of blocks) {
        const event = parseEvent(block);
        if (event) yield event;
      }
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

/**
 * @param {string} block the lines of one event
 * @returns {{name: string, text: string} | null} null for a comment
 */
function parseEvent(block) {
  let name = "message";
  const data = [];
  for (const line of block.split("\n")) {
    const [, field, value] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) || ["", "", ""];
    if (field === "event") name = value || "";
    if (field === "data") data.push(value || "");
  }
  return data.length ? { name, text: data.join("\n") } : null;
}
