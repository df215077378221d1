// Giving the review: all is saved first, what is missing is named, and a person says yes once more.
import { ask } from "./door.js";

export class Submit {
  constructor(dialog, data, draft, scorecard, words) {
    this.dialog = dialog;
    this.url = data.urls.submit;
    this.draft = draft;
    this.scorecard = scorecard;
    this.words = words;
    this.button = dialog.querySelector("[data-submit-button]");
    dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
    dialog.querySelector("[data-submit-form]").addEventListener("submit", (event) => { event.preventDefault(); this.send(); });
    dialog.querySelector("[data-missing-list]").addEventListener("click", (event) => {
      const link = event.target.closest("button");
      if (link) this.leadTo(link.dataset.key);
    });
  }

  open() {
    if (this.draft.conflict) return;
    const { total, missing, failed } = this.scorecard.standing;
    this.find("[data-submit-total]").textContent = total === null ? "–" : (total / 100).toFixed(1);
    this.find("[data-submit-failed]").textContent = failed ? this.words.failed.replace("{name}", failed.name) : "";
    this.find("[data-submit-ready]").hidden = missing.length > 0;
    this.find("[data-submit-missing]").hidden = missing.length === 0;
    this.find("[data-missing-list]").replaceChildren(...missing.map((question) => this.item(question)));
    this.button.disabled = missing.length > 0;
    this.say("");
    this.dialog.showModal();
    (missing.length ? this.find("[data-missing-list] button") : this.button).focus();
  }

  find(selector) {
    return this.dialog.querySelector(selector);
  }

  say(words) {
    const line = this.find("[data-submit-error]");
    line.textContent = words;
    line.hidden = !words;
  }

  item(question) {
    const item = document.createElement("li");
    const link = document.createElement("button");
    link.type = "button";
    link.className = "link-button";
    link.textContent = question.name;
    link.dataset.key = question.key;
    item.append(link);
    return item;
  }

  leadTo(key) {
    this.dialog.close();
    this.scorecard.goTo(key);
  }

  async send() {
    if (this.busy) return;
    this.busy = this.button.disabled = true;
    try {
      if (!(await this.draft.save())) {
        if (this.draft.conflict) this.dialog.close();
        else this.say(this.words.notSaved);
        return;
      }
      await ask(this.url, "POST", { version: this.draft.version });
      location.reload();
    } catch (error) {
      if (error.status === 409) {
        this.dialog.close();
        this.draft.meet(error.body);
      } else {
        this.say(error.message || this.words.notReached);
      }
    } finally {
      this.busy = this.button.disabled = false;
    }
  }
}
