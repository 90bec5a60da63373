/**
 * Changes the page that is shown into the one that the server would render now, and keeps what the
 * reader has done: focus, selections, opened details, scrolled boxes, and forms under `data-keep`.
 */

/** The only place where text becomes elements: browsers with Trusted Types refuse all others. */
const policy = /** @type {any} */ (window).trustedTypes?.createPolicy("whereabouts", {
  createHTML: (/** @type {string} */ html) => html,
});

/**
 * Read a page of this service.
 * @param {string} html
 */
export function readPage(html) {
  return new DOMParser().parseFromString(policy?.createHTML(html) ?? html, "text/html");
}

/**
 * Make an element equal to another one, except for what the reader has opened or is editing.
 * Elements with the same id stay the same elements, wherever they move.
 * @param {Element} shown
 * @param {Element} target
 */
export function morph(shown, target) {
  const focused = /** @type {HTMLElement | null} */ (document.activeElement);
  const identified = new Map([...shown.querySelectorAll("[id]")].map((one) => [one.id, one]));
  morphElement(shown, target, identified);
  const isLost = focused?.isConnected && focused !== document.activeElement;
  if (isLost) focused.focus({ preventScroll: true });
}

/**
 * @param {Element} shown
 * @param {Element} target
 * @param {Map<string, Element>} identified the elements that are shown, by their ids
 */
function morphElement(shown, target, identified) {
  morphAttributes(shown, target);
  // What has gone leaves first, so that the others need not move.
  const ids = new Set([...target.children].map((child) => child.id));
  for (const child of [...shown.children]) if (child.id && !ids.has(child.id)) child.remove();
  /** @type {[Element, Element][]} */
  const parts = [];
  let place = shown.firstChild;
  for (const child of target.childNodes) {
    const known = match(child, place, identified);
    const node = known ?? document.importNode(child, false);
    if (node === place) place = place.nextSibling;
    // A browser that can moves it without taking its focus away.
    else if (known && "moveBefore" in shown && node.isConnected) shown.moveBefore(node, place);
    else shown.insertBefore(node, place);
    if (!(node instanceof Element)) node.nodeValue = child.nodeValue;
    else if (!known || !node.hasAttribute("data-keep")) parts.push([node, /** @type {Element} */ (child)]);
  }
  for (const gone of [...shown.childNodes].slice(target.childNodes.length)) gone.remove();
  // Last, because a part may take elements that were beside it.
  for (const [node, child] of parts) morphElement(node, child, identified);
}

/**
 * Find the shown node that becomes the child: that of its id, or the next of its kind without one.
 * @param {ChildNode & { id?: string }} child
 * @param {(ChildNode & { id?: string }) | null} place
 * @param {Map<string, Element>} identified
 * @returns {ChildNode | null}
 */
function match({ id, nodeName }, place, identified) {
  const known = identified.get(id ?? "");
  if (id) return identified.delete(id) && known?.nodeName === nodeName ? known : null;
  while (place && (place.nodeName !== nodeName || place.id)) place = place.nextSibling;
  return place;
}

/**
 * @param {Element} shown
 * @param {Element} target
 */
function morphAttributes(shown, target) {
  const names = new Set([...shown.getAttributeNames(), ...target.getAttributeNames()]);
  if (shown.nodeName === "DETAILS") names.delete("open");
  for (const name of names) {
    const value = target.getAttribute(name);
    if (value === null) shown.removeAttribute(name);
    else if (value !== shown.getAttribute(name)) shown.setAttribute(name, value);
  }
}
