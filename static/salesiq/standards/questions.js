// What a question shows depends on who answers it and how: its rule's numbers, its answers, a line that sums it up.
import { changed, made } from "./editor.js";

export function wireQuestions(form) {
  const describe = (entry) => {
    for (const name of ["answered_by", "kind"]) {
      const select = entry.querySelector(`[name$="-${name}"]`);
      entry.querySelector(`[data-chip="${name}"]`).textContent = select.selectedOptions[0]?.textContent ?? "";
    }
    const rule = entry.querySelector("[data-rule]");
    if (entry.querySelector("[data-answered-by]").value === "rule" && rule.value) {
      entry.querySelector('[data-chip="answered_by"]').textContent = rule.selectedOptions[0].textContent;
    }
    entry.querySelector("[data-chip-critical]").hidden = !entry.querySelector("[data-critical]").checked;
  };

  const showRule = (entry, name) => {
    const part = entry.querySelector("[data-rule-part]");
    part.replaceChildren();
    if (name) part.append(made(`rule-${name}`, { __TOKEN__: entry.dataset.token }));
  };

  const listChoices = (entry) => {
    const choices = [...entry.querySelectorAll("[data-choice]")].map((each) => each.dataset.choice);
    entry.querySelector("[data-choices]").value = choices.join(" ");
    return choices;
  };

  const addChoice = (entry, share) => {
    const used = listChoices(entry).map((token) => Number(token.slice(1)));
    const token = `c${Math.max(-1, ...used) + 1}`;
    const rows = entry.querySelector("[data-choice-rows]");
    rows.append(made("new-choice", { __ENTRY__: entry.dataset.token, __TOKEN__: token }));
    rows.lastElementChild.querySelector('[name$="-share"]').value = share;
    listChoices(entry);
    return rows.lastElementChild;
  };

  form.addEventListener("change", (event) => {
    const entry = event.target.closest("[data-entry]");
    if (!entry) return;
    if (event.target.matches("[data-rule]")) showRule(entry, event.target.value);
    if (event.target.matches("[data-kind]") && event.target.value === "choice" && !listChoices(entry).length) {
      addChoice(entry, 100);
      addChoice(entry, 0);
    }
    describe(entry);
  });
  form.addEventListener("click", (event) => {
    const entry = event.target.closest("[data-entry]");
    if (event.target.closest("[data-add-choice]")) addChoice(entry, 0).querySelector("input:not([type=hidden])").focus();
    else if (event.target.closest("[data-remove-choice]")) event.target.closest("[data-choice]").remove();
    else return;
    listChoices(entry);
    changed();
  });
  form.addEventListener("entry-added", (event) => describe(event.detail));
  for (const entry of form.querySelectorAll("[data-entry]")) describe(entry);
}
