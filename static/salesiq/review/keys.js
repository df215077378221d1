// One table of keys. None acts while somebody types, while a dialog is open, or together with Ctrl, Alt or Meta.

export const isTyping = (target) => Boolean(target.closest?.("input, textarea, select, [contenteditable]"));

export function wireKeys(deeds) {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "Escape" && isTyping(event.target) && !event.target.closest("dialog, form")) {
      const question = event.target.closest("[data-question]");
      if (question) question.focus({ preventScroll: true });
      else event.target.blur();
      return;
    }
    if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
    // Where these keys scroll or slide, they go on to do so.
    if (event.key.startsWith("Arrow") && event.target.closest("[data-lines], [role=slider], [data-menu][open]")) return;
    const name = /^[0-9]$/.test(event.key) ? "digit" : event.key;
    const deed = deeds[name];
    if (!deed || event.repeat && !["j", "k", "ArrowUp", "ArrowDown", "n", "N", "J", "K"].includes(event.key)) return;
    event.preventDefault();
    deed(event.key);
  });
}
