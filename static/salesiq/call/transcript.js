// The transcript: lights up what sounds, follows it until the reader scrolls, seeks on a click, finds words.

export class Transcript {
  constructor(card, player) {
    this.card = card;
    this.player = player;
    this.list = card.querySelector("[data-lines]");
    this.lines = [...this.list.children].map((element) => ({
      element, start: Number(element.dataset.start), end: Number(element.dataset.end), words: null,
    }));
    this.follows = true;
    this.wireFollowing();
    this.wireFinding();
    this.list.addEventListener("click", (event) => this.onClick(event));
    if (!player) return;
    player.addEventListener("tick", () => this.light());
    player.addEventListener("seek", () => { this.light(); });
  }

  // The last line that has begun. Lines may overlap; the one that began last is the news.
  lineAt(time) {
    let low = 0;
    let high = this.lines.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.lines[middle].start <= time + 0.02) low = middle + 1;
      else high = middle;
    }
    const line = this.lines[low - 1];
    return line && time <= line.end + 1.5 ? line : null;
  }

  light() {
    const time = this.player.time;
    const line = this.lineAt(time);
    if (line !== this.now) {
      this.now?.element.classList.remove("is-now");
      this.now = line;
      line?.element.classList.add("is-now");
      if (line && this.follows && !this.player.audio.paused) this.bringToView(line.element);
    }
    this.lightWord(line && !this.player.audio.paused ? this.wordAt(line, time) : null);
  }

  wordAt(line, time) {
    line.words ??= [...line.element.querySelectorAll(".w")].map((element) => [Number(element.dataset.t), element]);
    let found = null;
    for (const [start, element] of line.words) {
      if (start > time + 0.02) break;
      found = element;
    }
    return time <= line.end + 0.2 ? found : null;
  }

  lightWord(word) {
    if (word === this.word) return;
    this.word?.classList.remove("is-now");
    this.word = word;
    word?.classList.add("is-now");
  }

  get scrollsItself() {
    return getComputedStyle(this.list).overflowY === "auto";
  }

  bringToView(element) {
    const smooth = matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
    if (this.scrollsItself) {
      const top = element.offsetTop - this.list.clientHeight * 0.35;
      this.list.scrollTo({ top, behavior: smooth });
    } else if (this.list.offsetParent) {
      element.scrollIntoView({ block: "center", behavior: smooth });
    }
  }

  // Shows a line because the reader asked for it; following goes on from there.
  reveal(id) {
    const element = document.getElementById(id);
    if (!element) return;
    this.setFollowing(true);
    this.bringToView(element);
    for (const shown of this.list.querySelectorAll(".is-shown")) shown.classList.remove("is-shown");
    element.classList.add("is-shown");
  }

  // Only a person's scrolling ends the following; our own scrolling sends no wheel, touch or key.
  wireFollowing() {
    this.button = this.card.querySelector("[data-follow]");
    const yieldToReader = () => { if (this.player && !this.player.audio.paused) this.setFollowing(false); };
    const scroller = () => (this.scrollsItself ? this.list : document);
    for (const kind of ["wheel", "touchmove"]) {
      document.addEventListener(kind, (event) => {
        if (scroller() === document || this.list.contains(event.target)) yieldToReader();
      }, { passive: true });
    }
    this.list.addEventListener("keydown", (event) => {
      if (["ArrowUp", "ArrowDown", "PageUp", "PageDown", "Home", "End"].includes(event.key)) yieldToReader();
    });
    this.list.addEventListener("pointerdown", (event) => { if (event.target === this.list) yieldToReader(); });
    this.button.addEventListener("click", () => {
      this.setFollowing(true);
      if (this.now) this.bringToView(this.now.element);
    });
  }

  setFollowing(follows) {
    this.follows = follows;
    this.button.hidden = follows;
  }

  onClick(event) {
    // Marking text to copy it is not a wish to seek.
    if (!this.player || event.target.closest("a") || !getSelection().isCollapsed) return;
    const word = event.target.closest(".w");
    const line = event.target.closest(".line");
    if (!line) return;
    this.setFollowing(true);
    this.player.seek(Number(word ? word.dataset.t : line.dataset.start));
  }

  wireFinding() {
    const field = this.card.querySelector("[data-find]");
    const tally = this.card.querySelector("[data-found]");
    let hits = [];
    let at = -1;
    const step = (by) => {
      if (!hits.length) return;
      at = (at + by + hits.length) % hits.length;
      tally.textContent = `${at + 1} / ${hits.length}`;
      this.setFollowing(false);
      this.bringToView(hits[at]);
    };
    this.stepFound = step;
    const fold = (text) => text.toLocaleLowerCase().normalize("NFD").replace(/\p{M}/gu, "");
    field.addEventListener("input", () => {
      for (const hit of hits) hit.classList.remove("is-found");
      const wanted = fold(field.value.trim());
      const said = (line) => fold(line.element.querySelector(".said").textContent);
      hits = wanted ? this.lines.filter((line) => said(line).includes(wanted)).map((line) => line.element) : [];
      for (const hit of hits) hit.classList.add("is-found");
      at = -1;
      tally.textContent = wanted && !hits.length ? tally.dataset.none : "";
      step(1);
    });
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter") step(event.shiftKey ? -1 : 1);
      if (event.key === "Escape") { field.value = ""; field.dispatchEvent(new Event("input")); }
    });
  }
}
