/**
 * Morphs random trees into others, and returns the first case that went wrong, or null.
 * @param {{ address: string, seed: number, count: number }} options
 */
async ({ address, seed, count }) => {
  const { morph } = await import(address);
  const kinds = ["div", "p", "span", "ul", "li", "details", "input", "svg", "b"];
  let state = seed;
  const random = (/** @type {number} */ below) => {
    state = (state * 1664525 + 1013904223) % 4294967296;
    return Math.floor((state / 4294967296) * below);
  };

  /** A tree in which no id occurs twice, and in which most have none. */
  const grow = (/** @type {Element} */ parent, /** @type {string[]} */ ids, depth = 0) => {
    for (let number = random(6); number > 0; number -= 1) {
      const choice = random(10);
      if (choice === 0) parent.append(document.createComment(`${random(3)}`));
      else if (choice < 4) parent.append(`text ${random(4)}`);
      else {
        const kind = kinds[random(kinds.length)];
        const space = kind === "svg" ? "http://www.w3.org/2000/svg" : "http://www.w3.org/1999/xhtml";
        const element = document.createElementNS(space, kind);
        if (random(2) && ids.length) element.id = ids.splice(random(ids.length), 1)[0];
        for (const name of ["class", "title", "tabindex", "hidden"]) {
          if (random(4) === 0) element.setAttribute(name, `${random(2)}`);
        }
        if (depth < 4 && kind !== "input") grow(element, ids, depth + 1);
        parent.append(element);
      }
    }
    parent.normalize();
    return parent;
  };
  const ids = () => [..."abcdefghij"].map((letter) => `random-${letter}`);

  for (let number = 0; number < count; number += 1) {
    const [shown, target] = [grow(document.createElement("div"), ids()), grow(document.createElement("div"), ids())];
    document.querySelector("main").append(shown);
    const before = new Map([...shown.querySelectorAll("[id]")].map((one) => [one.id, one]));
    const focusable = [...shown.querySelectorAll("[id][tabindex], input[id]")];
    const focused = focusable.length ? focusable[random(focusable.length)] : null;
    focused?.focus();
    const hadFocus = focused !== null && document.activeElement === focused;
    const described = `${number}: ${shown.outerHTML} -> ${target.outerHTML}`;
    morph(shown, target);
    if (!shown.isEqualNode(target)) return `${described} became ${shown.outerHTML}`;
    for (const wanted of target.querySelectorAll("[id]")) {
      const [old, now] = [before.get(wanted.id), shown.querySelector(`#${wanted.id}`)];
      if (old?.nodeName === wanted.nodeName && old !== now) return `${described} lost ${wanted.id}`;
      const staysFocusable = wanted.matches(":is([tabindex], input):not([hidden], [hidden] *, details *, svg *)");
      if (hadFocus && old === focused && old === now && staysFocusable && document.activeElement !== now) {
        return `${described} lost the focus of ${wanted.id}`;
      }
    }
    shown.remove();
  }
  return null;
};
