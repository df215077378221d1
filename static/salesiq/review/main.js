// The review screen. The scorecard works as soon as the page is there; sound and words join it when they have come.
import { Player } from "../call/player.js";
import { Waveform } from "../call/waveform.js";
import { Comments } from "./comments.js";
import { Conflict } from "./conflict.js";
import { ask, clockTime } from "./door.js";
import { Draft } from "./draft.js";
import { LineEditor } from "./editing.js";
import { wireKeys } from "./keys.js";
import { Lines, ReviewTranscript } from "./lines.js";
import { Moments } from "./moments.js";
import { Scorecard } from "./scorecard.js";
import { Submit } from "./submit.js";

const read = (id) => JSON.parse(document.getElementById(id).textContent);
const data = read("review-data");
const words = read("review-words");
const page = document.querySelector("[data-review]");
const card = page.querySelector("[data-transcript-card]");
const audio = page.querySelector("[data-audio]");
const dialog = (name) => document.querySelector(`[data-dialog="${name}"]`);

const player = audio && new Player(page.querySelector("[data-player]"), audio, data.duration);
const draft = new Draft(data);
const scorecard = new Scorecard(page.querySelector("[data-scorecard]"), data, draft, player, words);
new Conflict(page, data, draft, words);
const submit = data.mayWrite ? new Submit(dialog("submit"), data, draft, scorecard, words) : null;
let call = null;

// --- How far the work is safe ---
const status = page.querySelector("[data-status]");
const saved = page.querySelector("[data-saved]");
function showState(told = "") {
  const time = clockTime(draft.savedAt);
  saved.dataset.state = draft.state;
  if (draft.hasSaved) { status.textContent = words.draft; status.className = "tag state-draft"; }
  saved.textContent = told || words.states[draft.state].replace("{time}", time);
  if (!["offline", "signed-out", "failed"].includes(draft.state)) return;
  const again = document.createElement("button");
  again.type = "button";
  again.className = "link-button small";
  again.textContent = words.again;
  again.addEventListener("click", () => draft.save());
  saved.append(" ", again);
}
if (data.mayWrite) {
  draft.addEventListener("state", (event) => showState(event.detail));
  showState();
}

// --- Sound and words ---
async function fetchCall() {
  const show = (name) => {
    for (const each of ["wait", "none", "failed"]) card.querySelector(`[data-lines-${each}]`).hidden = each !== name;
  };
  show("wait");
  let told;
  try {
    told = await ask(data.urls.call);
  } catch {
    show("failed");
    return;
  }
  const list = card.querySelector("[data-lines]");
  show(told.lines.length ? "" : "none");
  list.hidden = !told.lines.length;
  const lines = new Lines(list, told.lines, words);
  const transcript = new ReviewTranscript(card, player, lines);
  if (player && told.player.lanes) new Waveform(page.querySelector("[data-wave]"), player, told.player);
  const moments = told.player.bands ? new Moments(page, told.player, words) : null;
  const comments = new Comments(card, data.urls.comments, told.comments, lines, words, (all) => moments?.show(all));
  const editor = data.mayCorrect
    ? new LineEditor(lines, transcript, data.urls.utterance, words, () => comments.show()) : null;
  call = { lines, transcript, comments, editor, line: lines.lines[0] };
  openMoment();
}

function openMoment() {
  const moment = Number.parseFloat(new URLSearchParams(location.search).get("t"));
  if (Number.isFinite(moment) && moment >= 0) seek(moment);
}

// Everything that names a moment leads to it.
function seek(seconds) {
  player?.seek(seconds);
  const line = call?.lines.at(seconds);
  if (!line) return;
  call.line = line;
  call.transcript.reveal(`u${line.p}`);
}

const lineNow = () => (player && call ? call.lines.at(player.time) : call?.line);
const now = () => player?.time ?? call?.line?.s ?? 0;

function showPane(name) {
  page.dataset.pane = name;
  for (const button of page.querySelectorAll("[data-pane-button]")) {
    button.setAttribute("aria-pressed", String(button.dataset.paneButton === name));
  }
}

function stepLine(by) {
  if (!call?.lines.lines.length) return;
  const index = call.lines.lines.indexOf(lineNow());
  const line = call.lines.lines[Math.min(Math.max(0, index + by), call.lines.lines.length - 1)];
  seek(line.s);
}

function speed(by) {
  const select = page.querySelector("[data-speed]");
  if (!select) return;
  select.selectedIndex = Math.min(Math.max(0, select.selectedIndex + by), select.options.length - 1);
  select.dispatchEvent(new Event("change"));
}

function evidence() {
  const place = scorecard.current?.element.querySelector(".automatic [data-seek]");
  if (!place) return;
  seek(Number(place.dataset.seek));
  player?.play();
}

const deeds = {
  comment: () => { showPane("transcript"); call?.comments.open(now()); },
  edit: () => { showPane("transcript"); call?.editor?.open(lineNow()); },
  find: () => { showPane("transcript"); card.querySelector("[data-find]").focus(); },
  keys: () => dialog("keys").showModal(),
  next: () => page.querySelector("[data-next]").click(),
  submit: () => submit?.open(),
};

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-seek]");
  if (link && !event.metaKey && !event.ctrlKey) {
    event.preventDefault();
    const menu = link.closest("details[data-menu]");
    if (menu) menu.open = false;
    seek(Number(link.dataset.seek));
    return;
  }
  const button = event.target.closest("[data-do], [data-pane-button], [data-line-edit], [data-line-comment], [data-line-keep], [data-again]");
  if (!button) return;
  if (button.dataset.do) deeds[button.dataset.do]();
  else if (button.dataset.paneButton) showPane(button.dataset.paneButton);
  else if ("again" in button.dataset) fetchCall();
  else onLine(button);
});

function onLine(button) {
  const line = call.lines.byPosition.get(Number(button.closest("[data-p]").dataset.p));
  call.line = line;
  if ("lineKeep" in button.dataset) {
    document.dispatchEvent(new CustomEvent("salesiq:keep", { detail: { start: line.s, end: line.e } }));
  } else if ("lineEdit" in button.dataset) call.editor?.open(line);
  else call.comments.open(line.s);
}

// After a search the keys n and N go on from hit to hit.
card.querySelector("[data-find]").addEventListener("keydown", (event) => {
  if (event.key === "Enter") card.querySelector("[data-lines]").focus({ preventScroll: true });
});

const writing = data.mayWrite ? {
  digit: (digit) => scorecard.give(digit),
  a: () => scorecard.agree(),
  Backspace: () => scorecard.takeBack(),
  m: () => scorecard.note(),
  t: () => scorecard.pin(),
  o: () => scorecard.nextOpen(),
  w: () => { showPane("scorecard"); page.querySelector("[data-summary]").focus(); },
  s: deeds.submit,
} : {};

wireKeys({
  ...writing,
  j: () => scorecard.step(1),
  k: () => scorecard.step(-1),
  ArrowDown: () => scorecard.step(1),
  ArrowUp: () => scorecard.step(-1),
  J: () => stepLine(1),
  K: () => stepLine(-1),
  i: () => scorecard.guide(),
  p: evidence,
  "[": () => speed(-1),
  "]": () => speed(1),
  c: deeds.comment,
  e: deeds.edit,
  "/": deeds.find,
  n: () => call?.transcript.stepFound(1),
  N: () => call?.transcript.stepFound(-1),
  g: deeds.next,
  "?": deeds.keys,
});

page.dataset.ready = "";
await fetchCall();
page.dataset.ready = "call";
