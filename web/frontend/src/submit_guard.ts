/**
 * Keeps a second click from sending a form twice. The server is safe against that anyway; the
 * guard spares people the question whether it worked. The button is disabled only after the
 * browser has gathered the form, so that its own value is sent too.
 */
export function guardAgainstDoubleSubmit(page: Document): void {
  page.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || form.method !== "post") return;
    if (event.defaultPrevented) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "sim";
    window.setTimeout(() => setDisabled(form, true), 0);
  });
  // Coming back with the browser's back button shows the page as it was left: open it again.
  window.addEventListener("pageshow", () => {
    for (const form of page.querySelectorAll<HTMLFormElement>("form[data-sent]")) {
      delete form.dataset.sent;
      setDisabled(form, false);
    }
  });
}

function setDisabled(form: HTMLFormElement, disabled: boolean): void {
  for (const button of form.querySelectorAll<HTMLButtonElement>("button[type=submit]")) {
    button.disabled = disabled;
    button.classList.toggle("enviando", disabled);
  }
}
