// What lies under and over the waveform: bands of mood, overlap and silence, markers of comments, and all of them as a
// list of links, which is how they are read aloud and reached by key.
import { clock } from "../call/player.js";

const SVG = "http://www.w3.org/2000/svg";
const ROWS = { positive: 0, negative: 0, overlap: 1, silence: 2 };

export class Moments {
  constructor(page, data, words) {
    this.data = data;
    this.words = words;
    this.layer = page.querySelector("[data-moments]");
    this.list = page.querySelector("[data-moments-list]");
    this.count = page.querySelector("[data-moments-count]");
    this.drawBands(page.querySelector("[data-bands]"));
  }

  drawBands(svg) {
    svg.setAttribute("viewBox", `0 0 ${this.data.duration || 1} 3`);
    for (const [kind, stretches] of Object.entries(this.data.bands)) {
      for (const [start, end] of stretches) {
        const band = document.createElementNS(SVG, "rect");
        const box = { x: start, y: ROWS[kind] + 0.1, width: Math.max(end - start, this.data.duration / 600), height: 0.8 };
        for (const [name, value] of Object.entries({ ...box, class: `band band-${kind}` })) band.setAttribute(name, value);
        svg.append(band);
      }
    }
  }

  // Called whenever comments change.
  show(comments) {
    for (const old of this.layer.querySelectorAll(".moment-comment")) old.remove();
    const timed = comments.filter((comment) => comment.at !== null);
    for (const comment of timed) {
      const marker = document.createElement("a");
      marker.className = "moment moment-comment";
      marker.href = "#";
      marker.dataset.seek = comment.at;
      marker.title = `${clock(comment.at)} ${comment.text}`;
      marker.tabIndex = -1;
      marker.setAttribute("aria-hidden", "true");
      marker.style.left = `${(100 * comment.at) / (this.data.duration || 1)}%`;
      this.layer.append(marker);
    }
    this.showList(timed);
  }

  showList(comments) {
    const stretches = (kind) => this.data.bands[kind].map(([start, end]) => ({
      time: start, kind: `band-${kind}`, text: `${clock(start)} ${this.words.bands[kind]} (${Math.round(end - start)} s)`,
    }));
    const all = [
      ...this.data.moments,
      ...comments.map((comment) => ({
        time: comment.at, kind: "comment", text: `${clock(comment.at)} ${comment.by}: ${comment.text}`,
      })),
      ...stretches("silence"),
      ...stretches("overlap"),
    ].sort((one, other) => one.time - other.time);
    this.list.replaceChildren(...all.map((moment) => this.item(moment)));
    if (!all.length) this.list.textContent = this.words.noMoments;
    this.count.textContent = all.length;
  }

  item(moment) {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = moment.anchor ? `#${moment.anchor}` : "#";
    link.dataset.seek = moment.time;
    const key = document.createElement("span");
    key.className = moment.kind.startsWith("band-") ? `key key-${moment.kind.slice(5)}` : `key-dot moment-${moment.kind}`;
    link.append(key, moment.text);
    item.append(link);
    return item;
  }
}
