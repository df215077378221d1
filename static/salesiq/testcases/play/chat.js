// The lines on the screen. A line is known by its position: told twice, it stands once.

export class Chat {
  constructor(root, words) {
    this.lines = root.querySelector("[data-lines]");
    this.scroll = root.querySelector("[data-scroll]");
    this.typing = root.querySelector("[data-typing]");
    this.begin = root.querySelector("[data-begin]");
    this.blank = root.querySelector("[data-bubble]");
    this.words = words;
    this.waiting = null;
    this.toEnd();
  }

  row(position) {
    return this.lines.querySelector(`[data-position="${position}"]`);
  }

  // The agent's line before the server has it.
  wait(text, spoken) {
    this.waiting ??= this.make("agent");
    this.fill(this.waiting, text, this.words.sending, spoken);
    this.waiting.className = "bubble-row from-agent is-waiting";
    this.toEnd();
  }

  fail() {
    if (!this.waiting) return;
    this.waiting.className = "bubble-row from-agent is-unsent";
    this.waiting.querySelector("[data-at]").textContent = this.words.unsent;
  }

  drop() {
    this.waiting?.remove();
    this.waiting = null;
  }

  // A whole line as the server keeps it.
  put(turn, spoken = false) {
    const near = this.isNearEnd();
    let row = this.row(turn.position);
    if (turn.role === "agent" && this.waiting) {
      if (row) this.drop();
      else row = this.waiting;
      this.waiting = null;
    }
    row ??= this.make(turn.role);
    row.className = `bubble-row from-${turn.role}`;
    row.dataset.position = turn.position;
    this.fill(row, turn.text, "", spoken || turn.spoken);
    if (near) this.toEnd();
  }

  // A piece of a line that is still being said.
  piece(position, text) {
    let row = this.row(position);
    if (row && !row.classList.contains("is-coming")) return;
    const near = this.isNearEnd();
    if (!row) {
      row = this.make("customer");
      row.dataset.position = position;
      row.classList.add("is-coming");
    }
    row.querySelector("p").append(text);
    if (near) this.toEnd();
  }

  // A line that broke off is told again as a whole.
  forgetComing() {
    for (const row of this.lines.querySelectorAll(".is-coming")) row.remove();
  }

  showTyping(on) {
    const near = this.isNearEnd();
    this.typing.hidden = !on;
    this.scroll.setAttribute("aria-busy", String(on));
    if (near) this.toEnd();
  }

  make(role) {
    const row = this.blank.content.firstElementChild.cloneNode(true);
    row.className = `bubble-row from-${role}`;
    row.querySelector("[data-who]").textContent = `${role === "agent" ? this.words.you : this.words.customer}:`;
    this.lines.append(row);
    this.begin.hidden = true;
    return row;
  }

  fill(row, text, at, spoken) {
    row.querySelector("p").textContent = text;
    const mark = row.querySelector("[data-spoken]");
    mark?.toggleAttribute("hidden", !spoken);
    const place = row.querySelector("[data-at]");
    if (place) place.textContent = at;
  }

  isNearEnd() {
    return this.scroll.scrollHeight - this.scroll.scrollTop - this.scroll.clientHeight < 80;
  }

  toEnd() {
    this.scroll.scrollTop = this.scroll.scrollHeight;
  }
}

export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
