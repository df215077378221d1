// The assertion builder: rows are added and removed, and each shows the fields that its kind takes.

const form = document.getElementById("case");
let made = 0;

function order(list) {
  const field = document.querySelector(`[data-order="${list.dataset.list}"]`);
  field.value = [...list.children].map((row) => row.dataset.row).join(" ");
}

function show(row) {
  const chosen = row.querySelector("[data-kind]").selectedOptions[0];
  const takes = (chosen.dataset.takes ?? "").split(" ");
  for (const field of row.querySelectorAll(".as-line > [data-takes]")) field.hidden = !takes.includes(field.dataset.takes);
  row.querySelector("[data-hint]:not(option)").textContent = chosen.dataset.hint ?? "";
}

function dress(row) {
  const remove = row.querySelector("[data-remove]");
  if (remove) remove.hidden = false;
  if ("assertion" in row.dataset) show(row);
}

if (form && !form.querySelector("fieldset:disabled")) {
  for (const button of document.querySelectorAll("[data-add]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const list = form.querySelector(`[data-list="${button.dataset.add}"]`);
      made += 1;
      const holder = document.createElement("div");
      holder.innerHTML = document.querySelector(`[data-blank="${button.dataset.add}"]`).innerHTML.replaceAll("BLANK", `x${made}`);
      const row = holder.firstElementChild;
      list.append(row);
      dress(row);
      order(list);
      row.querySelector("select, input, textarea").focus();
    });
  }
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-remove]");
    if (!button) return;
    const row = button.closest("[data-row]");
    const list = row.parentElement;
    const next = row.nextElementSibling ?? row.previousElementSibling;
    row.remove();
    order(list);
    (next?.querySelector("select, input") ?? document.querySelector(`[data-add="${list.dataset.list}"]`)).focus();
  });
}
form?.addEventListener("change", (event) => {
  if (event.target.matches("[data-kind]")) show(event.target.closest("[data-row]"));
});
for (const row of form?.querySelectorAll("[data-row]") ?? []) if ("assertion" in row.dataset) dress(row);
