// One turn sent, its answer read as server-sent events. EventSource cannot post, so the body is read by hand.

export class Refused extends Error {
  constructor(kind, detail = "") {
    super(detail || kind);
    this.kind = kind; // "signed-out", "offline", "failed", or the code of a problem that the server told
    this.detail = detail;
  }
}

// Resolves when the server has told `done` or `problem`; anything less counts as not said, and may be sent again.
export async function sendTurn(url, data, handle) {
  const response = await reach(url, { method: "POST", body: data, headers: { Accept: "text/event-stream" } });
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let waiting = "";
  for (;;) {
    const { value, done } = await reader.read().catch(() => { throw new Refused("offline"); });
    if (done) throw new Refused("failed");
    const parts = (waiting + value).split("\n\n");
    waiting = parts.pop();
    for (const part of parts) {
      const name = /^event: (.+)$/m.exec(part)?.[1];
      const text = /^data: (.*)$/m.exec(part)?.[1];
      if (!name) continue;
      const told = text ? JSON.parse(text) : {};
      if (name === "problem") throw new Refused(told.code, told.detail);
      handle(name, told);
      if (name === "done") return;
    }
  }
}

export async function readJson(url, options = {}) {
  const response = await reach(url, { ...options, headers: { Accept: "application/json", ...options.headers } });
  return response.json();
}

async function reach(url, options) {
  let response;
  try {
    response = await fetch(url, { credentials: "same-origin", ...options });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Refused("offline");
  }
  if (response.redirected || response.status === 401 || response.status === 403) throw new Refused("signed-out");
  if (response.status === 413) throw new Refused("too-long");
  if (!response.ok) {
    const told = await response.json().catch(() => ({}));
    throw new Refused(told.code || "failed", told.detail || "");
  }
  return response;
}
