// Has the browser offer the agent's pages as an application; see service-worker.js for what it keeps.
if ("serviceWorker" in navigator) navigator.serviceWorker.register("/service-worker.js", { scope: "/" });
