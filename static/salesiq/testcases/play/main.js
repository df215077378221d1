// The talk with the simulated customer. What was said is sent with a key until the server has it, and stands once.
import { Chat } from "./chat.js";
import { Outbox } from "./outbox.js";
import { readJson, sendTurn } from "./stream.js";
import { Timer } from "./timer.js";
import { Voice } from "./voice.js";

const RETRY_SECONDS = [2, 5, 10, 20, 30];
const OVER = new Set(["session_over", "time_up"]);

const root = document.querySelector("[data-play]");
const words = document.querySelector("[data-words]").dataset;
const form = root.querySelector("[data-composer]");
const text = form.elements.text;
const send = root.querySelector("[data-send]");
const heard = root.querySelector("[data-heard]");
const told = root.querySelector("[data-told]");
const dialog = root.querySelector("[data-end-dialog]");
const chat = new Chat(root, words);
const outbox = new Outbox(root.dataset.session);
const others = "BroadcastChannel" in window ? new BroadcastChannel(outbox.name) : null;
const token = form.querySelector("[name=csrfmiddlewaretoken]").value;

let seen = Number(root.dataset.count);
let isOpen = root.dataset.status === "open";
let busy = false;
let spoken = false;
let tries = 0;
let retrying = null;

const timer = new Timer(root.querySelector("[data-time]"), {
  elapsed: Number(root.dataset.elapsed),
  limit: Number(root.dataset.limit),
  onShort: () => tell(words.minute, { plain: true }),
  onOut: timeUp,
});

// What is said to the person, with one thing to do about it.
function tell(sentence, { plain = false, label = "", then = null } = {}) {
  told.hidden = !sentence;
  told.classList.toggle("is-plain", plain);
  told.querySelector("[data-told-words]").textContent = sentence;
  const button = told.querySelector("[data-told-do]");
  button.textContent = label;
  button.onclick = then;
}

function write(value, wasSpoken) {
  text.value = value;
  spoken = wasSpoken && Boolean(value);
  heard.hidden = !spoken;
  written();
}

function written() {
  if (!text.value.trim()) {
    spoken = false;
    heard.hidden = true;
  }
  text.style.height = "auto";
  text.style.height = `${text.scrollHeight}px`;
  send.disabled = busy || !text.value.trim();
}

function setBusy(on) {
  busy = on;
  send.disabled = on || !text.value.trim();
  root.querySelector("[data-mic]").disabled = on;
  root.querySelector("[data-file]").disabled = on;
}

function say() {
  const said = text.value.trim();
  if (!said || busy || !isOpen) return;
  outbox.put(said, spoken, seen);
  write("", false);
  deliver();
}

async function deliver() {
  const pending = outbox.pending;
  if (!pending || busy || !isOpen) return;
  clearTimeout(retrying);
  tell("");
  setBusy(true);
  chat.forgetComing();
  chat.wait(pending.text, pending.spoken);
  const data = new FormData();
  for (const name of ["key", "text", "seen"]) data.set(name, pending[name]);
  if (pending.spoken) data.set("spoken", "1");
  data.set("csrfmiddlewaretoken", token);
  try {
    await sendTurn(root.dataset.turns, data, (name, event) => follow(name, event, pending));
    tries = 0;
    outbox.settle();
    others?.postMessage("said");
  } catch (error) {
    refuse(error, pending);
  } finally {
    chat.showTyping(false);
    setBusy(false);
    if (isOpen && document.activeElement === document.body) text.focus({ preventScroll: true });
  }
}

function follow(name, event, pending) {
  if (name === "typing") chat.showTyping(true);
  else if (name === "heard") note(event, () => chat.put(event, pending.spoken));
  else if (name === "piece") {
    chat.showTyping(false);
    chat.piece(event.position, event.text);
  } else if (name === "turn") note(event, () => chat.put(event));
  else if (name === "ended") end(event.reason);
}

function note(turn, then) {
  seen = Math.max(seen, turn.position + 1);
  then();
}

