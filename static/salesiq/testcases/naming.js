// What is new gets its name from its title until somebody writes one.

export function nameFollowsTitle(title, name) {
  if (!title || !name || name.value) return;
  let own = false;
  name.addEventListener("input", () => { own = name.value !== ""; });
  title.addEventListener("input", () => {
    const plain = title.value.normalize("NFKD").replace(/[^a-zA-Z0-9\s_-]/g, "").trim().toLowerCase();
    if (!own) name.value = plain.replace(/[\s_]+/g, "-").slice(0, 100);
  });
}

nameFollowsTitle(document.querySelector("form.tc-form [name=title]"), document.querySelector("form.tc-form [name=name]"));
