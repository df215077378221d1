// The time of the talk: what is left of it where there is a limit, otherwise what has passed.
import { clock } from "./chat.js";

const SHORT_SECONDS = 60;

export class Timer {
  constructor(element, { elapsed, limit, onShort, onOut }) {
    Object.assign(this, { element, limit, onShort, onOut });
    this.shown = element.querySelector("[data-time-shown]");
    this.told = new Set();
    this.set(elapsed);
  }

  // Seconds that had passed by the server's clock, just now.
  set(elapsed) {
    this.from = performance.now() - elapsed * 1000;
  }

  start() {
    this.tick();
    this.ticking = setInterval(() => this.tick(), 500);
  }

  stop() {
    clearInterval(this.ticking);
  }

  tick() {
    const passed = (performance.now() - this.from) / 1000;
    if (!this.limit) {
      this.shown.textContent = clock(passed);
      return;
    }
    const left = this.limit - passed;
    this.shown.textContent = clock(Math.ceil(Math.max(0, left)));
    this.element.classList.toggle("is-short", left > 0 && left <= SHORT_SECONDS);
    this.element.classList.toggle("is-out", left <= 0);
    if (left > 0 && left <= SHORT_SECONDS && this.limit > 2 * SHORT_SECONDS) this.once("short", this.onShort);
    // A second later, so that the server's clock agrees.
    if (left <= -1) this.once("out", this.onOut);
  }

  once(name, then) {
    if (this.told.has(name)) return;
    this.told.add(name);
    then?.();
  }

  again(elapsed) {
    this.told.delete("out");
    this.set(elapsed);
  }
}
