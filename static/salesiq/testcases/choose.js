// Lists of boxes: found by typing, counted, and moved where their order matters.

for (const needed of document.querySelectorAll("[data-needs-script]")) needed.hidden = false;

for (const list of document.querySelectorAll("[data-choices]")) {
  const section = list.closest("section");
  const counter = section.querySelector("[data-chosen-count]");
  const count = () => {
    const n = list.querySelectorAll("input:checked").length;
    if (counter) counter.textContent = n ? String(n) : "";
    if ("sortable" in list.dataset) {
      for (const row of list.children) row.classList.toggle("is-chosen", Boolean(row.querySelector("input:checked")));
    }
  };
  list.addEventListener("change", count);
  count();

  const finder = document.querySelector(`[data-find="${list.dataset.choices}"]`);
  finder?.addEventListener("input", () => {
    const words = finder.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const row of list.children) {
      const text = row.textContent.toLowerCase();
      row.hidden = !words.every((word) => text.includes(word));
    }
  });
  finder?.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });

  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-up], [data-down]");
    if (!button) return;
    const row = button.closest("li");
    const beside = button.matches("[data-up]") ? row.previousElementSibling : row.nextElementSibling;
    if (!beside) return;
    button.matches("[data-up]") ? beside.before(row) : beside.after(row);
    button.focus();
  });
}
