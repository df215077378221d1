// The editor of a test case: adds, moves and removes rows, keeps unsaved work from being lost.
// It only arranges fields; the server reads them, judges, and says at each place what is wrong.
import { wireRows } from "../rows.js";
import { nameFollowsTitle } from "./naming.js";
import { wireRules } from "./rules.js";

const form = document.querySelector("[data-editor]");
const told = document.querySelector("[data-told]");
let number = Math.max(-1, ...[...form.querySelectorAll("[data-token]")].map((each) => Number(each.dataset.token.slice(1)) || 0)) + 1;
let saving = false;
const { move, remove } = wireRows({ form, told, arranged, first: "summary" });

export function nextNumber() {
  return number++;
}

// A piece of the page from a <template>, with its own names in the place of the blank ones.
export function made(template, names) {
  const holder = document.createElement("template");
  let html = document.getElementById(template).innerHTML;
  for (const [blank, name] of Object.entries(names)) html = html.replaceAll(blank, name);
  holder.innerHTML = html.trim();
  return holder.content;
}

export function changed() {
  form.dataset.unsaved = "";
}

// What the rows come to has changed though nobody typed.
export function arranged() {
  changed();
  showShares();
  form.dispatchEvent(new CustomEvent("arranged"));
}

function add(name) {
  const rows = form.querySelector(`[data-rows="${name}"]`);
  rows.append(made(`new-${name}`, { __TOKEN__: `${name[0]}${nextNumber()}`, __RULE__: `r${nextNumber()}` }));
  const entry = rows.lastElementChild;
  arranged();
  (entry.querySelector("[data-first]") ?? entry.querySelector("select, input:not([type=hidden])")).focus();
}

async function addExample(select) {
  const at = select.value;
  select.value = "";
  if (at === "") return;
  const answer = await fetch(`${form.dataset.example}?n=${at}&first=${number}`, { headers: { "HX-Request": "true" } });
  if (!answer.ok) return;
  const holder = document.createElement("template");
  holder.innerHTML = (await answer.text()).trim();
  const tokens = [...holder.content.querySelectorAll("[data-token]")].map((each) => Number(each.dataset.token.slice(1)));
  number = Math.max(number, ...tokens) + 1;
  const rows = form.querySelector('[data-rows="criteria"]');
  rows.append(holder.content);
  arranged();
  rows.lastElementChild.querySelector("[data-first]").focus();
}

// How much of the score each criterion is.
function showShares() {
  const rows = [...form.querySelectorAll("[data-criterion]")];
  const weights = rows.map((each) => Number(each.querySelector('[name$="-weight"]').value.replace(",", ".")) || 0);
  const whole = weights.reduce((sum, weight) => sum + weight, 0);
  rows.forEach((each, at) => {
    const share = whole > 0 ? Math.round((100 * weights[at]) / whole) : 0;
    each.querySelector("[data-share]").textContent = told.dataset.share.replace("{n}", share);
  });
}

// A row is called by its first text.
function nameRow(entry) {
  const name = entry.querySelector("[data-name]");
  const first = entry.querySelector("[data-first]").value.trim().split("\n")[0];
  name.textContent = first || name.dataset.blank;
}

function showProblem() {
  const at = [...form.querySelectorAll(".ed-problems:not(:empty)")].find((each) => each.childElementCount);
  if (!at) return;
  for (let up = at.closest("details"); up; up = up.parentElement.closest("details")) up.open = true;
  const field = form.querySelector(`[aria-describedby~="${at.id}"]`) ?? at;
  field.scrollIntoView({ block: "center" });
  field.focus();
}

form.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const entry = button.closest("[data-entry]");
  if (button.matches("[data-move]")) move(entry, Number(button.dataset.move), button);
  else if (button.matches("[data-remove]")) remove(entry);
  else if (button.matches("[data-add]")) add(button.dataset.add);
  else if (button.matches("[data-to-problem]")) showProblem();
});

form.addEventListener("keydown", (event) => {
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

form.addEventListener("input", (event) => {
  const at = event.target;
  // What is tried is no part of the case: it is not checked and not lost.
  if (at.matches("[data-apart], [data-add-example]") || at.closest("[data-apart]")) return event.stopImmediatePropagation();
  if (at.matches("[data-slider]")) at.parentElement.querySelector("output").value = at.value;
  const entry = at.closest("[data-entry]");
  if (entry && at === entry.querySelector("[data-first]")) nameRow(entry);
  if (at.name?.endsWith("-weight")) showShares();
  changed();
});
form.addEventListener("change", (event) => {
  if (event.target.matches("[data-add-example]")) addExample(event.target);
});
form.addEventListener("submit", () => { saving = true; });
window.addEventListener("beforeunload", (event) => {
  if ("unsaved" in form.dataset && !saving) event.preventDefault();
});

// What the check said becomes known to assistive technology at the field.
document.addEventListener("htmx:afterSettle", () => {
  for (const said of form.querySelectorAll(".ed-problems")) {
    const field = form.querySelector(`[aria-describedby~="${said.id}"]`);
    if (said.childElementCount) field?.setAttribute("aria-invalid", "true");
    else field?.removeAttribute("aria-invalid");
  }
});

nameFollowsTitle(document.getElementById("about-title"), document.getElementById("about-name"));

wireRules(form);
showShares();
document.querySelector("[data-first-fault]")?.focus();
