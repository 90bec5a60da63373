/**
 * Keeps `main` as the server would render it now. A stream, whose address is in `data-live`, says
 * only that something has changed; then the page fetches itself and puts in place what differs.
 */
import { morph, readPage } from "./morph.js";

const GATHER_MS = 250; // Changes come in groups: one fetch shows them all.
const ANNOUNCE_MS = 1000; // Screen readers read everything that they are told.
const WORD_MS = 2000; // A gap that is shorter than this is nobody's concern.
const [RETRY_MS, RETRY_GROWTH, LONGEST_RETRY_MS] = [800, 1.15, 4000]; // A server that is back is soon seen.
const ANSWER_MS = 10_000; // Some proxies hold streams back, which then never open.
const STEADY_MS = 500; // The server refuses a stream by ending it as soon as it is open.
const POLL_MS = 20_000;
const RENEW_MS = 300_000; // "Today" and "late" change without any news.
const SLOTS = 3; // Browsers open six connections to a host: the others are for the pages.
const PAUSED = "whereabouts-paused";

const main = /** @type {HTMLElement} */ (document.querySelector("main"));
const control = /** @type {HTMLElement} */ (document.getElementById("live"));
const button = /** @type {HTMLElement} */ (control?.querySelector("button"));
const status = /** @type {HTMLElement} */ (document.getElementById("status"));
const wordOf = (state = "") => control.querySelector(`[data-word="${state}"]`)?.textContent ?? "";

/** @type {EventSource | null} */
let stream = null;
/** @type {(() => void) | null} gives the slot back */
let slot = null;
let isPaused = remembered();
let run = 0; // Rises with each stop: what belongs to an earlier run does nothing any more.
let [tries, rest, isChanged, announced] = [0, 0, false, ""]; // The rest is what the server asks for.
let [next, gathering, word, announcing] = [0, 0, 0, 0]; // Timers.

/**
 * Begin again, as the reader, the window and the network now allow.
 * @param {boolean} mayLack whether something may have changed meanwhile
 */
function start(mayLack) {
  stop();
  button.setAttribute("aria-pressed", String(isPaused));
  if (isPaused) return say("paused");
  if (document.hidden || !main.dataset.live) return;
  if (!navigator.onLine) return say("offline");
  if (mayLack) gather();
  connect();
}

function stop() {
  run += 1;
  closeStream();
  slot?.();
  slot = null;
  for (const timer of [gathering, word, announcing]) clearTimeout(timer);
  gathering = word = announcing = 0;
}

function closeStream() {
  stream?.close();
  stream = null;
  clearTimeout(next);
}

async function connect() {
  const mine = run;
  const taken = slot ?? (await takeSlot());
  if (mine !== run) return taken?.();
  slot = taken;
  if (!slot) return look();
  closeStream();
  const opened = (stream = new EventSource(/** @type {string} */ (main.dataset.live)));
  let isNew = false;
  next = setTimeout(poll, ANSWER_MS);
  stream.onopen = () => {
    isNew = true;
    clearTimeout(next);
    next = setTimeout(() => ((isNew = false), settle()), STEADY_MS);
    if (isChanged) gather();
  };
  stream.addEventListener("next", gather);
  stream.addEventListener("complete", poll);
  // By itself, a browser would ask for what the page has shown meanwhile, and not after a refusal.
  stream.onerror = () => (isNew || opened.readyState === EventSource.CLOSED ? poll() : lose());
}

/** The page hears of whatever changes. */
function settle() {
  clearTimeout(next);
  next = setTimeout(look, RENEW_MS);
  if (isChanged) return;
  tries = 0;
  say("live");
}

/** Do without a stream: look now, and try again to have one in a while. */
const poll = () => (closeStream(), look());

/** Fetch the page without any news of it: now, and then every now and again. */
async function look() {
  const mine = run;
  const isShown = await refresh();
  if (mine !== run) return;
  if (!isShown) return lose();
  if (!stream) say("polling");
  next = setTimeout(stream ? look : connect, stream ? RENEW_MS : POLL_MS);
}

