// Drives the <audio> element: buttons, keys, speed. Tells others the moment by "tick" and "seek" events.

const SPEED_KEY = "salesiq-speed";

export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const parts = [Math.floor(whole / 60) % 60, whole % 60];
  const hours = Math.floor(whole / 3600);
  const padded = parts.map((part) => String(part).padStart(2, "0"));
  return hours ? `${hours}:${padded[0]}:${padded[1]}` : `${parts[0]}:${padded[1]}`;
}

// Keys belong to the field or control that has the focus, where it has a use for them.
function isTaken(event) {
  if (event.defaultPrevented || event.metaKey || event.ctrlKey || event.altKey) return true;
  const at = event.target.closest("input, select, textarea, button, a, summary, dialog, [role=slider]");
  if (!at) return false;
  return event.key === " " ? !at.matches("[role=slider]") : at.matches("input, select, textarea, dialog, [role=slider]");
}

export class Player extends EventTarget {
  constructor(box, audio, duration) {
    super();
    this.audio = audio;
    this.duration = duration;
    this.box = box;
    this.now = box.querySelector("[data-now]");
    this.button = box.querySelector("[data-play]");
    this.wireButtons();
    this.wireSound();
    document.addEventListener("keydown", (event) => this.onKey(event));
  }

  get time() {
    return this.audio.currentTime;
  }

  wireButtons() {
    this.button.addEventListener("click", () => this.toggle());
    for (const button of this.box.querySelectorAll("[data-skip]")) {
      button.addEventListener("click", () => this.skip(Number(button.dataset.skip)));
    }
    const speed = this.box.querySelector("[data-speed]");
    const set = () => { this.audio.defaultPlaybackRate = this.audio.playbackRate = Number(speed.value); };
    const kept = localStorage.getItem(SPEED_KEY);
    if ([...speed.options].some((option) => option.value === kept)) speed.value = kept;
    set();
    speed.addEventListener("change", () => {
      localStorage.setItem(SPEED_KEY, speed.value);
      set();
    });
  }

  wireSound() {
    for (const kind of ["play", "pause", "ended"]) this.audio.addEventListener(kind, () => this.onState());
    this.audio.addEventListener("timeupdate", () => this.tell("tick"));
    this.audio.addEventListener("seeked", () => this.tell("seek"));
    this.audio.addEventListener("error", () => this.onError());
  }

  onState() {
    const playing = !this.audio.paused;
    this.button.setAttribute("aria-pressed", String(playing));
    this.button.setAttribute("aria-label", playing ? this.button.dataset.labelPause : this.button.dataset.labelPlay);
    // Frames, not only the four timeupdates a second, so that words light up when they sound.
    if (playing && !this.frame) this.run();
    this.tell("tick");
  }

  run() {
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      this.tell("tick");
      if (!this.audio.paused) this.run();
    });
  }

  tell(kind) {
    this.now.textContent = clock(this.time);
    this.dispatchEvent(new Event(kind));
  }

  toggle() {
    if (this.audio.paused) this.play();
    else this.audio.pause();
  }

  async play() {
    this.box.querySelector("[data-sound-error]").hidden = true;
    if (this.audio.error) this.audio.load();
    try {
      await this.audio.play();
    } catch (error) {
      if (error.name !== "AbortError") this.onError();
    }
  }

  onError() {
    this.box.querySelector("[data-sound-error]").hidden = false;
  }

  // Before the sound is loaded this sets where it will start.
  seek(seconds) {
    this.audio.currentTime = Math.min(Math.max(0, seconds), this.duration || seconds);
    this.tell("seek");
  }

  skip(seconds) {
    this.seek(this.time + seconds);
  }

  onKey(event) {
    if (isTaken(event)) return;
    const deeds = { " ": () => this.toggle(), ArrowLeft: () => this.skip(-5), ArrowRight: () => this.skip(5) };
    if (!deeds[event.key]) return;
    event.preventDefault();
    deeds[event.key]();
  }
}
