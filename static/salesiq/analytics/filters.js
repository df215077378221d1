// The filters: the drawer on small screens, check boxes that fold, tidy addresses.

const filters = document.getElementById("filters");
const opener = document.querySelector("[data-filters-open]");
const form = document.getElementById("filters-form");
const PERIOD = ["period", "since", "until", "compare", "client"];

export function wireFilters() {
  wireDrawer();
  showTab();
  document.addEventListener("htmx:afterSettle", showTab);
  for (const picker of document.querySelectorAll("[data-picker]")) wirePicker(picker);
  document.addEventListener("click", (event) => foldPickers(event.target.closest("[data-picker]")));
  form.addEventListener("htmx:configRequest", tidyAddress);
  document.addEventListener("submit", (event) => {
    if (event.target.matches("[data-save-view], [data-keeps-query]")) event.target.elements.query.value = location.search.slice(1);
  });
}

// Where the tabs do not fit, the one that is open is in sight.
function showTab() {
  const tabs = document.getElementById("analytics-tabs");
  const here = tabs.querySelector("[aria-current]");
  if (here && tabs.scrollWidth > tabs.clientWidth) tabs.scrollLeft = here.offsetLeft - tabs.clientWidth / 2 + here.offsetWidth / 2;
}

function wireDrawer() {
  const toggle = (open) => {
    filters.classList.toggle("is-open", open);
    opener.setAttribute("aria-expanded", String(open));
    (open ? filters.querySelector("select, input") : opener).focus();
  };
  opener.addEventListener("click", () => toggle(!filters.classList.contains("is-open")));
  for (const closer of filters.querySelectorAll("[data-filters-close]")) {
    closer.addEventListener("click", () => toggle(false));
  }
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const picker = event.target.closest?.("[data-picker][open]");
    if (picker) {
      picker.open = false;
      picker.querySelector("summary").focus();
    } else if (filters.classList.contains("is-open")) toggle(false);
  });
  document.addEventListener("click", (event) => {
    const outside = !filters.contains(event.target) && !opener.contains(event.target);
    if (outside && filters.classList.contains("is-open")) toggle(false);
  });
}

function foldPickers(except) {
  for (const picker of document.querySelectorAll("[data-picker][open]")) {
    if (picker !== except) picker.open = false;
  }
}

function wirePicker(picker) {
  const chosen = picker.querySelector(".picker-chosen");
  picker.addEventListener("change", () => {
    const labels = [...picker.querySelectorAll("input:checked")].map((box) => box.parentElement.textContent.trim());
    chosen.textContent = labels.join(", ") || chosen.dataset.none;
  });
  const search = picker.querySelector("[data-picker-search]");
  if (!search) return;
  search.addEventListener("change", (event) => event.stopPropagation());
  search.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
  search.addEventListener("input", () => {
    const wanted = search.value.trim().toLowerCase();
    for (const line of picker.querySelectorAll(".check")) {
      line.hidden = !line.textContent.toLowerCase().includes(wanted);
    }
  });
}

// Only what was chosen belongs into the address.
function tidyAddress(event) {
  const chosen = event.detail.formData;
  for (const [name, value] of [...chosen.entries()]) {
    if (value === "") chosen.delete(name);
  }
  if (chosen.get("period") !== "custom") {
    chosen.delete("since");
    chosen.delete("until");
  }
  const counter = document.querySelector("[data-filters-count]");
  const own = new Set([...filters.querySelectorAll("[name]")].map((field) => field.name));
  const narrowing = new Set([...chosen.keys()].filter((name) => own.has(name) && !PERIOD.includes(name)));
  counter.textContent = narrowing.size;
  counter.hidden = narrowing.size === 0;
}
