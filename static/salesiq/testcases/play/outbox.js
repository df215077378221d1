// What was said and is not known to have arrived, and what is half written. It outlives a reload, not the session.

export class Outbox {
  constructor(session) {
    this.name = `practice:${session}`;
  }

  read() {
    try {
      return JSON.parse(localStorage.getItem(this.name)) ?? {};
    } catch {
      return {};
    }
  }

  write(changes) {
    const kept = { ...this.read(), ...changes };
    try {
      if (!kept.pending && !kept.draft) localStorage.removeItem(this.name);
      else localStorage.setItem(this.name, JSON.stringify(kept));
    } catch {
      // A private window keeps nothing; the talk goes on without.
    }
  }

  get pending() {
    return this.read().pending ?? null;
  }

  get draft() {
    return this.read().draft ?? null;
  }

  // The key makes it said once, however often it is sent.
  put(text, spoken, seen) {
    const pending = { key: crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`, text, spoken, seen };
    this.write({ pending, draft: null });
    return pending;
  }

  settle() {
    this.write({ pending: null });
  }

  keepDraft(text, spoken) {
    this.write({ draft: text ? { text, spoken } : null });
  }

  forget() {
    this.write({ pending: null, draft: null });
  }
}