function lose() {
  closeStream();
  word ||= setTimeout(say, WORD_MS, "reconnecting");
  const pause = Math.min(RETRY_MS * RETRY_GROWTH ** tries++, LONGEST_RETRY_MS);
  next = setTimeout(connect, rest + pause * (0.75 + Math.random() / 2));
  rest = 0;
}

/** Fetch the page soon, together with what else changes until then, and never twice at once. */
function gather() {
  isChanged = true;
  if (gathering) return;
  const mine = run;
  // Many readers of one order spread over so many milliseconds, which the server knows.
  const spread = Math.random() * Number(main.dataset.spread ?? 0);
  gathering = setTimeout(async () => {
    isChanged = false;
    const isShown = await refresh();
    if (mine !== run) return;
    gathering = 0;
    isChanged ||= !isShown;
    if (!isShown) lose();
    else if (isChanged) gather();
    else if (stream?.readyState === EventSource.OPEN) settle();
  }, GATHER_MS + spread);
}

/** Show the page as it is now. Returns whether the server gave it. */
async function refresh() {
  const mine = run;
  try {
    const limit = new AbortController(); // AbortSignal.timeout is not in every browser.
    setTimeout(() => limit.abort(), ANSWER_MS);
    // Where the page can be read: a visitor may be where a form was sent to.
    const { href } = /** @type {HTMLAnchorElement} */ (control.querySelector("a"));
    const answer = await fetch(href, { headers: { Accept: "text/html" }, signal: limit.signal });
    rest = Number(answer.headers.get("Retry-After")) * 1000 || 0;
    const html = answer.ok && (await answer.text());
    if (html && mine === run) show(readPage(html));
    return answer.ok;
  } catch {} // It is away, or too slow.
  return false;
}

/** @param {Document} page */
function show(page) {
  const { announce: before } = main.dataset;
  morph(main, /** @type {Element} */ (page.querySelector("main")));
  document.title = page.title;
  if (!main.dataset.live) stop(), say("ended");
  if (main.dataset.announce && main.dataset.announce !== before) announce(main.dataset.announce);
}

/** @param {string} state the word to show, of which `ended` has none */
function say(state) {
  clearTimeout(word);
  word = 0;
  const before = control.dataset.state;
  if (before === state) return;
  control.dataset.state = state;
  if (announced === wordOf(before)) announce("");
  if (state === "reconnecting" || state === "offline") announce(wordOf(state));
}

/** @param {string} text what screen readers read, unless something else comes within a moment */
function announce(text) {
  announced = text;
  announcing ||= setTimeout(() => {
    announcing = 0;
    if (status.textContent !== announced) status.textContent = announced;
  }, ANNOUNCE_MS);
}

/**
 * Take one of the slots that all tabs share. Returns how to give it back, null if all are taken.
 * @returns {Promise<(() => void) | null>}
 */
async function takeSlot() {
  for (let number = 0; number < SLOTS; number += 1) {
    const free = await new Promise((resolve) => {
      const held = (/** @type {Lock | null} */ lock) => lock && new Promise((end) => resolve(() => end(0)));
      const request = async () => navigator.locks.request(`whereabouts-stream-${number}`, { ifAvailable: true }, held);
      // Frames of other sites have no locks, nor have old browsers: they go on without.
      request().then(() => resolve(null), () => resolve(() => {}));
    });
    if (free) return free;
  }
  return null;
}

/**
 * Return whether this tab is paused, after remembering a new value if there is one.
 * @param {boolean} [value]
 */
function remembered(value) {
  try {
    if (value !== undefined) sessionStorage.setItem(PAUSED, String(value));
    return sessionStorage.getItem(PAUSED) === "true";
  } catch {} // Frames of other sites remember nothing.
  return value ?? false;
}

if (main?.dataset.live && control) {
  button.addEventListener("click", () => ((isPaused = remembered(!isPaused)), start(true)));
  for (const name of ["visibilitychange", "online", "offline"]) addEventListener(name, () => start(true));
  addEventListener("pagehide", stop);
  addEventListener("pageshow", (event) => event.persisted && start(true));
  start(false);
}
