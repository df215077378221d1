// The editor of scorecards and scripts: adds, removes and moves entries, and shows what each is worth.
// It only arranges fields; the server reads them, and judges.
import { wireDragging } from "./dragging.js";
import { wireQuestions } from "./questions.js";

const form = document.querySelector("[data-editor]");
const layout = form.querySelector("[data-layout]");
const told = document.querySelector("[data-told]");
let number = Math.max(-1, ...tokens().map((token) => Number(token.slice(1)))) + 1;
let saving = false;

function tokens() {
  return [...form.querySelectorAll("[data-token]")].map((each) => each.dataset.token);
}

// A piece of the page from a <template>, with its own token in the place of the blank one.
export function made(template, names) {
  const holder = document.createElement("template");
  let html = document.getElementById(template).innerHTML;
  for (const [blank, name] of Object.entries(names)) html = html.replaceAll(blank, name);
  holder.innerHTML = html.trim();
  return holder.content;
}

export function changed() {
  form.dataset.unsaved = "";
  layout.value = tokens().join(" ");
  showShares();
  markNeedsSaved();
}

function showShares() {
  const entries = [...form.querySelectorAll("[data-entry]")];
  const weights = entries.map((each) => Number(each.querySelector("[data-weight]").value.replace(",", ".")));
  const whole = weights.reduce((sum, weight) => sum + (weight > 0 ? weight : 0), 0);
  entries.forEach((each, at) => {
    const share = weights[at] > 0 ? (100 * weights[at]) / whole : NaN;
    each.querySelector("[data-share]").textContent = Number.isFinite(share) ? String(Math.round(share * 100) / 100) : "–";
  });
}

// Publishing or trying what is not saved would use the older words.
function markNeedsSaved() {
  const unsaved = "unsaved" in form.dataset;
  for (const each of document.querySelectorAll("[data-needs-saved]")) {
    each.toggleAttribute("disabled", unsaved);
    if (each.matches("a")) each.setAttribute("aria-disabled", String(unsaved));
    each.title = unsaved ? form.dataset.leave : "";
  }
}

function add(rows) {
  const token = `q${number++}`;
  rows.append(made("new-entry", { __TOKEN__: token }));
  const entry = rows.lastElementChild;
  changed();
  form.dispatchEvent(new CustomEvent("entry-added", { detail: entry }));
  entry.querySelector("input:not([type=hidden])").focus();
}

function addSection() {
  const sections = form.querySelector("[data-sections]");
  sections.append(made("new-section", { __TOKEN__: `s${number++}` }));
  changed();
  sections.lastElementChild.querySelector("input").focus();
}

// The heading goes; its questions join the section above, or stay without a heading.
function removeSection(section) {
  const above = section.previousElementSibling;
  const rows = section.querySelector("[data-rows]");
  if (above) {
    above.querySelector("[data-rows]").append(...rows.children);
    section.remove();
  } else {
    section.querySelector("input").value = "";
  }
  changed();
}

function remove(entry) {
  const next = entry.nextElementSibling ?? entry.previousElementSibling;
  entry.remove();
  told.textContent = told.dataset.removed;
  changed();
  (next?.querySelector("input:not([type=hidden])") ?? form.querySelector("[data-add-entry]"))?.focus();
}

function move(entry, by, focused) {
  const beside = by < 0 ? entry.previousElementSibling : entry.nextElementSibling;
  const sections = [...form.querySelectorAll("[data-section]")];
  const other = sections[sections.indexOf(entry.closest("[data-section]")) + by];
  if (beside) by < 0 ? beside.before(entry) : beside.after(entry);
  else if (other) other.querySelector("[data-rows]")[by < 0 ? "append" : "prepend"](entry);
  else return;
  changed();
  focused.focus();
  const all = [...form.querySelectorAll("[data-entry]")];
  const words = { "{n}": all.indexOf(entry) + 1, "{all}": all.length };
  told.textContent = told.dataset.moved.replace(/\{n\}|\{all\}/g, (name) => words[name]);
}

form.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  const entry = event.target.closest("[data-entry]");
  if (!button) return;
  if (button.matches("[data-move]")) move(entry, Number(button.dataset.move), button);
  else if (button.matches("[data-remove]")) remove(entry);
  else if (button.matches("[data-add-entry]")) add(button.closest("[data-section]").querySelector("[data-rows]"));
  else if (button.matches("[data-add-section]")) addSection();
  else if (button.matches("[data-remove-section]")) removeSection(button.closest("[data-section]"));
});
form.addEventListener("keydown", (event) => {
  const entry = event.target.closest("[data-entry]");
  const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (!event.altKey || !by || !entry || form.querySelector("fieldset").disabled) return;
  event.preventDefault();
  move(entry, by, event.target);
});
document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key === "s" && !form.querySelector("fieldset").disabled) {
    event.preventDefault();
    form.requestSubmit();
  }
});
form.addEventListener("input", changed);
form.addEventListener("submit", () => {
  layout.value = tokens().join(" ");
  saving = true;
});
document.addEventListener("click", (event) => {
  if (event.target.closest('a[data-needs-saved][aria-disabled="true"]')) event.preventDefault();
});
window.addEventListener("beforeunload", (event) => {
  if ("unsaved" in form.dataset && !saving) event.preventDefault();
});

wireDragging(form, changed);
if (document.getElementById("new-choice")) wireQuestions(form);
else for (const summary of form.querySelectorAll("[data-chip]")) summary.hidden = false;
markNeedsSaved();
document.querySelector("[data-first-fault]")?.focus();
