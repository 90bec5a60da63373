/**
 * Copies tracking numbers. The buttons are shown only where this runs, and go on working when the
 * page around them is replaced.
 */
const SAID_MS = 2000; // Long enough to be seen, short enough to be pressed again.

document.documentElement.classList.add("scripted");

document.addEventListener("click", async (event) => {
  const button = /** @type {HTMLElement} */ (event.target).closest?.("[data-copy]");
  if (!(button instanceof HTMLElement)) return;
  const label = /** @type {HTMLElement} */ (button.querySelector(".tool-label"));
  const [before, copied] = [label.textContent, button.dataset.copied ?? ""];
  if (before === copied) return;
  await navigator.clipboard.writeText(button.dataset.copy ?? "");
  label.textContent = copied;
  const status = document.getElementById("status");
  if (status) status.textContent = copied;
  setTimeout(() => (label.textContent = before), SAID_MS);
});
