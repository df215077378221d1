// Putting a line right where it stands: its words and who says them; a correction can be taken back.
import { ask } from "./door.js";

export class LineEditor {
  constructor(lines, transcript, url, words, onDone) {
    this.lines = lines;
    this.transcript = transcript;
    this.url = url;
    this.words = words;
    this.onDone = onDone;
  }

  open(line) {
    if (!line) return;
    if (this.form) this.close();
    this.line = line;
    this.back = document.activeElement;
    this.element = this.lines.element(line.p);
    this.form = document.getElementById("line-form").content.cloneNode(true).querySelector("form");
    const { text, role } = this.form.elements;
    text.value = line.t;
    text.rows = Math.min(6, Math.max(2, Math.ceil(line.t.length / 60)));
    role.value = line.r;
    this.form.querySelector("[data-revert]").hidden = !line.c;
    this.form.addEventListener("submit", (event) => { event.preventDefault(); this.save(); });
    this.form.addEventListener("keydown", (event) => this.onKey(event));
    this.form.querySelector("[data-cancel]").addEventListener("click", () => this.close());
    this.form.querySelector("[data-revert]").addEventListener("click", () => this.send({ undo: true }));
    this.element.classList.add("is-edited");
    this.element.querySelector(".said").after(this.form);
    this.element.scrollIntoView({ block: "nearest" });
    text.focus();
  }

  onKey(event) {
    if (event.key === "Escape") {
      event.stopPropagation();
      this.close();
    } else if (event.key === "Enter" && !event.shiftKey && event.target.matches("textarea") && !event.isComposing) {
      event.preventDefault();
      this.save();
    }
  }

  save() {
    const { text, role } = this.form.elements;
    if (text.value === this.line.t && role.value === this.line.r) this.close();
    else this.send({ text: text.value, role: role.value });
  }

  async send(change) {
    if (this.busy) return;
    this.busy = true;
    const seen = { text: this.line.t, role: this.line.r };
    try {
      const line = await ask(`${this.url}${this.line.p}`, "POST", { ...change, seen });
      const back = this.close();
      this.transcript.forget(this.lines.redraw(line));
      this.onDone(line);
      back?.focus({ preventScroll: true });
    } catch (error) {
      this.form.querySelector("[data-form-error]").textContent = error.message || this.words.notReached;
    } finally {
      this.busy = false;
    }
  }

  close() {
    this.form.remove();
    this.form = null;
    this.element.classList.remove("is-edited");
    this.back?.focus({ preventScroll: true });
    return this.back;
  }
}