function refuse(error, pending) {
  if (error.kind === "offline" || error.kind === "failed") {
    chat.fail();
    tell(error.kind === "offline" ? words.offline : words.failed, { label: words.again, then: deliver });
    retrying = setTimeout(deliver, 1000 * RETRY_SECONDS[Math.min(tries, RETRY_SECONDS.length - 1)]);
    tries += 1;
  } else if (error.kind === "signed-out") {
    chat.fail();
    tell(words.signedOut, { label: words.reload, then: () => location.reload() });
  } else {
    // It was not taken, and will not be as it stands: the words go back to where they were written.
    outbox.settle();
    chat.drop();
    if (!OVER.has(error.kind)) write(pending.text, pending.spoken);
    tell(error.kind === "other_tab" ? words.elsewhere : error.detail || words.failed, { plain: error.kind === "other_tab" });
    catchUp();
  }
}

// What was said or ended elsewhere: in another window, or while this one slept.
async function catchUp() {
  if (busy) return;
  try {
    const state = await readJson(`${root.dataset.turns}?after=${seen}`);
    if (busy) return;
    for (const turn of state.turns) note(turn, () => chat.put(turn));
    timer.set(state.elapsed);
    if (state.status !== "open") end(state.reason);
  } catch {
    // Nothing is lost by not knowing yet.
  }
}

async function timeUp() {
  const data = new FormData();
  data.set("csrfmiddlewaretoken", token);
  data.set("because", "time");
  try {
    const state = await readJson(form.dataset.finish, { method: "POST", body: data });
    if (state.status === "open") timer.again(state.elapsed);
    else end(state.reason);
  } catch {
    tell(words.offline);
  }
}

function end(reason) {
  if (!isOpen) return;
  isOpen = false;
  timer.stop();
  tell("");
  outbox.forget();
  form.hidden = true;
  root.querySelector("[data-end-open]").hidden = true;
  if (dialog.open) dialog.close();
  const over = root.querySelector("[data-over]");
  over.querySelector("[data-over-words]").textContent = words[`end-${reason}`.replace(/-(\w)/g, (_, c) => c.toUpperCase())] ?? "";
  over.hidden = false;
  over.focus({ preventScroll: true });
  chat.toEnd();
}

new Voice(root, {
  begin: () => tell(""),
  refuse: () => tell(words.noMic),
  take: async (sound) => {
    setBusy(true);
    tell(words.hearing, { plain: true });
    const data = new FormData();
    data.set("csrfmiddlewaretoken", token);
    data.set("sound", sound, sound.name ?? "turn");
    try {
      const found = await readJson(root.dataset.sound, { method: "POST", body: data });
      write(`${text.value.trim()} ${found.text}`.trim(), true);
      tell("");
      text.focus();
    } catch (error) {
      const known = { offline: words.failed, "signed-out": words.signedOut, "too-long": words.tooLong };
      tell(known[error.kind] ?? (error.detail || words.notHeard));
    } finally {
      setBusy(false);
    }
  },
});

form.addEventListener("submit", (event) => {
  event.preventDefault();
  say();
});
text.addEventListener("input", () => {
  written();
  outbox.keepDraft(text.value, spoken);
});
text.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  say();
});
root.querySelector("[data-end-open]").addEventListener("click", () => dialog.showModal());
root.querySelector("[data-end-close]").addEventListener("click", () => dialog.close());
dialog.querySelector("form").addEventListener("submit", () => outbox.forget());
window.addEventListener("online", () => deliver());
window.addEventListener("focus", () => isOpen && catchUp());
document.addEventListener("visibilitychange", () => !document.hidden && isOpen && catchUp());
others?.addEventListener("message", () => catchUp());

// The keyboard of a phone takes half the screen: the talk fits into what is left.
function fit() {
  const { height, scale } = window.visualViewport;
  if (scale > 1.01) return;
  const bar = document.querySelector("body > .bar")?.offsetHeight ?? 0;
  root.style.setProperty("--play-height", `${Math.round(height - bar)}px`);
  chat.toEnd();
}
window.visualViewport?.addEventListener("resize", fit);

// On a phone the briefing is folded once the talk has begun.
if (window.matchMedia("(max-width: 56rem)").matches && seen > 1) root.querySelector("[data-brief]").open = false;

if (isOpen) {
  timer.start();
  const { draft } = outbox;
  if (draft) write(draft.text, draft.spoken);
  deliver();
  if (window.matchMedia("(pointer: fine)").matches) text.focus({ preventScroll: true });
} else {
  timer.tick();
  outbox.forget();
}
written();
