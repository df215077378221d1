// The rule builder: what a rule asks for follows its kind; rules stand within rules.
import { arranged, made, nextNumber } from "./editor.js";

// A single place is filled by one rule, a list begins with two.
const BEGINS_WITH = 2;

function blank(slot) {
  const template = "placed" in slot.dataset ? "new-placed-rule" : "new-rule";
  return made(template, { __TOKEN__: `r${nextNumber()}`, __INPUT__: slot.dataset.input });
}

function addRule(slot) {
  const nodes = slot.querySelector("[data-nodes]");
  nodes.append(blank(slot));
  showAdders(slot);
  return nodes.lastElementChild;
}

// One rule is enough where one belongs.
function showAdders(root) {
  const slots = [...root.querySelectorAll("[data-slot]"), ...(root.matches?.("[data-slot]") ? [root] : [])];
  for (const slot of slots) {
    const many = "many" in slot.dataset;
    const full = !many && slot.querySelector("[data-nodes]").childElementCount > 0;
    slot.querySelector(":scope > [data-rule-add]").hidden = full;
  }
}

// Texts that both kinds have stay.
function textsOf(body) {
  const found = {};
  for (const field of body.querySelectorAll(":scope > .ed-grid :is(input, select, textarea)[name]")) {
    found[field.name.replace(/^[^-]+-/, "")] = field.type === "checkbox" ? field.checked : field.value;
  }
  return found;
}

function fill(body, texts) {
  for (const field of body.querySelectorAll(":scope > .ed-grid :is(input, select, textarea)[name]")) {
    const text = texts[field.name.replace(/^[^-]+-/, "")];
    if (text === undefined || text === "") continue;
    if (field.type === "checkbox") field.checked = text === true;
    else if (field.tagName !== "SELECT" || [...field.options].some((each) => each.value === text)) field.value = text;
  }
}

function changeKind(rule, kind) {
  const body = rule.querySelector(":scope > [data-rule-body]");
  const texts = textsOf(body);
  body.replaceChildren();
  body.dataset.kind = kind;
  if (kind) body.append(made(`rule-${kind}`, { __TOKEN__: rule.dataset.token }));
  fill(body, texts);
  for (const slot of body.querySelectorAll(":scope > [data-slot]")) {
    for (let n = 0; n < ("many" in slot.dataset ? BEGINS_WITH : 1); n++) addRule(slot);
  }
  arranged();
}

export function wireRules(form) {
  form.addEventListener("change", (event) => {
    if (event.target.matches("[data-rule-kind]")) changeKind(event.target.closest("[data-rule]"), event.target.value);
  });
  form.addEventListener("click", (event) => {
    const adder = event.target.closest("[data-rule-add]");
    const remover = event.target.closest("[data-rule-remove]");
    if (adder) {
      addRule(adder.closest("[data-slot]")).querySelector("select").focus();
      arranged();
    } else if (remover) {
      const rule = remover.closest("[data-rule]");
      const slot = rule.closest("[data-slot]");
      rule.remove();
      showAdders(slot);
      arranged();
      slot.querySelector(":scope > [data-rule-add]").focus();
    }
  });
  showAdders(form);
}
