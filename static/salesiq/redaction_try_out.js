// Shows what the ticked kinds would mask in a text, a moment after the last key.
document.addEventListener("DOMContentLoaded", () => {
  const box = document.querySelector("[data-try-out]");
  if (!box) return;
  const [text, language, result, found, error] = ["text", "language", "result", "found", "error"].map((name) => box.querySelector(`[data-${name}]`));
  const form = document.querySelector("form#redactionpolicy_form");
  let waiting;
  let latest = 0;
  const show = async () => {
    latest += 1;
    const mine = latest;
    const body = new FormData();
    body.append("text", text.value);
    body.append("language", language.value);
    for (const field of ["text_kinds", "countries"]) {
      for (const chosen of form.querySelectorAll(`[name="${field}"]:checked`)) body.append(field, chosen.value);
    }
    const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
    try {
      const answer = await fetch(box.dataset.url, { method: "POST", body, headers: { "X-CSRFToken": token } });
      if (!answer.ok) throw new Error(answer.statusText);
      const { masked, found: counts } = await answer.json();
      if (mine !== latest) return;
      error.hidden = true;
      result.textContent = masked;
      found.textContent = Object.entries(counts).map(([name, count]) => `${name}: ${count}`).join(" · ");
    } catch {
      error.hidden = false;
    }
  };
  const soon = () => { clearTimeout(waiting); waiting = setTimeout(show, 250); };
  for (const element of [text, language, form]) element.addEventListener("input", soon);
});
