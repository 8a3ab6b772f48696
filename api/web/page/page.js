/* What pages of ours do beyond showing: they copy snippets, and go to the quote. They work without it. */

for (const button of document.querySelectorAll("button[data-copy]")) {
  if (button instanceof HTMLButtonElement && navigator.clipboard) {
    button.hidden = false;
    button.addEventListener("click", () => copySnippet(button));
  }
}

/** @param {HTMLButtonElement} button */
async function copySnippet(button) {
  const snippet = document.getElementById(button.dataset.copy || "");
  const said = document.getElementById("said");
  if (!snippet || !said) return;
  const isCopied = await navigator.clipboard.writeText(snippet.textContent || "").then(
    () => true,
    () => false,
  );
  said.textContent = isCopied ? "Copied." : "The browser did not allow copying.";
  button.textContent = isCopied ? "Copied" : "Not allowed";
}

const names = new Intl.DisplayNames(["en"], { type: "language" });
for (const option of document.querySelectorAll("option[data-language]")) {
  if (option instanceof HTMLOptionElement) option.textContent = names.of(option.value) || option.value;
}

// A link without #quote leads to the quote, too.
const quote = document.getElementById("quote");
if (quote && !location.hash) quote.scrollIntoView();
