// Keeps the look of the pages and a page that says there is no net. Nothing else is ever kept: not a page of
// anybody's, not a transcript, not a sound. What is not in SHELL goes to the network untouched.

const NAME = "salesiq-shell-1";
const OFFLINE = "/offline";
const SHELL = [
  OFFLINE,
  "/static/salesiq/app.css",
  "/static/salesiq/agent.css",
  "/static/salesiq/fonts/inter-latin.woff2",
  "/static/salesiq/icons/icon-192.png",
  "/static/salesiq/mark.svg",
];

// Without cookies: the offline page is then nobody's.
const plain = (address) => new Request(address, { credentials: "omit", cache: "reload" });

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(NAME).then((kept) => kept.addAll(SHELL.map(plain))).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const old = caches.keys().then((names) => Promise.all(names.filter((n) => n !== NAME).map((n) => caches.delete(n))));
  event.waitUntil(old.then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  const address = new URL(request.url);
  if (address.origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    event.respondWith(fetch(request).catch(() => caches.match(OFFLINE)));
  } else if (SHELL.includes(address.pathname)) {
    // From the network while there is one, so that a new version is seen at once.
    event.respondWith(fetch(request).catch(() => caches.match(address.pathname)));
  }
});
