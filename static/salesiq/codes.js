// Recovery codes: keep them as a file or on paper. They are made into a file here and never asked for again.

const actions = document.querySelector("[data-code-actions]");
if (actions) {
  actions.hidden = false;
  const codes = [...document.querySelectorAll("[data-codes] code")].map((each) => each.textContent);
  document.querySelector("[data-codes-print]").addEventListener("click", () => window.print());
  document.querySelector("[data-codes-save]").addEventListener("click", () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([`${codes.join("\n")}\n`], { type: "text/plain" }));
    link.download = "salesiq-recovery-codes.txt";
    link.click();
    URL.revokeObjectURL(link.href);
  });
}
