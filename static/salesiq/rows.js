// Rows of an editor that are moved and removed by button or key, told to who cannot see it, with the focus kept.

// `told` holds the words ("moved", "removed"); `arranged` runs after each change; `first` finds a row's first field.
export function wireRows({ form, told, arranged, first }) {
  function say(words, names = {}) {
    told.textContent = words.replace(/\{\w+\}/g, (name) => names[name] ?? name);
  }

  function remove(entry) {
    const beside = entry.nextElementSibling ?? entry.previousElementSibling;
    const rows = entry.parentElement;
    entry.remove();
    say(told.dataset.removed);
    arranged();
    (beside?.querySelector(first) ?? form.querySelector(`[data-add="${rows.dataset.rows}"]`)).focus();
  }

  function move(entry, by, focused) {
    const beside = by < 0 ? entry.previousElementSibling : entry.nextElementSibling;
    if (!beside) return;
    by < 0 ? beside.before(entry) : beside.after(entry);
    arranged();
    focused.focus();
    const all = [...entry.parentElement.children];
    say(told.dataset.moved, { "{n}": all.indexOf(entry) + 1, "{all}": all.length });
  }

  return { say, move, remove };
}
