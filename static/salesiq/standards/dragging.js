// Entries are dragged by their grip; where they would fall they are put at once.

export function wireDragging(form, changed) {
  let dragged = null;

  form.addEventListener("dragstart", (event) => {
    const grip = event.target.closest?.("[data-grip]");
    if (!grip) return;
    dragged = grip.closest("[data-entry]");
    dragged.classList.add("is-dragged");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", "");
    event.dataTransfer.setDragImage(dragged, 12, 12);
  });
  form.addEventListener("dragover", (event) => {
    if (!dragged) return;
    event.preventDefault();
    const over = event.target.closest("[data-entry]");
    const rows = event.target.closest("[data-section]")?.querySelector("[data-rows]");
    if (over && over !== dragged) {
      const middle = over.getBoundingClientRect().top + over.offsetHeight / 2;
      event.clientY < middle ? over.before(dragged) : over.after(dragged);
    } else if (rows && !rows.children.length) {
      rows.append(dragged);
    }
  });
  form.addEventListener("drop", (event) => dragged && event.preventDefault());
  form.addEventListener("dragend", () => {
    if (!dragged) return;
    dragged.classList.remove("is-dragged");
    dragged = null;
    changed();
  });
}
