/* What sections of the first page share that list what only some may see and change. */

/** @param {string} id @returns {any} an element of the page, null when this page has none */
export const element = (id) => document.getElementById(id);

/**
 * @param {string} name
 * @param {string} text
 */
export function make(name, text) {
  const made = document.createElement(name);
  // As in the widget: letters stand in their own direction, whatever a question or an article says.
  made.textContent = text.replace(/[\u202d\u202e]/g, "");
  made.dir = "auto";
  return made;
}

/**
 * @param {string} text
 * @param {string} label what is read out
 * @param {() => void} act
 */
export function button(text, label, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = text;
  made.ariaLabel = label;
  made.addEventListener("click", act);
  return made;
}

/**
 * Return what does some work, lists anew and says that it is done, or why not.
 *
 * @param {() => Promise<unknown>} list
 * @param {(text: string) => void} say
 */
export function acting(list, say) {
  return async (/** @type {() => Promise<unknown>} */ work, /** @type {string} */ done) => {
    try {
      await work();
      await list();
      say(done);
    } catch (error) {
      say(error instanceof Error ? error.message : String(error));
    }
  };
}
