// Speaking instead of writing: hold the button, or tap it to begin and again to end. A recording may be sent as well.
import { clock } from "./chat.js";

const HELD_MS = 450;
const LONGEST_SECONDS = 120;
const KINDS = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];

export class Voice {
  // `begin()` is told when recording begins; `take(blob)` gets what was recorded; `refuse(name)` is told when the microphone may not be used.
  constructor(root, { begin, take, refuse }) {
    this.begin = begin;
    this.root = root;
    this.take = take;
    this.refuse = refuse;
    this.mic = root.querySelector("[data-mic]");
    this.row = root.querySelector("[data-row]");
    this.recording = root.querySelector("[data-recording]");
    const usable = Boolean(navigator.mediaDevices?.getUserMedia && window.MediaRecorder);
    this.mic.hidden = !usable;
    if (usable) this.wire();
    root.querySelector("[data-file]").addEventListener("change", (event) => {
      const [file] = event.target.files;
      event.target.value = "";
      if (file) take(file);
    });
  }

  wire() {
    this.mic.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      event.preventDefault();
      this.pressed = performance.now();
      this.start();
    });
    window.addEventListener("pointerup", () => {
      const held = this.pressed && performance.now() - this.pressed >= HELD_MS;
      this.pressed = 0;
      if (held) this.stop();
    });
    // By the keyboard a click: pointers were dealt with above.
    this.mic.addEventListener("click", (event) => { if (event.detail === 0) this.start(); });
    this.root.querySelector("[data-record-done]").addEventListener("click", () => this.stop());
    this.root.querySelector("[data-record-cancel]").addEventListener("click", () => this.stop(true));
    document.addEventListener("keydown", (event) => { if (event.key === "Escape" && this.recorder) this.stop(true); });
  }

  async start() {
    if (this.recorder || this.asking || this.mic.disabled) return;
    this.asking = true;
    this.begin();
    this.stopEarly = null;
    try {
      this.stream = await navigator.mediaDevices.getUserMedia({ audio: { echoCancellation: true, noiseSuppression: true } });
    } catch {
      this.refuse();
      return;
    } finally {
      this.asking = false;
    }
    const mimeType = KINDS.find((kind) => MediaRecorder.isTypeSupported(kind));
    const pieces = [];
    this.recorder = new MediaRecorder(this.stream, mimeType ? { mimeType } : {});
    this.recorder.addEventListener("dataavailable", (event) => pieces.push(event.data));
    this.recorder.addEventListener("stop", () => this.done(new Blob(pieces, { type: this.recorder.mimeType })));
    this.recorder.start(250);
    this.began = performance.now();
    this.show(true);
    this.meter();
    // Let go before the microphone was ready: what was held is over.
    if (this.stopEarly !== null) this.stop(this.stopEarly);
  }

  stop(thrownAway = false) {
    if (this.asking) {
      this.stopEarly = thrownAway;
      return;
    }
    if (!this.recorder || this.recorder.state === "inactive") return;
    this.thrownAway = thrownAway;
    this.recorder.stop();
  }

  done(blob) {
    for (const track of this.stream.getTracks()) track.stop();
    this.sound?.close();
    clearInterval(this.counting);
    this.recorder = null;
    this.show(false);
    if (!this.thrownAway && blob.size) this.take(blob);
  }

  show(on) {
    this.row.hidden = on;
    this.recording.hidden = !on;
    this.mic.setAttribute("aria-pressed", String(on));
    (on ? this.root.querySelector("[data-record-done]") : this.mic).focus();
  }

  meter() {
    const level = this.root.querySelector("[data-level]");
    const time = this.root.querySelector("[data-record-time]");
    this.sound = new AudioContext();
    const analyser = this.sound.createAnalyser();
    this.sound.createMediaStreamSource(this.stream).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    this.counting = setInterval(() => {
      const seconds = (performance.now() - this.began) / 1000;
      time.textContent = clock(seconds);
      analyser.getFloatTimeDomainData(samples);
      level.value = Math.min(1, 6 * Math.sqrt(samples.reduce((sum, each) => sum + each * each, 0) / samples.length));
      if (seconds >= LONGEST_SECONDS) this.stop();
    }, 100);
  }
}
