// The result grid: one tab stop, arrow keys between answers, answers in a window over the grid.

const dialog = document.querySelector("[data-answer-dialog]");
const place = { row: 0, column: 0 };

const table = () => document.querySelector("[data-matrix]");
const rows = () => [...table().tBodies[0].rows];
const cellAt = (row, column) => rows()[row]?.cells[column + 1]?.querySelector("[data-cell]");

function setUp() {
  const grid = table();
  if (!grid) return;
  grid.setAttribute("role", "grid");
  for (const link of grid.querySelectorAll("[data-cell]")) link.tabIndex = -1;
  const first = cellAt(place.row, place.column) ?? grid.querySelector("[data-cell]");
  if (first) first.tabIndex = 0;
}

function coordinates(link) {
  const cell = link.closest("td");
  return { row: rows().indexOf(cell.parentElement), column: cell.cellIndex - 1 };
}

function go(link) {
  if (!link) return false;
  for (const other of table().querySelectorAll('[data-cell][tabindex="0"]')) other.tabIndex = -1;
  link.tabIndex = 0;
  link.focus();
  return true;
}

function step(row, column, down, right) {
  // Past places that hold no answer yet, to the edge of the grid.
  const [height, width] = [rows().length, rows()[0].cells.length - 1];
  let [r, c] = [row + down, column + right];
  while (r >= 0 && r < height && c >= 0 && c < width) {
    const found = cellAt(r, c);
    if (found) return found;
    r += down;
    c += right;
  }
  return null;
}

function failure(from, direction) {
  const links = [...table().querySelectorAll("[data-cell]")];
  const start = links.indexOf(from);
  const ordered = direction > 0 ? links.slice(start + 1) : links.slice(0, start).reverse();
  return ordered.find((link) => link.closest(".is-failed, .is-mixed, .is-broken"));
}

function pageBy(direction) {
  const link = document.querySelector(`[data-page="${direction}"]`);
  if (!link) return false;
  link.click();
  return true;
}

function target(event, link) {
  const { row, column } = coordinates(link);
  const whole = event.ctrlKey || event.metaKey;
  switch (event.key) {
    case "ArrowDown": return step(row, column, 1, 0);
    case "ArrowUp": return step(row, column, -1, 0);
    case "ArrowRight": return step(row, column, 0, 1);
    case "ArrowLeft": return step(row, column, 0, -1);
    case "Home": return whole ? step(-1, 0, 1, 0) : step(row, -1, 0, 1);
    case "End": return whole ? step(rows().length, column, -1, 0) : step(row, rows()[0].cells.length - 1, 0, -1);
    case "n": case "N": return failure(link, 1);
    case "p": case "P": return failure(link, -1);
    default: return undefined;
  }
}

document.addEventListener("keydown", (event) => {
  const link = event.target.closest?.("[data-cell]");
  if (link) {
    if (event.altKey || ((event.ctrlKey || event.metaKey) && !["Home", "End"].includes(event.key))) return;
    if (event.key === "PageDown" || event.key === "PageUp") {
      if (pageBy(event.key === "PageDown" ? "next" : "previous")) event.preventDefault();
      return;
    }
    const found = target(event, link);
    if (found === undefined) return;
    event.preventDefault();
    go(found);
    return;
  }
  if (!dialog?.open || event.target.closest("input, textarea, select")) return;
  const answer = dialog.querySelector("[data-answer]");
  const address = { ArrowLeft: answer?.dataset.previous, ArrowRight: answer?.dataset.next }[event.key];
  if (!address) return;
  event.preventDefault();
  htmx.ajax("GET", address, { target: "#answer" });
});

document.addEventListener("focusin", (event) => {
  const link = event.target.closest?.("[data-cell]");
  if (link) Object.assign(place, coordinates(link));
});

// An answer is fetched into the window, which opens when it is there; without the window its link leads to a page.
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id === "answer" && dialog && !dialog.open) {
    dialog.showModal();
    dialog.querySelector("[data-close-answer]")?.focus();
  } else if (event.detail.target.id === "answer" && dialog) {
    event.detail.target.scrollTop = 0;
    if (!dialog.contains(document.activeElement) || document.activeElement === dialog) {
      dialog.querySelector("[data-close-answer]")?.focus();
    }
  }
});

dialog?.addEventListener("click", (event) => {
  if (event.target === dialog || event.target.closest("[data-close-answer]")) dialog.close();
});
dialog?.addEventListener("close", () => {
  dialog.querySelector("#answer").replaceChildren();
  go(cellAt(place.row, place.column));
});

// The grid is drawn anew while it runs and when the reader narrows it: where they were stays where it was.
let kept = null;
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target.id !== "results") return;
  const scroll = document.querySelector("[data-matrix-scroll]");
  const moved = event.detail.requestConfig.triggeringEvent?.type === "evaluation-moved";
  kept = {
    top: moved ? scroll?.scrollTop : 0,
    left: scroll?.scrollLeft,
    focused: Boolean(document.activeElement.closest("[data-cell]")),
    search: document.activeElement.id === "mx-q" ? document.activeElement.selectionStart : null,
  };
  // Below a window the grid waits: what is read there must not lose its place.
  if (moved && dialog?.open) event.detail.shouldSwap = false;
  if (!moved) place.row = 0;
});
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target.id !== "results" || !kept) return;
  setUp();
  const scroll = document.querySelector("[data-matrix-scroll]");
  if (scroll) Object.assign(scroll, { scrollTop: kept.top, scrollLeft: kept.left });
  if (kept.focused) cellAt(place.row, place.column)?.focus({ preventScroll: true });
  if (kept.search !== null) {
    const field = document.getElementById("mx-q");
    field?.focus();
    field?.setSelectionRange(kept.search, kept.search);
  }
  kept = null;
});

setUp();
