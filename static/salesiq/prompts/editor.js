// The editor of a prompt: arranges messages and variables, inserts names, keeps unsaved work from being lost.
// It only arranges fields; the server reads them, judges, and says at each place what is wrong.
import { wireRows } from "../rows.js";
import { wireSchema } from "./schema.js";

const form = document.querySelector("[data-editor]");
const told = document.querySelector("[data-told]");
const fields = JSON.parse(document.getElementById("field-table").textContent);
let number = Math.max(-1, ...[...form.querySelectorAll("[data-token]")].map((each) => Number(each.dataset.token.slice(1)))) + 1;
let lastContent = form.querySelector(".pe-message:last-child [data-content]");
let saving = false;
const { say, move, remove } = wireRows({ form, told, arranged, first: "textarea, input" });

function rowsOf(name) {
  return form.querySelector(`[data-rows="${name}"]`);
}

function arranged() {
  for (const name of ["messages", "variables"]) {
    const tokens = [...rowsOf(name).children].map((each) => each.dataset.token);
    form.querySelector(`[data-tokens="${name}"]`).value = tokens.join(" ");
  }
  changed();
  form.dispatchEvent(new CustomEvent("arranged"));
}

function changed() {
  form.dataset.unsaved = "";
}

export function made(template, token) {
  const holder = document.createElement("template");
  holder.innerHTML = document.getElementById(template).innerHTML.replaceAll("__TOKEN__", token).trim();
  return holder.content.firstElementChild;
}

function add(name) {
  const entry = made(`new-${name}`, `${name[0]}${number++}`);
  rowsOf(name).append(entry);
  return entry;
}

// Names of variables.

function declaredNames() {
  return [...form.querySelectorAll("[data-name]")].map((each) => each.value.trim());
}

function declare(name) {
  const entry = add("variables");
  entry.querySelector("[data-name]").value = name;
  describe(entry);
  arranged();
  return entry;
}

// What a record's field says of itself fills the row that is named after it.
function describe(entry) {
  const known = fields[entry.querySelector("[data-name]").value.trim()];
  if (!known) return;
  entry.querySelector("[data-type]").value = known.type;
  entry.querySelector("[data-source]").value = known.source;
  entry.querySelector("[data-sensitivity]").value = known.sensitivity;
  const description = entry.querySelector("[data-description]");
  if (!description.value) description.value = known.description;
}

function insertText(text) {
  const area = lastContent?.isConnected ? lastContent : form.querySelector("[data-content]");
  if (!area) return;
  area.focus();
  area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
  const place = [...form.querySelectorAll("[data-content]")].indexOf(area) + 1;
  say(told.dataset.inserted, { "{n}": place });
}

function insertVariable() {
  const input = form.querySelector("[data-insert-name]");
  const name = input.value.trim();
  if (!name) return input.focus();
  const parents = declaredNames().some((each) => each === name || name.startsWith(`${each}.`));
  if (!parents) declare(name);
  insertText(`{{ ${name} }}`);
  input.value = "";
}

// Events.

form.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const entry = button.closest("[data-entry]");
  if (button.matches("[data-move]")) move(entry, Number(button.dataset.move), button);
  else if (button.matches("[data-remove]")) remove(entry);
  else if (button.matches("[data-add]")) {
    const added = add(button.dataset.add);
    arranged();
    added.querySelector("[data-content], [data-name]").focus();
  } else if (button.matches("[data-declare]")) {
    const added = declare(button.dataset.declare);
    button.remove();
    say(told.dataset.declared);
    added.querySelector("[data-example]").focus();
  } else if (button.matches("[data-insert='variable']")) insertVariable();
  else if (button.matches("[data-insert='block']")) insertText(`{% include '${form.querySelector("[data-insert-block]").value}' %}`);
});

form.addEventListener("keydown", (event) => {
  if (event.target.matches("[data-insert-name]") && event.key === "Enter") {
    event.preventDefault();
    return insertVariable();
  }
  // Enter in a field must not save by accident.
  if (event.key === "Enter" && event.target.matches("input:not([type=submit])") && event.target.id !== "why") event.preventDefault();
  const entry = event.target.closest("[data-entry]");
  const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (!event.altKey || !by || !entry) return;
  event.preventDefault();
  move(entry, by, event.target);
});

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key === "s") {
    event.preventDefault();
    form.requestSubmit(form.querySelector("[data-save]"));
  }
});

form.addEventListener("focusin", (event) => {
  if (event.target.matches("[data-content]")) lastContent = event.target;
});
form.addEventListener("change", (event) => {
  if (event.target.matches("[data-name]")) {
    describe(event.target.closest("[data-entry]"));
    arranged();
  }
});
form.addEventListener("input", (event) => {
  if (!event.target.closest("[data-fill], .pe-insert")) changed();
});
form.addEventListener("submit", () => {
  saving = true;
  for (const each of form.querySelectorAll("[data-tokens]")) {
    each.value = [...rowsOf(each.dataset.tokens).children].map((row) => row.dataset.token).join(" ");
  }
});
window.addEventListener("beforeunload", (event) => {
  if ("unsaved" in form.dataset && !saving) event.preventDefault();
});

// What the check said becomes known to assistive technology at the field.
document.addEventListener("htmx:afterSettle", () => {
  for (const said of form.querySelectorAll(".pe-problems")) {
    const field = form.querySelector(`[aria-describedby="${said.id}"]`);
    if (said.childElementCount) field?.setAttribute("aria-invalid", "true");
    else field?.removeAttribute("aria-invalid");
  }
});

// A new prompt's name follows its title until somebody writes one.
const title = document.getElementById("new-title");
const name = document.getElementById("new-name");
if (title && name && !name.value) {
  let own = false;
  name.addEventListener("input", () => { own = name.value !== ""; });
  title.addEventListener("input", () => {
    const plain = title.value.normalize("NFKD").replace(/[^\w\s-]/g, "").trim().toLowerCase();
    if (!own) name.value = plain.replace(/[\s_]+/g, "-");
  });
}

wireSchema(form, changed);
document.querySelector("[data-first-fault]")?.focus();
