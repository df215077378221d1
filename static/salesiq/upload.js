// Uploading calls in a dialog: choose or drop, watch each file travel, read what became of it.

const body = (dialog) => dialog.querySelector("[data-upload-body]");

export function wireUpload(dialog) {
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-upload-open]")) return;
    event.preventDefault();
    open(dialog, []);
  });
  // A file dropped anywhere on the page opens the dialog with it.
  document.addEventListener("dragover", (event) => {
    if (event.dataTransfer.types.includes("Files")) event.preventDefault();
  });
  document.addEventListener("drop", (event) => {
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    open(dialog, [...event.dataTransfer.files]);
  });
  dialog.addEventListener("close", () => {
    if (dialog.dataset.changed) window.location.reload();
  });
}

async function open(dialog, dropped) {
  if (!dialog.open) dialog.showModal();
  if (!dialog.querySelector("form[data-upload]")) {
    const response = await fetch(dialog.dataset.uploadUrl, { headers: { "HX-Request": "true" } });
    const elsewhere = response.headers.get("HX-Redirect");
    if (elsewhere) return window.location.assign(elsewhere);
    body(dialog).innerHTML = await response.text();
    wireForm(dialog, dialog.querySelector("form[data-upload]"));
  }
  return addFiles(dialog, dropped);
}

function wireForm(dialog, form) {
  const input = form.querySelector("input[type=file]");
  const drop = form.querySelector("[data-drop]");
  form.querySelector("[data-send]").disabled = true;
  input.addEventListener("change", () => {
    addFiles(dialog, [...input.files]);
    input.value = "";
  });
  for (const kind of ["dragenter", "dragover"]) drop.addEventListener(kind, () => drop.classList.add("is-over"));
  for (const kind of ["dragleave", "drop"]) drop.addEventListener(kind, () => drop.classList.remove("is-over"));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    sendAll(dialog, form);
  });
  for (const closer of form.querySelectorAll("[data-close]")) closer.addEventListener("click", () => dialog.close());
}

function addFiles(dialog, files) {
  if (!files.length) return;
  const form = dialog.querySelector("form[data-upload]");
  const template = form.querySelector("template");
  for (const file of files) {
    const line = template.content.firstElementChild.cloneNode(true);
    line.file = file;
    line.querySelector(".name").textContent = file.name;
    line.querySelector(".size").textContent = `${(file.size / 1048576).toFixed(1)} MB`;
    form.querySelector("[data-files]").append(line);
  }
  form.querySelector("[data-send]").disabled = false;
}

async function sendAll(dialog, form) {
  const send = form.querySelector("[data-send]");
  send.disabled = true;
  for (const line of form.querySelectorAll(".upload-file:not(.is-done)")) {
    const result = await sendOne(form, line);
    show(line, result);
    if (result.state === "received") dialog.dataset.changed = "yes";
  }
  // A file that did not arrive can be sent again.
  send.disabled = !form.querySelector(".upload-file:not(.is-done)");
}

function sendOne(form, line) {
  const data = new FormData(form);
  data.delete("files");
  data.append("files", line.file);
  const bar = line.querySelector("progress");
  bar.hidden = false;
  return new Promise((resolve) => {
    const failed = (words) => resolve({ state: "refused", message: words, url: "" });
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) bar.value = (100 * event.loaded) / event.total;
    });
    request.addEventListener("load", () => {
      const result = request.status === 200 && request.response?.results?.[0];
      if (result) resolve(result);
      else failed(form.dataset.failed);
    });
    request.addEventListener("error", () => failed(form.dataset.offline));
    request.send(data);
  });
}

function show(line, result) {
  line.classList.remove("is-refused");
  line.classList.add(`is-${result.state}`);
  line.classList.toggle("is-done", result.state !== "refused");
  line.querySelector("progress").hidden = true;
  const said = line.querySelector(".said");
  said.textContent = result.message;
  if (result.url) {
    const link = document.createElement("a");
    link.href = result.url;
    link.textContent = line.dataset.open;
    said.append(" ", link);
  }
}
