// A button that copies a text and says so; where the browser refuses, the text is selected for the keyboard.

function select(text) {
  const range = document.createRange();
  range.selectNodeContents(text);
  const selection = getSelection();
  selection.removeAllRanges();
  selection.addRange(range);
}

for (const button of document.querySelectorAll("[data-copy]")) {
  const text = document.querySelector(button.dataset.copy);
  const words = button.textContent;
  button.setAttribute("aria-live", "polite");
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text.textContent);
      button.textContent = button.dataset.copied;
      setTimeout(() => { button.textContent = words; }, 3000);
    } catch {
      select(text);
      text.focus();
    }
  });
}
