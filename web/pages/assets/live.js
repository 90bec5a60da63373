/**
 * Keeps `main` as the server would render it now. A stream, whose address is in `data-live`, says
 * only that something has changed; then the page fetches itself and puts in place what differs.
 */
import { morph, readPage } from "./morph.js";

const GATHER_MS = 250; // Changes come in groups: one fetch shows them all.
const ANNOUNCE_MS = 1000; // Screen readers read everything that they are told.
const WORD_MS = 2000; // A gap that is shorter than this is nobody's concern.
const RETRY_MS = 800;
const RETRY_GROWTH = 1.15;
const OPEN_MS = 10_000; // Some proxies hold streams back, which then never open.
const FETCH_MS = 10_000;
const POLL_MS = 20_000;
const RENEW_MS = 300_000; // "Today" and "late" change without any news.
const SLOTS = 3; // Browsers open six connections to a host: the others are for the pages.
const PAUSED = "whereabouts-paused";

const main = /** @type {HTMLElement} */ (document.querySelector("main"));
const control = /** @type {HTMLElement} */ (document.getElementById("live"));
const button = /** @type {HTMLButtonElement} */ (control?.querySelector("button"));
const status = /** @type {HTMLElement} */ (document.getElementById("status"));

/** @type {EventSource | null} */
let stream = null;
/** @type {(() => void) | null} gives the slot back */
let slot = null;
let isPaused = stored() === "true";
let run = 0; // Rises with each stop: what belongs to an earlier run does nothing any more.
let tries = 0;
let isChanged = false;
let announced = "";
let [next, gathering, word, announcing] = [0, 0, 0, 0]; // Timers.

/**
 * Begin again, as the reader, the network and the window now allow.
 * @param {boolean} isReturn whether the page may have missed something
 */
function start(isReturn) {
  stop();
  button.setAttribute("aria-pressed", String(isPaused));
  if (isPaused) return say("paused");
  if (document.hidden) return;
  if (!navigator.onLine) return say("offline");
  if (isReturn) gather();
  connect();
}

function stop() {
  run += 1;
  stream?.close();
  slot?.();
  stream = slot = null;
  for (const timer of [next, gathering, word]) clearTimeout(timer);
  next = gathering = word = 0;
}

async function connect() {
  const mine = run;
  const taken = slot ?? (await takeSlot());
  if (mine !== run) return taken?.();
  slot = taken;
  if (!slot) return poll();
  const opened = (stream = new EventSource(/** @type {string} */ (main.dataset.live)));
  next = setTimeout(poll, OPEN_MS);
  stream.onopen = () => {
    clearTimeout(next);
    next = setTimeout(renew, RENEW_MS);
    tries = 0;
    say("live");
  };
  stream.addEventListener("next", gather);
  stream.addEventListener("complete", poll);
  // A browser does not go on by itself after a refusal, nor would it ask for what the page lacks.
  stream.onerror = () => (opened.readyState === EventSource.CLOSED ? poll() : lost());
}

/** Look every now and then instead, and try the stream again each time. */
async function poll() {
  const mine = run;
  closeStream();
  if (!(await refresh())) return mine === run && lost();
  if (mine !== run) return;
  say("polling");
  next = setTimeout(connect, POLL_MS);
}

async function renew() {
  const mine = run;
  if (!(await refresh())) return mine === run && lost();
  if (mine === run) next = setTimeout(renew, RENEW_MS);
}

function lost() {
  closeStream();
  word ||= setTimeout(say, WORD_MS, "reconnecting");
  const pause = Math.min(RETRY_MS * RETRY_GROWTH ** tries++, POLL_MS) * (0.75 + Math.random() / 2);
  next = setTimeout(connect, pause);
}

function closeStream() {
  stream?.close();
  stream = null;
  clearTimeout(next);
}

/** Fetch the page soon, together with what else changes meanwhile, never twice at once. */
function gather() {
  isChanged = true;
  if (gathering) return;
  const mine = run;
  // The server tells in `data-spread` over how many milliseconds many readers should spread.
  const spread = Math.random() * Number(main.dataset.spread ?? 0);
  gathering = setTimeout(async () => {
    isChanged = false;
    const isShown = await refresh();
    if (mine !== run) return;
    gathering = 0;
    if (!isShown) lost();
    else if (isChanged) gather();
  }, GATHER_MS + spread);
}

/** Show the page as it is now. Returns whether the server gave it. */
async function refresh() {
  const mine = run;
  try {
    const signal = AbortSignal.timeout?.(FETCH_MS);
    const answer = await fetch(location.href, { headers: { Accept: "text/html" }, signal });
    if (!answer.ok) return false;
    const page = readPage(await answer.text());
    if (mine === run) show(page);
    return true;
  } catch {
    return false;
  }
}

/** @param {Document} page */
function show(page) {
  const before = main.dataset.announce;
  morph(main, /** @type {Element} */ (page.querySelector("main")));
  document.title = page.title;
  if (main.dataset.announce && main.dataset.announce !== before) announce(main.dataset.announce);
  if (main.dataset.live) return;
  stop();
  say("ended");
}

/** @param {string} state the word to show, of which `ended` has none */
function say(state) {
  clearTimeout(word);
  word = 0;
  const [before, now] = [control.dataset.state, state].map(
    (name) => control.querySelector(`[data-word="${name}"]`)?.textContent ?? "",
  );
  if (control.dataset.state === state) return;
  control.dataset.state = state;
  if (announced === before) status.textContent = "";
  if (state === "reconnecting" || state === "offline") announce(now);
}

/** @param {string} text */
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
  try {
    for (let number = 0; number < SLOTS; number += 1) {
      const free = await new Promise((resolve, reject) => {
        const name = `whereabouts-stream-${number}`;
        const hold = (/** @type {Lock | null} */ lock) => (lock ? new Promise((free) => resolve(free)) : resolve(null));
        navigator.locks.request(name, { ifAvailable: true }, hold).catch(reject);
      });
      if (free) return free;
    }
    return null;
  } catch {
    return () => {}; // Frames of other sites and old browsers have no locks.
  }
}

/**
 * Return whether this tab was paused before, after remembering a new value if there is one. Frames
 * of other sites have no memory.
 * @param {string} [value]
 */
function stored(value) {
  try {
    if (value) sessionStorage.setItem(PAUSED, value);
    return sessionStorage.getItem(PAUSED);
  } catch {
    return null;
  }
}

if (main?.dataset.live && control) {
  button.addEventListener("click", () => {
    isPaused = !isPaused;
    stored(String(isPaused));
    start(true);
  });
  document.addEventListener("visibilitychange", () => start(true));
  addEventListener("pagehide", stop);
  addEventListener("pageshow", (event) => event.persisted && start(true));
  addEventListener("online", () => start(true));
  addEventListener("offline", () => start(true));
  start(false);
}
