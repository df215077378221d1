// Keeping a moment of a call. Any page with lines of a transcript ([data-start][data-end], in seconds) and the dialog
// of templates/recordings/library/_keep.html includes this module. The stretch is, in this order: what an event
// "salesiq:keep" names ({detail: {start, end}}), the lines that are selected, the line that plays.

const dialog = document.querySelector("[data-keep-dialog]");
const open = document.querySelector("[data-keep-open]");

function lineOf(node) {
  const element = node?.nodeType === Node.ELEMENT_NODE ? node : node?.parentElement;
  return element?.closest("[data-start][data-end]");
}

export function selected() {
  const choice = document.getSelection();
  if (choice && !choice.isCollapsed) {
    const range = choice.getRangeAt(0);
    const [first, last] = [lineOf(range.startContainer), lineOf(range.endContainer)];
    if (first && last) return stretch(first, last);
  }
  const line = document.querySelector("[data-start][data-end].is-now") ?? document.querySelector("[data-start][data-end]");
  return line ? stretch(line, line) : null;
}

function stretch(first, last) {
  return { start: Number(first.dataset.start), end: Number(last.dataset.end) };
}

function clock(seconds) {
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
}

function show({ start, end }) {
  const form = dialog.querySelector("form");
  form.elements.start.value = start.toFixed(2);
  form.elements.end.value = end.toFixed(2);
  dialog.querySelector("[data-keep-clock]").textContent = `${clock(start)} – ${clock(end)}`;
  dialog.showModal();
  form.elements.title.focus();
}

if (dialog) {
  let chosen = null;
  if (open) {
    open.hidden = false;
    // A press on the button clears the selection in some browsers: it is read before.
    open.addEventListener("pointerdown", () => { chosen = selected(); });
    open.addEventListener("click", () => {
      const found = chosen ?? selected();
      chosen = null;
      if (found) show(found);
    });
  }
  document.addEventListener("salesiq:keep", (event) => show(event.detail));
  for (const close of dialog.querySelectorAll("[data-keep-close]")) close.addEventListener("click", () => dialog.close());
}
