// The playground: asks each chosen version of each chosen model at once and shows the answers as they come.
const MOST_VERSIONS = 3;
const MOST_ANSWERS = 6;

const form = document.getElementById("try");
const answers = document.querySelector("[data-answers]");
const told = document.querySelector("[data-told]");
let stopping = null;

if (form) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask();
  });
  form.querySelector("[data-use-examples]").addEventListener("click", () => {
    for (const each of form.querySelectorAll("[data-example]")) each.value ||= each.dataset.example;
  });
  form.querySelector("[data-stop]").addEventListener("click", () => stopping?.abort());
}

function chosen() {
  const versions = [...form.querySelectorAll("[name=v]:checked")];
  const models = [...form.querySelectorAll("[name=m]:checked")];
  const problem = form.querySelector("[data-try-problem]");
  const none = !versions.length || !models.length;
  const many = versions.length > MOST_VERSIONS || versions.length * models.length > MOST_ANSWERS;
  problem.hidden = !none && !many;
  problem.textContent = none ? problem.dataset.none : many ? problem.dataset.many : "";
  if (none || many) return null;
  return versions.flatMap((version) => models.map((model) => ({ version, model, several: models.length > 1 })));
}

async function ask() {
  const pairs = chosen();
  if (!pairs) return;
  stopping?.abort();
  stopping = new AbortController();
  toggle(true);
  answers.replaceChildren();
  answers.dataset.count = Math.min(3, pairs.length);
  told.textContent = told.dataset.asking;
  const asked = pairs.map((pair) => askOne(pair, stopping.signal));
  if (window.matchMedia("(max-width: 64rem)").matches) answers.scrollIntoView();
  await Promise.allSettled(asked);
  toggle(false);
}

function toggle(busy) {
  form.querySelector("[data-try]").disabled = busy;
  form.querySelector("[data-stop]").hidden = !busy;
}

async function askOne({ version, model, several }, signal) {
  const card = document.getElementById("new-answer").content.firstElementChild.cloneNode(true);
  const name = version.dataset.version + (several ? ` · ${model.dataset.model}` : "");
  card.querySelector("[data-name]").textContent = name;
  answers.append(card);
  const data = new FormData(form);
  data.set("version", version.value);
  data.set("model", model.value);
  try {
    const response = await fetch(form.dataset.runUrl, { method: "POST", body: data, signal });
    if (!response.ok || !response.body) throw new Error(response.status);
    const finished = await read(response.body, card, name);
    if (!finished) throw new Error("broke off");
  } catch (error) {
    state(card, error.name === "AbortError" ? told.dataset.stopped : told.dataset.broken, error.name !== "AbortError");
  }
  card.removeAttribute("aria-busy");
}

// Server-sent events out of the body of an answer to POST, which EventSource cannot send.
async function read(body, card, name) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let waiting = "";
  let finished = false;
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return finished;
    const parts = (waiting + value).split("\n\n");
    waiting = parts.pop();
    for (const part of parts) {
      const event = /^event: (\w+)$/m.exec(part)?.[1];
      const data = /^data: (.*)$/m.exec(part)?.[1];
      if (!event) continue;
      handle(event, JSON.parse(data), card, name);
      finished ||= event === "done";
    }
  }
}

function handle(event, data, card, name) {
  const text = card.querySelector("[data-text]");
  if (event === "text") {
    text.append(data);
    text.scrollTop = text.scrollHeight;
  } else if (event === "repair") {
    text.textContent = "";
    state(card, `${told.dataset.again} ${data.join(" ")}`, false);
  } else if (event === "done") {
    finish(card, data, name);
  }
}

function finish(card, html, name) {
  const result = card.querySelector("[data-result]");
  result.innerHTML = html;
  window.htmx?.process(result);
  const made = result.firstElementChild;
  const text = card.querySelector("[data-text]");
  // What counts is what was kept, should a piece have been lost on the way.
  if (made.dataset.answer !== undefined) text.textContent = pretty(made.dataset.answer);
  text.hidden = !text.textContent;
  text.scrollTop = 0;
  state(card, made.dataset.verdict, made.classList.contains("is-bad"));
  told.textContent = told.dataset.answered.replace("{name}", name);
}

function pretty(answer) {
  try {
    const value = JSON.parse(answer);
    return typeof value === "object" && value !== null ? JSON.stringify(value, null, 2) : answer;
  } catch {
    return answer;
  }
}

function state(card, words, isBad) {
  const at = card.querySelector("[data-state]");
  at.textContent = words;
  at.className = `badge ${isBad ? "badge-not_qualified" : "badge-converted"}`;
  if (words.length > 40) at.className = "muted small";
}
