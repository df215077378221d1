// The answers of one review and their way to the server. Nothing that was typed is ever dropped: what the server does
// not have yet stays here, is sent again, and is put beside what somebody else wrote.
//
// Events: "change" (an answer, its detail is the key or null for all), "state" (state, words), "conflict" (detail).
import { ask } from "./door.js";

const WAIT = 700;
const RETRIES = [2000, 4000, 8000, 15000, 30000];
const FIELDS = ["value", "comment", "at"];
const NOTHING = { value: "", comment: "", at: null };

const same = (one, other) => FIELDS.every((field) => (one[field] ?? null) === (other[field] ?? null));

export class Draft extends EventTarget {
  constructor(data) {
    super();
    this.url = data.urls.answers;
    this.version = data.version;
    this.savedAt = new Date(data.savedAt);
    this.server = { answers: data.answers, summary: data.summary };
    this.answers = structuredClone(data.answers);
    this.summary = data.summary;
    this.state = "saved";
    this.tries = 0;
    this.conflict = null;
    addEventListener("online", () => { if (this.state === "offline") this.save(); });
    addEventListener("beforeunload", (event) => { if (this.isDirty) event.preventDefault(); });
    document.addEventListener("visibilitychange", () => { if (document.hidden && this.isDirty) this.save(); });
  }

  answer(key) {
    return this.answers[key] ?? NOTHING;
  }

  known(key) {
    return this.server.answers[key] ?? NOTHING;
  }

  get dirtyKeys() {
    return Object.keys(this.answers).filter((key) => !same(this.answer(key), this.known(key)));
  }

  get isDirty() {
    return this.summary !== this.server.summary || this.dirtyKeys.length > 0;
  }

  set(key, change) {
    const { value, comment, at } = this.answer(key);
    this.answers[key] = { value, comment, at, ...change };
    this.tell("change", key);
    this.later();
  }

  setSummary(text) {
    this.summary = text;
    this.later();
  }

  later() {
    if (this.conflict || this.state === "refused") return;
    clearTimeout(this.timer);
    this.become(this.isDirty ? "waiting" : "saved");
    if (this.isDirty) this.timer = setTimeout(() => this.save(), WAIT);
  }

  tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  become(state, words = "") {
    this.state = state;
    this.tell("state", words);
  }

  // Only what differs is sent, so that a note written elsewhere is not undone by an answer given here.
  changes() {
    const answers = {};
    for (const key of this.dirtyKeys) {
      const [mine, known] = [this.answer(key), this.known(key)];
      answers[key] = Object.fromEntries(
        FIELDS.filter((field) => (mine[field] ?? null) !== (known[field] ?? null)).map((field) => [field, mine[field]]),
      );
    }
    return { answers, ...(this.summary === this.server.summary ? {} : { summary: this.summary }) };
  }

  // One request at a time: the next one needs the version that this one brings.
  async save() {
    clearTimeout(this.timer);
    if (this.conflict) return false;
    if (this.saving) {
      await this.saving;
      return this.isDirty && this.state !== "offline" && !this.conflict ? this.save() : !this.isDirty;
    }
    if (!this.isDirty) return true;
    this.saving = this.send();
    const kept = await this.saving;
    this.saving = null;
    if (kept && this.isDirty) this.later();
    return kept && !this.isDirty;
  }

  async send() {
    const sent = structuredClone({ answers: this.answers, summary: this.summary });
    this.become("saving");
    try {
      const told = await ask(this.url, "POST", { version: this.version, ...this.changes() });
      this.version = told.version;
      this.hasSaved = true;
      this.savedAt = new Date(told.saved_at);
      this.server = sent;
      this.tries = 0;
      this.become(this.isDirty ? "waiting" : "saved");
      return true;
    } catch (error) {
      if (error.status === 409) return this.meet(error.body);
      if (error.status === 0 || error.status >= 500) this.retry();
      else if (error.status === 401) this.become("signed-out");
      else this.become([403, 404, 410].includes(error.status) ? "refused" : "failed", error.message);
      return false;
    }
  }

  retry() {
    this.become("offline");
    this.timer = setTimeout(() => this.save(), RETRIES[Math.min(this.tries, RETRIES.length - 1)]);
    this.tries += 1;
  }

  // Somebody else was quicker. What only they changed is taken over; where both did, a person chooses.
  meet(theirs) {
    const keys = new Set([...Object.keys(theirs.answers), ...Object.keys(this.answers)]);
    const taken = [];
    const both = [];
    for (const key of keys) {
      const [mine, known, other] = [this.answer(key), this.known(key), theirs.answers[key] ?? NOTHING];
      if (same(other, known) || same(other, mine)) continue;
      if (same(mine, known)) {
        this.answers[key] = { value: other.value, comment: other.comment, at: other.at };
        taken.push(key);
      } else {
        both.push(key);
      }
    }
    const summaries = theirs.summary !== this.server.summary && theirs.summary !== this.summary;
    const mineSummary = this.summary !== this.server.summary;
    if (summaries && !mineSummary) this.summary = theirs.summary;
    this.server = { answers: theirs.answers, summary: theirs.summary };
    this.version = theirs.version;
    this.savedAt = new Date(theirs.changed_at);
    this.tell("change", null);
    const open = new Set(summaries && mineSummary ? [...both, ""] : both);
    this.conflict = open.size ? { ...theirs, open } : null;
    this.become(open.size ? "conflict" : "waiting");
    this.tell("conflict", { ...theirs, taken, both: [...open] });
    if (!open.size) this.later();
    return false;
  }

  // `key` of "" is the feedback.
  resolve(key, side) {
    if (side === "theirs") {
      if (key === "") this.summary = this.server.summary;
      else this.answers[key] = { ...NOTHING, ...this.known(key) };
      this.tell("change", key || null);
    }
    this.conflict?.open.delete(key);
    if (this.conflict?.open.size) return;
    this.conflict = null;
    this.later();
    if (this.isDirty) this.save();
  }
}
