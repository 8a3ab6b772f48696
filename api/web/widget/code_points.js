/**
 * The service counts code points; JavaScript counts UTF-16 units, of which an emoji has two.
 *
 * @param {string} text
 * @param {number} start in code points
 * @param {number} [end]
 */
function sliceCodePoints(text, start, end) {
  return Array.from(text).slice(start, end).join("");
}
