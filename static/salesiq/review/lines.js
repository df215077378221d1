// Draws the lines of the transcript from the compact document. Words become elements when a line comes near the window:
// an hour of talk has thirteen thousand of them, and a few hundred are ever looked at.
import { clock } from "../call/player.js";
import { Transcript } from "../call/transcript.js";

const TICKS_A_SECOND = 20; // as in call_data.py
const ESCAPES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escape = (text) => String(text).replace(/[&<>"]/g, (character) => ESCAPES[character]);

export class Lines {
  constructor(list, lines, words) {
    this.list = list;
    this.lines = lines;
    this.words = words;
    this.byPosition = new Map(lines.map((line) => [line.p, line]));
    list.innerHTML = lines.map((line, index) => this.html(line, line.n !== lines[index - 1]?.n)).join("");
    list.setAttribute("aria-busy", "false");
    this.watch();
  }

  html(line, starts) {
    const classes = ["line", `role-${line.r}`, starts && "starts", line.f && `felt-${line.f}`].filter(Boolean).join(" ");
    return `<li id="u${line.p}" class="${classes}" data-p="${line.p}" data-start="${line.s}" data-end="${line.e}">`
      + `${starts ? `<span class="who">${escape(line.n)}</span>` : ""}`
      + `<a class="at" href="#u${line.p}" tabindex="-1" data-seek="${line.s}">${clock(line.s)}</a>`
      + `<p class="said">${escape(line.t)}</p>${this.marks(line)}</li>`;
  }

  marks(line) {
    const found = (line.m ?? []).map(([text, tone, weak]) => {
      const doubt = weak ? `<span class="sr"> (${escape(this.words.weak)})</span>` : "";
      return `<li class="mark tone-${tone}${weak ? " is-weak" : ""}">${escape(text)}${doubt}</li>`;
    });
    if (line.c) {
      const heard = this.words.heard.replace("{text}", line.c.text || "–").replace("{who}", line.c.role);
      const title = `${heard} ${line.c.by ? this.words.correctedBy.replace("{name}", line.c.by) : ""}`;
      found.push(`<li class="mark tone-promise" title="${escape(title)}">${escape(this.words.corrected)}</li>`);
    }
    return found.length ? `<ul class="marks">${found.join("")}</ul>` : "";
  }

  // The same line anew, after it was corrected.
  redraw(line) {
    this.byPosition.set(line.p, line);
    this.lines[this.lines.findIndex((each) => each.p === line.p)] = line;
    const old = this.element(line.p);
    const holder = document.createElement("ol");
    holder.innerHTML = this.html(line, old.classList.contains("starts"));
    const made = holder.firstElementChild;
    old.className = made.className;
    old.replaceChildren(...made.childNodes);
    delete old.dataset.wrapped;
    this.wrap(old);
    return old;
  }

  element(position) {
    return document.getElementById(`u${position}`);
  }

  // The line that begins last before `time`, else the first.
  at(time) {
    let found = this.lines[0];
    for (const line of this.lines) {
      if (line.s > time + 0.02) break;
      found = line;
    }
    return found;
  }

  watch() {
    const seen = new IntersectionObserver((entries) => {
      for (const entry of entries) if (entry.isIntersecting) this.wrap(entry.target);
    }, { rootMargin: "300px 0px" });
    for (const element of this.list.children) seen.observe(element);
  }

  wrap(element) {
    if (element.dataset.wrapped) return;
    element.dataset.wrapped = "1";
    const line = this.byPosition.get(Number(element.dataset.p));
    element.querySelector(".said").innerHTML = this.wordsOf(line);
    element.append(this.tools());
  }

  tools() {
    const tools = document.createElement("span");
    tools.className = "line-tools";
    const keep = document.querySelector("[data-keep-dialog]") ? [["keep", "i-keep", this.words.keepLine]] : [];
    for (const [name, icon, words] of [
      ["edit", "i-pen", this.words.editLine], ["comment", "i-flag", this.words.commentHere], ...keep,
    ]) {
      tools.insertAdjacentHTML("beforeend", `<button class="icon-button small-button" type="button" tabindex="-1" `
        + `data-line-${name} aria-label="${escape(words)}" title="${escape(words)}">`
        + `<svg class="icon" aria-hidden="true"><use href="#${icon}"/></svg></button>`);
    }
    return tools;
  }

  // [characters since the last word, length, time since the last word] of each word.
  placesOf({ t: text, d: times, w: places = [] }) {
    if (times) return text.split(" ").map((word, number) => [number ? 1 : 0, word.length, times[number]]);
    return Array.from({ length: places.length / 3 }, (_, number) => places.slice(3 * number, 3 * number + 3));
  }

  wordsOf(line) {
    const { t: text, u: unsure = [], x: masked = {} } = line;
    let html = "";
    let cursor = 0;
    let moment = Math.round(line.s * TICKS_A_SECOND);
    for (const [number, [gap, length, later]] of this.placesOf(line).entries()) {
      const between = text.slice(cursor, cursor + gap);
      const word = text.slice(cursor + gap, cursor + gap + length);
      cursor += gap + length;
      moment += later;
      const isMasked = number in masked;
      const repeats = isMasked && masked[number] === masked[number - 1];
      if (repeats) continue;
      const classes = isMasked ? "w masked" : unsure.includes(number) ? "w unsure" : "w";
      html += `${escape(between)}<span class="${classes}" data-t="${(moment / TICKS_A_SECOND).toFixed(2)}">`
        + `${escape(isMasked ? masked[number] : word)}</span>`;
    }
    return html + escape(text.slice(cursor));
  }
}

// The call page's transcript over these lines: words of a line are made before they are lit.
export class ReviewTranscript extends Transcript {
  constructor(card, player, lines) {
    super(card, player);
    this.drawn = lines;
  }

  wordAt(line, time) {
    this.drawn.wrap(line.element);
    return super.wordAt(line, time);
  }

  // Lines that were never shown have a guessed height only: a far one is jumped to, and looked for again as the lines
  // around it take their places.
  bringToView(element) {
    const away = Math.abs(element.getBoundingClientRect().top - this.list.getBoundingClientRect().top);
    if (away < 2 * innerHeight) {
      super.bringToView(element);
      return;
    }
    const jump = (left) => {
      element.scrollIntoView({ block: "center", behavior: "instant" });
      if (left) requestAnimationFrame(() => jump(left - 1));
    };
    jump(4);
  }

  // A line with other words than before.
  forget(element) {
    const line = this.lines.find((each) => each.element === element);
    if (line) line.words = null;
  }

  onClick(event) {
    if (event.target.closest("button, form, .line-comment")) return;
    super.onClick(event);
  }
}
