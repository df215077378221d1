// Passkeys: adding one, using one as the second factor, and signing in with one alone.

const knows = typeof window.PublicKeyCredential?.parseRequestOptionsFromJSON === "function";

function optionsOf(form) {
  return JSON.parse(form.querySelector("#passkey-options").textContent);
}

async function make(form) {
  const { publicKey } = optionsOf(form).creation_options;
  if (form.elements.passwordless?.checked) {
    Object.assign(publicKey.authenticatorSelection, {
      residentKey: "required", requireResidentKey: true, userVerification: "required",
    });
  }
  return navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(publicKey) });
}

async function use(request) {
  return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(request.publicKey) });
}

async function askAndUse(form) {
  const response = await fetch(form.dataset.challenge, { headers: { Accept: "application/json" } });
  if (!response.ok) throw new Error(response.status);
  return use((await response.json()).request_options);
}

function wire(form, read) {
  const failed = form.querySelector("[data-passkey-failed]");
  const button = form.querySelector("[data-passkey-start]");
  button.addEventListener("click", async () => {
    failed.hidden = true;
    button.disabled = true;
    try {
      form.elements.credential.value = JSON.stringify((await read(form)).toJSON());
      form.submit();
    } catch {
      failed.hidden = false;
    } finally {
      button.disabled = false;
    }
  });
}

for (const form of document.querySelectorAll("[data-passkey-add]")) {
  if (knows) wire(form, make);
  else {
    form.querySelector("[data-passkey-failed]").hidden = false;
    form.querySelector("[data-passkey-start]").disabled = true;
  }
}
for (const form of document.querySelectorAll("[data-passkey-use]")) {
  if (knows) wire(form, () => use(optionsOf(form).request_options));
  else form.hidden = true;
}
for (const form of document.querySelectorAll("[data-passkey-login]")) {
  if (!knows) continue;
  wire(form, askAndUse);
  const next = document.querySelector("[name=next]")?.value;
  if (next) form.action += `?next=${encodeURIComponent(next)}`;
  form.hidden = false;
}
