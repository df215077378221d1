// From a quote to the line it stands in, and from a line to the criterion: shown, focused, without a jump of the page
// where both are on the screen.
for (const link of document.querySelectorAll("[data-jump]")) {
  link.addEventListener("click", (event) => {
    const there = document.querySelector(link.hash);
    if (!there) return;
    event.preventDefault();
    for (const shown of document.querySelectorAll(".is-shown")) shown.classList.remove("is-shown");
    there.classList.add("is-shown");
    there.setAttribute("tabindex", "-1");
    there.focus({ preventScroll: true });
    const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    there.scrollIntoView({ block: "center", behavior: calm ? "auto" : "smooth" });
    history.replaceState(null, "", link.hash);
  });
}
