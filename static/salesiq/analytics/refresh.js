// Figures of today change while one looks: ask now and then, and change only what changed, so that nothing jumps.

export function wireRefresh() {
  const content = document.getElementById("content");
  const seconds = Number(content.dataset.refresh);
  let seen = "";
  let asking = false;

  document.addEventListener("htmx:afterRequest", (event) => {
    seen = event.detail.xhr.getResponseHeader("X-Stamp") ?? seen;
  });

  // What comes for a part that has gone meanwhile has no place any more: its events reach only itself.
  content.addEventListener("htmx:beforeRequest", ({ target }) => {
    target.addEventListener("htmx:beforeSwap", (event) => (event.detail.shouldSwap &&= target.isConnected));
  });

  async function refresh() {
    if (document.hidden || asking || content.classList.contains("htmx-request")) return;
    asking = true;
    try {
      const at = location.href;
      const answer = await fetch(at, { headers: { "HX-Request": "true", "X-Seen": seen } });
      const stamp = answer.headers.get("X-Stamp");
      if (answer.headers.get("HX-Redirect")) location.assign(answer.headers.get("HX-Redirect"));
      if (!stamp || location.href !== at || answer.status !== 200) return;
      const words = await answer.text();
      if (location.href !== at) return;
      seen = stamp;
      graft(content, words);
      await refreshParts(content);
    } catch {
      // The next round asks again; what is shown stays true for its time.
    } finally {
      asking = false;
    }
  }

  setInterval(refresh, seconds * 1000);
  document.addEventListener("visibilitychange", refresh);
  document.addEventListener("analytics:refresh", refresh);
}

// Parts are asked for one by one, as when the page came.
async function refreshParts(content) {
  for (const part of content.querySelectorAll("[data-part][hx-get]")) {
    const answer = await fetch(part.getAttribute("hx-get"), { headers: { "HX-Request": "true" } });
    if (!answer.ok || !part.isConnected) continue;
    const fresh = parse(await answer.text());
    for (const outside of fresh.querySelectorAll("[hx-swap-oob]")) {
      const there = document.getElementById(outside.id);
      if (there) there.innerHTML = outside.innerHTML;
      outside.remove();
    }
    morphChildren(part, fresh);
    document.dispatchEvent(new CustomEvent("analytics:content"));
  }
}

const parse = (words) => new DOMParser().parseFromString(`<div>${words}</div>`, "text/html").body.firstChild;

function graft(content, words) {
  const fresh = parse(words);
  for (const outside of fresh.querySelectorAll("[hx-swap-oob]")) outside.remove();
  morph(content, fresh);
  window.htmx?.process(content); // parts that were not there before
  document.dispatchEvent(new CustomEvent("analytics:content"));
}

// Makes `old` what `fresh` is and keeps every node that can stay: focus, open tables and drawn charts live on.
function morph(old, fresh) {
  if (old.nodeType === Node.TEXT_NODE) {
    if (old.data !== fresh.data) old.data = fresh.data;
    return;
  }
  if (old.id !== "content") copyAttributes(old, fresh);
  if (old.matches("[data-plot], [data-part]")) return;
  morphChildren(old, fresh);
}

function morphChildren(old, fresh) {
  const wanted = [...fresh.childNodes];
  wanted.forEach((node, index) => {
    const there = old.childNodes[index];
    if (!there) old.append(document.adoptNode(node));
    else if (isSame(there, node)) morph(there, node);
    else there.replaceWith(document.adoptNode(node));
  });
  while (old.childNodes.length > wanted.length) old.lastChild.remove();
}

function isSame(one, other) {
  return one.nodeType === other.nodeType && one.nodeName === other.nodeName && (one.id ?? "") === (other.id ?? "");
}

function copyAttributes(old, fresh) {
  if (old.nodeType !== Node.ELEMENT_NODE || old.matches("[data-plot]")) return;
  for (const { name, value } of [...fresh.attributes]) {
    if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  for (const { name } of [...old.attributes]) {
    if (!fresh.hasAttribute(name) && name !== "open" && !name.startsWith("data-drawn")) old.removeAttribute(name);
  }
}
