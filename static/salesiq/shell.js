// What every page has: menus that close, the choice of colours, and words for a failed request.

const THEMES = ["system", "light", "dark"];
const YEAR = 31536000;

function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
  document.cookie = `theme=${theme};path=/;max-age=${YEAR};samesite=lax`;
}

for (const button of document.querySelectorAll("[data-theme-toggle]")) {
  const describe = () => {
    const words = button.dataset[document.documentElement.dataset.theme];
    button.title = words;
    button.setAttribute("aria-label", words);
  };
  describe();
  button.addEventListener("click", () => {
    const next = THEMES.indexOf(document.documentElement.dataset.theme) + 1;
    setTheme(THEMES[next % THEMES.length]);
    describe();
  });
}

// On a narrow screen the row of pages scrolls: the one that is open is in sight.
for (const tabs of document.querySelectorAll(".tabs")) {
  const open = tabs.querySelector("[aria-current]");
  if (open) tabs.scrollLeft += open.getBoundingClientRect().right - tabs.getBoundingClientRect().right + 64;
}

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (menu !== except) menu.open = false;
  }
}

document.addEventListener("click", (event) => closeMenus(event.target.closest("details[data-menu]")));
document.addEventListener("keydown", (event) => {
  const open = event.key === "Escape" && document.querySelector("details[data-menu][open]");
  if (!open) return;
  open.open = false;
  open.querySelector("summary").focus();
});

let hiding;
export function say(words) {
  const toast = document.querySelector("[data-toast]");
  toast.textContent = words;
  toast.hidden = false;
  clearTimeout(hiding);
  hiding = setTimeout(() => { toast.hidden = true; }, 8000);
}

document.addEventListener("htmx:sendError", () => say(document.querySelector("[data-toast]").dataset.offline));
document.addEventListener("htmx:responseError", () => say(document.querySelector("[data-toast]").dataset.failed));
