// Rows that are ticked to be given to somebody: all at once, counted, and kept while the list repaints itself.
const picked = new Set();

const form = () => document.querySelector("[data-pick-form]");
const boxes = () => [...document.querySelectorAll("[data-pick]")];

function show() {
  const bar = form();
  if (!bar) return;
  const shown = boxes();
  for (const box of shown) box.checked = picked.has(box.value);
  const number = shown.filter((box) => box.checked).length;
  const count = bar.querySelector("[data-pick-count]");
  count.textContent = number ? `${number} ${count.dataset.some}` : count.dataset.none;
  bar.classList.toggle("is-picking", number > 0);
  for (const button of bar.querySelectorAll("[data-pick-act]")) button.disabled = number === 0;
  const all = document.querySelector("[data-pick-all]");
  if (all) {
    all.checked = number > 0 && number === shown.length;
    all.indeterminate = number > 0 && number < shown.length;
  }
}

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-pick-all]")) {
    for (const box of boxes()) event.target.checked ? picked.add(box.value) : picked.delete(box.value);
  } else if (event.target.matches("[data-pick]")) {
    event.target.checked ? picked.add(event.target.value) : picked.delete(event.target.value);
  } else return;
  show();
});

// What is no longer shown is no longer chosen: nobody gives away rows that they do not see.
document.addEventListener("htmx:afterSwap", () => {
  const shown = new Set(boxes().map((box) => box.value));
  for (const value of [...picked]) if (!shown.has(value)) picked.delete(value);
  show();
});
show();
