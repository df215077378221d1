// Comments at a time of the call: written in a form above the transcript, shown in their lines and on the waveform.
import { clock } from "../call/player.js";
import { ask } from "./door.js";

export class Comments {
  constructor(card, url, comments, lines, words, onChange) {
    this.card = card;
    this.url = url;
    this.all = comments;
    this.lines = lines;
    this.words = words;
    this.onChange = onChange;
    this.form = card.querySelector("[data-comment-form]");
    this.form.addEventListener("submit", (event) => { event.preventDefault(); this.save(); });
    this.form.querySelector("[data-cancel]").addEventListener("click", () => this.close());
    this.form.addEventListener("keydown", (event) => {
      if (event.key === "Escape") { event.stopPropagation(); this.close(); }
      if (event.key === "Enter" && !event.shiftKey && event.target.matches("textarea") && !event.isComposing) {
        event.preventDefault();
        this.save();
      }
    });
    card.addEventListener("click", (event) => this.onClick(event));
    this.show();
  }

  // `comment` is the one to be changed; without it a new one at `time`.
  open(time, comment = null) {
    this.editing = comment;
    this.time = comment ? comment.at : Math.round(time * 10) / 10;
    this.back = document.activeElement;
    this.form.hidden = false;
    this.form.querySelector("[data-comment-at]").textContent = this.time === null ? "" : clock(this.time);
    const { text, shown } = this.form.elements;
    // What was begun and not sent is still there.
    if (comment) text.value = comment.text;
    if (comment && shown) shown.checked = comment.shown;
    text.focus();
  }

  close() {
    this.form.hidden = true;
    if (this.editing) this.form.elements.text.value = "";
    this.editing = null;
    this.say("");
    this.back?.focus({ preventScroll: true });
  }

  say(words) {
    this.form.querySelector("[data-form-error]").textContent = words;
  }

  async save() {
    const { text, shown } = this.form.elements;
    if (this.busy) return;
    this.busy = true;
    const body = { text: text.value, shown: Boolean(shown?.checked), at: this.time };
    try {
      const told = await ask(this.editing ? `${this.url}/${this.editing.id}` : this.url, "POST", body);
      this.all = [...this.all.filter((each) => each.id !== told.id), told];
      text.value = "";
      this.show();
      this.close();
    } catch (error) {
      this.say(error.message || this.words.notReached);
    } finally {
      this.busy = false;
    }
  }

  async remove(comment) {
    if (!confirm(this.words.deleteComment)) return;
    try {
      await ask(`${this.url}/${comment.id}`, "DELETE");
      this.all = this.all.filter((each) => each.id !== comment.id);
      this.show();
    } catch (error) {
      this.open(0, comment);
      this.say(error.message || this.words.notReached);
    }
  }

  onClick(event) {
    const button = event.target.closest("[data-comment-edit], [data-comment-delete]");
    if (!button) return;
    const comment = this.all.find((each) => each.id === button.closest("[data-comment-id]").dataset.commentId);
    if ("commentEdit" in button.dataset) this.open(0, comment);
    else this.remove(comment);
  }

  show() {
    for (const old of this.card.querySelectorAll("[data-comment-id]")) old.remove();
    const order = (one, other) => (one.at ?? -1) - (other.at ?? -1);
    this.all.sort(order);
    for (const comment of this.all) this.place(comment).append(this.element(comment));
    this.onChange(this.all);
  }

  place(comment) {
    const line = comment.at !== null && this.lines.at(comment.at);
    if (!line) return this.card.querySelector("[data-whole-comments]");
    return this.lines.element(line.p);
  }

  element(comment) {
    const box = document.createElement(comment.at !== null && this.lines.lines.length ? "div" : "li");
    box.className = "line-comment";
    box.dataset.commentId = comment.id;
    const head = document.createElement("p");
    head.className = "line-comment-head small";
    const at = comment.at === null ? "" : `${clock(comment.at)} · `;
    head.append(`${at}${comment.by || this.words.somebody}`);
    if (!comment.shown) head.append(this.tag(this.words.hiddenFromAgent));
    if (comment.mine) head.append(this.button("edit", this.words.edit), this.button("delete", this.words.delete));
    const text = document.createElement("p");
    text.className = "pre";
    text.textContent = comment.text;
    box.append(head, text);
    return box;
  }

  tag(words) {
    const tag = document.createElement("span");
    tag.className = "tag";
    tag.textContent = words;
    return tag;
  }

  button(name, words) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "link-button small";
    button.textContent = words;
    button.setAttribute(`data-comment-${name}`, "");
    return button;
  }
}
