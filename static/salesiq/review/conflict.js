// Two people, or two windows, wrote at once: both answers side by side, and a person chooses for each question.
import { clockTime } from "./door.js";

export class Conflict {
  constructor(page, data, draft, words) {
    this.place = page.querySelector("[data-conflict-place]");
    this.questions = new Map(data.questions.map((question) => [question.key, question]));
    this.draft = draft;
    this.words = words;
    draft.addEventListener("conflict", (event) => this.show(event.detail));
  }

  show(theirs) {
    this.theirs = theirs;
    this.panel?.remove();
    this.panel = document.getElementById("conflict").content.cloneNode(true).querySelector("section");
    const who = theirs.own ? this.words.otherWindow : theirs.changed_by || this.words.somebody;
    const when = clockTime(new Date(theirs.changed_at));
    const said = theirs.both.length ? this.words.conflict : this.words.merged;
    this.panel.querySelector("[data-conflict-text]").textContent = said.replace("{who}", who).replace("{when}", when);
    this.tellTaken(theirs);
    const rows = this.panel.querySelector("[data-conflict-rows]");
    for (const key of theirs.both) rows.append(this.row(key));
    for (const button of this.panel.querySelectorAll("[data-all]")) {
      button.hidden = theirs.both.length < 2;
      button.addEventListener("click", () => { for (const key of theirs.both) this.choose(key, button.dataset.all); });
    }
    this.panel.querySelector("table").hidden = !theirs.both.length;
    if (!theirs.both.length) this.panel.querySelector(".dialog-end").append(this.button(this.words.ok, () => this.close()));
    this.place.append(this.panel);
    this.panel.querySelector("tbody button, .dialog-end button:not([hidden])").focus();
  }

  tellTaken(theirs) {
    if (!theirs.taken.length) return;
    const line = this.panel.querySelector("[data-conflict-taken]");
    const named = theirs.taken.map((key) => `${this.nameOf(key)}: ${this.labelOf(key, theirs.answers[key])}`);
    line.textContent = this.words.taken.replace("{list}", named.join("; "));
    line.hidden = false;
  }

  nameOf(key) {
    return key === "" ? this.words.feedback : this.questions.get(key)?.name ?? key;
  }

  labelOf(key, answer) {
    if (key === "") return answer || "–";
    const option = this.questions.get(key)?.options.find((each) => each.value === answer?.value);
    return [option?.label ?? answer?.value ?? "–", answer?.comment].filter(Boolean).join(": ") || "–";
  }

  row(key) {
    const row = document.createElement("tr");
    row.dataset.key = key;
    const head = document.createElement("th");
    head.scope = "row";
    head.textContent = this.nameOf(key);
    const mine = key === "" ? this.draft.summary : this.draft.answer(key);
    const other = key === "" ? this.theirs.summary : this.theirs.answers[key];
    row.append(head, this.cell(key, "mine", mine, this.words.keepMine), this.cell(key, "theirs", other, this.words.loadTheirs));
    return row;
  }

  cell(key, side, answer, words) {
    const cell = document.createElement("td");
    const text = document.createElement("span");
    text.textContent = this.labelOf(key, answer);
    cell.append(text, this.button(words, () => this.choose(key, side)));
    return cell;
  }

  button(words, deed) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button";
    button.textContent = words;
    button.addEventListener("click", deed);
    return button;
  }

  choose(key, side) {
    const row = [...this.panel.querySelectorAll("[data-key]")].find((each) => each.dataset.key === key);
    if (!row) return;
    row.remove();
    this.draft.resolve(key, side);
    const next = this.panel.querySelector("tbody button");
    if (next) next.focus();
    else this.close();
  }

  close() {
    this.panel?.remove();
    this.panel = null;
    document.querySelector("[data-question].is-current")?.focus({ preventScroll: true });
  }
}
