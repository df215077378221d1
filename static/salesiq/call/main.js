// The page of one call: the parts are joined here, each knows only the player.
import { Player } from "./player.js";
import { Transcript } from "./transcript.js";
import { Waveform } from "./waveform.js";

const data = JSON.parse(document.getElementById("player-data").textContent);
const audio = document.querySelector("[data-audio]");
const columns = document.querySelector("[data-columns]");

function showTab(name) {
  columns.dataset.columns = name;
  for (const tab of document.querySelectorAll("[data-tab]")) {
    tab.setAttribute("aria-pressed", String(tab.dataset.tab === name));
  }
}

for (const tab of document.querySelectorAll("[data-tab]")) {
  tab.addEventListener("click", () => showTab(tab.dataset.tab));
}

const player = audio && new Player(document.querySelector("[data-player]"), audio, data.duration);
const lines = document.querySelector("[data-lines]");
const transcript = lines && new Transcript(document.querySelector("[data-transcript-card]"), player);
if (player) new Waveform(document.querySelector("[data-wave]"), player, data);

// A link with a moment seeks to it and shows its line, wherever it stands.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-seek]");
  if (!link || event.metaKey || event.ctrlKey) return;
  event.preventDefault();
  const open = link.closest("details[data-menu]");
  if (open) open.open = false;
  goTo(link.hash, Number(link.dataset.seek));
});

const chart = document.querySelector("[data-timeline]");
if (chart && player) {
  chart.addEventListener("click", (event) => {
    const box = chart.getBoundingClientRect();
    player.seek(((event.clientX - box.left) / box.width) * data.duration);
  });
}

function goTo(hash, seconds) {
  history.replaceState(null, "", hash || location.pathname);
  if (player) player.seek(seconds);
  if (!hash || !transcript) return;
  showTab("transcript");
  transcript.reveal(hash.slice(1));
}

const moment = Number.parseFloat(new URLSearchParams(location.search).get("t"));
const line = /^#u\d+$/.test(location.hash) && document.querySelector(location.hash);
if (Number.isFinite(moment) && moment >= 0) {
  if (player) player.seek(moment);
} else if (line) {
  goTo(location.hash, Number(line.dataset.start));
}
