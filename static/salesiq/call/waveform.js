// Two lanes of sound with the moments above them; click, drag or keys choose where to listen.
import { clock } from "./player.js";

const SVG = "http://www.w3.org/2000/svg";
const STEP = 3;
const QUIET = 3;

export class Waveform {
  constructor(box, player, data) {
    this.box = box;
    this.player = player;
    this.data = data;
    this.lanes = box.querySelector("[data-lanes]");
    this.head = box.querySelector("[data-head]");
    this.drawMoments(box.parentElement.querySelector("[data-moments]"));
    new ResizeObserver(() => this.draw()).observe(box);
    for (const kind of ["tick", "seek"]) player.addEventListener(kind, () => this.move());
    this.wirePointer();
    box.addEventListener("keydown", (event) => this.onKey(event));
  }

  draw() {
    const width = Math.round(this.lanes.clientWidth);
    const height = this.lanes.clientHeight;
    if (!width) return;
    this.lanes.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.played = this.make("clipPath", { id: "played" });
    this.window = this.make("rect", { x: 0, y: 0, height, width: 0 });
    this.played.append(this.window);
    const paths = this.data.lanes.flatMap((lane, index) => {
      const d = this.path(lane.peaks, index, width, height);
      return [
        this.make("path", { d, class: lane.role }),
        this.make("path", { d, class: `${lane.role} played`, "clip-path": "url(#played)" }),
      ];
    });
    this.lanes.replaceChildren(this.played, ...paths, ...this.masks(width, height));
    this.width = width;
    this.move();
  }

  // What was masked is not heard: a grey band lies over it, wide enough to be seen in a long call.
  masks(width, height) {
    return (this.data.masks ?? []).map((mask) => {
      const x = (mask.start / (this.data.duration || 1)) * width;
      const wide = Math.max(3, ((mask.end - mask.start) / (this.data.duration || 1)) * width);
      const band = this.make("rect", { x, y: 0, width: wide, height, rx: 2, class: "masked" });
      const title = this.make("title", {});
      title.textContent = mask.text;
      band.append(title);
      return band;
    });
  }

  make(name, attributes) {
    const element = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    return element;
  }

  // The upper lane grows up from the middle, the lower one down.
  path(peaks, lane, width, height) {
    const bars = Math.floor(width / STEP);
    const middle = height / 2;
    const reach = middle - 3;
    let d = "";
    for (let bar = 0; bar < bars; bar += 1) {
      const from = Math.floor((bar / bars) * peaks.length);
      const to = Math.max(from + 1, Math.floor(((bar + 1) / bars) * peaks.length));
      let peak = 0;
      for (let i = from; i < to && i < peaks.length; i += 1) peak = Math.max(peak, peaks[i]);
      if (peak < QUIET) continue;
      const size = Math.max(1, (peak / 100) ** 0.7 * reach).toFixed(1);
      const x = (bar * STEP + STEP / 2).toFixed(1);
      d += lane === 0 ? `M${x} ${middle - 2}v-${size}` : `M${x} ${middle + 2}v${size}`;
    }
    return d;
  }

  drawMoments(target) {
    for (const moment of this.data.moments) {
      const link = document.createElement("a");
      link.className = `moment moment-${moment.kind}`;
      link.href = `#${moment.anchor}`;
      link.dataset.seek = moment.time;
      link.title = moment.text;
      // The same moments stand as links in the cards; here they would only lengthen the way of the Tab key.
      link.tabIndex = -1;
      link.setAttribute("aria-hidden", "true");
      link.style.left = `${(100 * moment.time) / (this.data.duration || 1)}%`;
      target.append(link);
    }
  }

  move() {
    const share = Math.min(1, this.player.time / (this.data.duration || 1));
    this.head.style.left = `${100 * share}%`;
    if (this.window) this.window.setAttribute("width", (share * this.width).toFixed(1));
    this.box.setAttribute("aria-valuenow", Math.round(this.player.time));
    this.box.setAttribute("aria-valuetext", clock(this.player.time));
  }

  wirePointer() {
    const to = (event) => {
      const box = this.box.getBoundingClientRect();
      this.player.seek(((event.clientX - box.left) / box.width) * this.data.duration);
    };
    this.box.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      this.box.setPointerCapture(event.pointerId);
      to(event);
    });
    this.box.addEventListener("pointermove", (event) => {
      if (this.box.hasPointerCapture(event.pointerId)) to(event);
    });
  }

  onKey(event) {
    const moves = { ArrowLeft: -5, ArrowDown: -5, ArrowRight: 5, ArrowUp: 5, PageDown: -30, PageUp: 30 };
    if (event.key in moves) this.player.skip(moves[event.key]);
    else if (event.key === "Home") this.player.seek(0);
    else if (event.key === "End") this.player.seek(this.data.duration);
    else return;
    event.preventDefault();
  }
}
