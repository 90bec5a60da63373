/**
 * Changes the page that is shown into the one that the server would render now, and keeps what the
 * reader has done: focus, selections, opened details, scrolled boxes, and forms under `data-keep`.
 */

/** The only place where text becomes elements: browsers with Trusted Types refuse all others. */
const policy = window.trustedTypes?.createPolicy("whereabouts", { createHTML: (text) => text });

/**
 * Read a page of this service.
 * @param {string} html
 * @returns {Document}
 */
export function readPage(html) {
  const text = /** @type {string} */ (/** @type {unknown} */ (policy?.createHTML(html) ?? html));
  return new DOMParser().parseFromString(text, "text/html");
}

/**
 * Make an element equal to another one, except what the reader has opened or is editing. Elements
 * with the same id stay the same elements, wherever they move.
 * @param {Element} shown
 * @param {Element} target
 */
export function morph(shown, target) {
  const focused = document.activeElement;
  const identified = new Map([...shown.querySelectorAll("[id]")].map((one) => [one.id, one]));
  morphElement(shown, target, identified);
  if (focused !== document.activeElement && focused instanceof HTMLElement && focused.isConnected) {
    focused.focus({ preventScroll: true });
  }
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
  let place = shown.firstChild;
  /** @type {[Element, Element][]} */
  const pairs = [];
  for (const child of target.childNodes) {
    const known = match(child, place, identified);
    const node = known ?? document.importNode(child, false);
    if (node === place) place = place.nextSibling;
    else move(shown, node, place);
    if (!(node instanceof Element)) node.nodeValue !== child.nodeValue && (node.nodeValue = child.nodeValue);
    else if (!known || !node.hasAttribute("data-keep")) pairs.push([node, /** @type {Element} */ (child)]);
  }
  while (place) {
    const next = place.nextSibling;
    place.remove();
    place = next;
  }
  // Last, because a part may take elements that were beside it.
  for (const [node, child] of pairs) morphElement(node, child, identified);
}

/**
 * Find the shown node that becomes the child: that of its id, or the next of its kind without one.
 * @param {Node} child
 * @param {ChildNode | null} place
 * @param {Map<string, Element>} identified
 * @returns {ChildNode | null}
 */
function match(child, place, identified) {
  const id = child instanceof Element && child.id;
  let node = id ? (identified.get(id) ?? null) : place;
  if (id) identified.delete(id);
  else while (node && (node.nodeName !== child.nodeName || (node instanceof Element && node.id))) node = node.nextSibling;
  return node?.nodeName === child.nodeName ? node : null;
}

/**
 * Insert a node before a place; a browser that can moves it without taking its focus away.
 * @param {Element} parent
 * @param {Node} node
 * @param {Node | null} place
 */
function move(parent, node, place) {
  if (node.isConnected && parent.isConnected && "moveBefore" in parent) parent.moveBefore(node, place);
  else parent.insertBefore(node, place);
}

/**
 * @param {Element} shown
 * @param {Element} target
 */
function morphAttributes(shown, target) {
  const isReaders = (/** @type {string} */ name) => name === "open" && shown.nodeName === "DETAILS";
  for (const { name } of [...shown.attributes]) {
    if (!target.hasAttribute(name) && !isReaders(name)) shown.removeAttribute(name);
  }
  for (const { name, value } of target.attributes) {
    if (shown.getAttribute(name) !== value && !isReaders(name)) shown.setAttribute(name, value);
  }
}
