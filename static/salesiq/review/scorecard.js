// The questions: which one has the reader's attention, what is answered, and the total as it would be.
import { clock } from "../call/player.js";
import { centsOf, totalOf } from "./total.js";

export class Scorecard {
  constructor(pane, data, draft, player, words) {
    this.pane = pane;
    this.data = data;
    this.draft = draft;
    this.player = player;
    this.words = words;
    this.rows = data.questions.map((question) => ({ question, element: document.getElementById(`q-${question.key}`) }));
    this.byKey = new Map(this.rows.map((row) => [row.question.key, row]));
    this.summary = pane.querySelector("[data-summary]");
    this.index = -1;
    this.wire();
    draft.addEventListener("change", (event) => this.show(event.detail));
    this.show(null);
    const waits = ({ question, element }) => (data.mayWrite
      ? !draft.answer(question.key).value : element.querySelector(".appeal.is-open"));
    this.mark(Math.max(0, this.rows.findIndex(waits)));
    // On a phone the page itself scrolls, and begins at its top.
    const scrolls = getComputedStyle(pane.querySelector("[data-questions]")).overflowY === "auto";
    if (scrolls) this.current?.element.scrollIntoView({ block: "nearest" });
  }

  get current() {
    return this.rows[this.index];
  }

  wire() {
    this.pane.addEventListener("click", (event) => this.onClick(event));
    this.pane.addEventListener("focusin", (event) => {
      const index = this.rows.findIndex((row) => row.element.contains(event.target));
      if (index >= 0) this.mark(index);
    });
    this.pane.addEventListener("input", (event) => {
      if (event.target === this.summary) this.draft.setSummary(this.summary.value);
      else if (event.target.matches("[data-comment]")) {
        this.draft.set(event.target.closest("[data-question]").dataset.question, { comment: event.target.value });
      }
    });
  }

  onClick(event) {
    const row = this.rows.find((each) => each.element.contains(event.target));
    const button = event.target.closest("button");
    if (!row || !button) return;
    const key = row.question.key;
    if (button.dataset.value) this.toggle(row, button.dataset.value);
    else if ("guidance" in button.dataset) this.guide(row);
    else if ("note" in button.dataset) this.note(row);
    else if ("pin" in button.dataset) this.pin(key);
  }

  // Attention without moving the focus; `go` moves both.
  mark(index) {
    if (index === this.index || !this.rows[index]) return;
    this.current?.element.classList.remove("is-current");
    this.index = index;
    this.current.element.classList.add("is-current");
  }

  go(index) {
    const row = this.rows[Math.min(Math.max(0, index), this.rows.length - 1)];
    if (!row) return;
    this.mark(this.rows.indexOf(row));
    row.element.focus({ preventScroll: true });
    row.element.scrollIntoView({ block: "nearest" });
  }

  step(by) {
    // Before anything has the focus the first key goes to the question that is marked already.
    const isThere = this.current?.element.contains(document.activeElement);
    this.go(isThere ? this.index + by : this.index);
  }

  goTo(key) {
    this.go(this.rows.findIndex((row) => row.question.key === key));
  }

  // The next one that nobody has answered, from here on and then from the top.
  nextOpen() {
    const order = [...this.rows.slice(this.index + 1), ...this.rows.slice(0, this.index + 1)];
    const open = order.find((row) => !this.draft.answer(row.question.key).value);
    if (open) this.goTo(open.question.key);
    return Boolean(open);
  }

  toggle(row, value) {
    const isTakenBack = this.draft.answer(row.question.key).value === value;
    this.draft.set(row.question.key, { value: isTakenBack ? "" : value });
  }

  // By key: answers the question that is marked, and goes on.
  give(digit) {
    const button = this.current?.element.querySelector(`[data-digit="${digit}"]`);
    if (button) this.giveValue(button.dataset.value);
  }

  giveValue(value) {
    this.draft.set(this.current.question.key, { value });
    if (this.index + 1 < this.rows.length) this.go(this.index + 1);
    else this.current.element.focus({ preventScroll: true });
  }

  agree() {
    const value = this.current && this.data.automatic[this.current.question.key];
    if (value) this.giveValue(value);
  }

  takeBack() {
    if (this.current) this.draft.set(this.current.question.key, { value: "" });
  }

  guide(row = this.current) {
    const button = row?.element.querySelector("[data-guidance]");
    if (!button) return;
    const words = document.getElementById(button.getAttribute("aria-controls"));
    words.hidden = !words.hidden;
    button.setAttribute("aria-expanded", String(!words.hidden));
  }

  note(row = this.current) {
    const field = row?.element.querySelector("[data-comment]");
    if (!field) return;
    field.hidden = false;
    row.element.querySelector("[data-note]").setAttribute("aria-expanded", "true");
    field.focus();
  }

  pin(key = this.current?.question.key) {
    if (!key || !this.player) return;
    const at = this.draft.answer(key).at;
    this.draft.set(key, { at: at === null ? Math.round(this.player.time * 10) / 10 : null });
  }

  show(key) {
    for (const row of key ? [this.byKey.get(key)] : this.rows) this.showRow(row);
    if (this.summary && this.summary.value !== this.draft.summary) this.summary.value = this.draft.summary;
    this.showTotal();
  }

  showRow({ question, element }) {
    const { value, comment, at } = this.draft.answer(question.key);
    for (const button of element.querySelectorAll("[data-value]")) {
      button.setAttribute("aria-pressed", String(button.dataset.value === value));
    }
    const automatic = this.data.automatic[question.key];
    const isOverruled = Boolean(value && automatic && automatic !== value);
    element.classList.toggle("is-overruled", isOverruled);
    element.classList.toggle("is-answered", Boolean(value));
    const told = element.querySelector("[data-overruled]");
    if (told) told.hidden = !isOverruled;
    const field = element.querySelector("[data-comment]");
    if (field && field.value !== comment) field.value = comment;
    if (field && comment) field.hidden = false;
    const pin = element.querySelector("[data-pin]");
    if (pin) {
      pin.textContent = at === null ? this.words.pin : clock(at);
      pin.title = at === null ? this.words.pinTitle : this.words.unpin;
      pin.classList.toggle("is-pinned", at !== null);
    }
    if (!this.data.mayWrite) return;
    const cents = centsOf(question, value);
    element.querySelector("[data-points]").textContent = cents === null ? "–" : (cents / 100).toLocaleString();
  }

  get standing() {
    return totalOf(this.data.questions, (key) => this.draft.answer(key).value);
  }

  showTotal() {
    if (!this.data.mayWrite) return;
    const { total, missing, failed } = this.standing;
    this.pane.querySelector("[data-total]").textContent = total === null ? "–" : (total / 100).toFixed(1);
    this.pane.querySelector("[data-progress]").value = this.rows.length - missing.length;
    const line = this.pane.querySelector("[data-open-line]");
    const names = missing.slice(0, 3).map((question) => question.name).join(", ");
    const more = missing.length > 3 ? ` +${missing.length - 3}` : "";
    line.textContent = failed
      ? this.words.failed.replace("{name}", failed.name)
      : missing.length ? `${this.words.open} ${names}${more}` : this.rows.length ? this.words.allAnswered : "";
    line.classList.toggle("tone-bad", Boolean(failed));
  }
}
