// Requests to the server: JSON both ways. A failure is an Error with `status` (0: not reached) and what was answered.

const token = JSON.parse(document.body.getAttribute("hx-headers") ?? "{}");

export class Refused extends Error {
  constructor(words, status, body = {}) {
    super(words);
    this.status = status;
    this.body = body;
  }
}

export async function ask(url, method = "GET", body = undefined) {
  const sent = body && JSON.stringify(body);
  let answer;
  try {
    answer = await fetch(url, {
      method,
      headers: { ...token, Accept: "application/json", ...(body ? { "Content-Type": "application/json" } : {}) },
      body: sent,
      // So that what is sent while the page closes still arrives; browsers allow 64 KiB of that.
      keepalive: method !== "GET" && (sent?.length ?? 0) < 20000,
    });
  } catch {
    throw new Refused("", 0);
  }
  const isJson = answer.headers.get("content-type")?.startsWith("application/json");
  // Whoever is signed out is led to a page where to sign in; that is no answer to a script.
  if (!isJson) throw new Refused("", answer.redirected ? 401 : answer.status || 500);
  const told = await answer.json();
  if (!answer.ok) throw new Refused(told.error ?? "", answer.status, told);
  return told;
}

export function clockTime(moment) {
  return moment.toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}
