// Stretches of sound behind small buttons: a[data-play] with its address, data-from and data-to in seconds. One plays
// at a time. Without a script the link leads to the call.
import { say } from "./shell.js";

let audio = null;
let playing = null;

function stop() {
  if (audio) audio.pause();
  if (playing) {
    playing.removeAttribute("data-on");
    playing.setAttribute("aria-pressed", "false");
  }
  playing = null;
}

function start(link) {
  stop();
  const { play, from, to } = link.dataset;
  const [begin, end] = [Number(from), Number(to)];
  audio = new Audio(play);
  const mine = audio;
  playing = link;
  link.dataset.on = "";
  link.setAttribute("aria-pressed", "true");
  mine.addEventListener("loadedmetadata", () => { if (begin) mine.currentTime = begin; });
  mine.addEventListener("timeupdate", () => { if (mine === audio && mine.currentTime >= end) stop(); });
  mine.addEventListener("ended", () => { if (mine === audio) stop(); });
  mine.addEventListener("error", () => { if (mine === audio) { stop(); say(link.dataset.failed); } });
  mine.play().catch(() => {});
}

for (const link of document.querySelectorAll("a[data-play]")) ready(link);

function ready(link) {
  link.setAttribute("role", "button");
  link.setAttribute("aria-pressed", "false");
}

document.addEventListener("htmx:load", (event) => {
  for (const link of event.target.querySelectorAll?.("a[data-play]:not([role])") ?? []) ready(link);
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-play]");
  if (!link || event.metaKey || event.ctrlKey) return;
  event.preventDefault();
  if (link === playing) stop();
  else start(link);
});

document.addEventListener("keydown", (event) => {
  const link = event.key === " " && event.target.closest?.("a[data-play]");
  if (!link) return;
  event.preventDefault();
  link.click();
});
