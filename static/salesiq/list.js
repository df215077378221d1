// The list of calls: the drawer of filters, tidy addresses, and the door to the upload.
import { wireUpload } from "./upload.js";

const filters = document.getElementById("filters");
const opener = document.querySelector("[data-filters-open]");
const counter = document.querySelector("[data-filters-count]");
const form = filters.querySelector("form");

function toggleDrawer(open) {
  filters.classList.toggle("is-open", open);
  opener.setAttribute("aria-expanded", String(open));
  (open ? filters.querySelector("input, select") : opener).focus();
}

opener.addEventListener("click", () => toggleDrawer(!filters.classList.contains("is-open")));
for (const closer of filters.querySelectorAll("[data-filters-close]")) {
  closer.addEventListener("click", () => toggleDrawer(false));
}
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && filters.classList.contains("is-open")) toggleDrawer(false);
});
document.addEventListener("click", (event) => {
  const outside = !filters.contains(event.target) && !opener.contains(event.target);
  if (outside && filters.classList.contains("is-open")) toggleDrawer(false);
});

// Only what was chosen belongs into the address.
form.addEventListener("htmx:configRequest", (event) => {
  const chosen = event.detail.formData;
  for (const [name, value] of [...chosen.entries()]) {
    if (value === "") chosen.delete(name);
  }
  const narrowing = [...chosen.keys()].filter((name) => name !== "since" && name !== "until").length;
  counter.textContent = narrowing;
  counter.hidden = narrowing === 0;
});

const dialog = document.getElementById("upload-dialog");
if (dialog) wireUpload(dialog);
