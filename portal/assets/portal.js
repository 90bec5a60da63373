/**
 * Copies tracking numbers, and asks again for a page that could not be shown. The buttons to copy are
 * seen only where this runs, and go on working when the page around them is replaced.
 */

// Browsers have no clipboard for pages that came without encryption.
if (navigator.clipboard) document.documentElement.classList.add("scripted");

document.addEventListener("click", async ({ target }) => {
  const button = target instanceof Element ? target.closest("[data-copy]") : null;
  if (!(button instanceof HTMLElement)) return;
  await navigator.clipboard.writeText(button.dataset.copy ?? "");
  for (const place of [button.querySelector(".tool-label"), document.getElementById("status")]) {
    if (place) place.textContent = button.dataset.copied ?? "";
  }
});

const again = document.querySelector("[data-retry] a.button");
if (again instanceof HTMLAnchorElement) {
  // Visitors who wait together do not come back together.
  const pause = Number(again.closest("main")?.dataset.retry) * 1000 * (1 + Math.random() / 4);
  setTimeout(() => location.replace(again.href), pause);
}
