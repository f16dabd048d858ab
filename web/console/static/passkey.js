// Passkeys. A button asks the server for a question, the browser for the device's answer,
// and sends the answer along with its form; the server answers with a page as to any form.
{
  const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));

  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

  // question turns the texts of JSON into the bytes that browsers want.
  function question(options) {
    options.challenge = bytes(options.challenge);
    if (options.user) options.user.id = bytes(options.user.id);
    for (const known of [options.excludeCredentials, options.allowCredentials]) {
      for (const one of known ?? []) one.id = bytes(one.id);
    }
    return options;
  }

  // answer turns what the device said back into JSON.
  function answer(credential) {
    const response = {};
    for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (credential.response[name]) response[name] = text(credential.response[name]);
    }
    if (credential.response.getTransports) response.transports = credential.response.getTransports();
    return JSON.stringify({ id: credential.id, rawId: text(credential.rawId), type: credential.type, response });
  }

  async function show(button) {
    const { passkey, ask, send, names = "" } = button.dataset;
    const form = button.form;
    const failed = form.querySelector("[data-passkey-failed]");
    failed.hidden = true;
    button.disabled = true;
    try {
      const reply = await fetch(ask, { method: "POST", body: new URLSearchParams(new FormData(form)) });
      const asked = await reply.json();
      if (!reply.ok) throw new Error(asked.error);
      const credential = await navigator.credentials[passkey]({ publicKey: question(asked.options) });
      form.elements[names + "ceremony"].value = asked.ceremony;
      form.elements[names + "answer"].value = answer(credential);
      form.action = send;
      form.submit();
    } catch (e) {
      button.disabled = false;
      // The person closed the window of the device, or took too long: nothing to explain.
      if (e.name === "NotAllowedError" || e.name === "AbortError") return;
      failed.textContent = e.message;
      failed.hidden = false;
    }
  }

  if (window.PublicKeyCredential) {
    for (const hidden of document.querySelectorAll("[data-passkey], [data-passkey-or]")) hidden.hidden = false;
  }
  for (const button of document.querySelectorAll("[data-passkey]")) button.addEventListener("click", () => show(button));
  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => print());
  }
}
