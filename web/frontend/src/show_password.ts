/**
 * Offers "Mostrar a senha" in forms that ask for it, so that people see what they type. Without
 * JavaScript there is no button, and the second field finds typing mistakes alone.
 */
export function offerShowingPassword(page: Document): void {
  for (const form of page.querySelectorAll<HTMLFormElement>("form[data-show-password]")) {
    const fields = [...form.querySelectorAll<HTMLInputElement>("input[type=password]")];
    const last = fields.at(-1)?.closest(".field");
    if (!last) continue;
    const button = page.createElement("button");
    button.type = "button";
    button.className = "br-button secondary small show-password";
    button.addEventListener("click", () => show(fields, button, fields[0]?.type === "password"));
    show(fields, button, false);
    last.after(button);
    // Browsers keep what stands in a text field; in a password field they do not.
    form.addEventListener("submit", () => show(fields, button, false));
  }
}

function show(fields: HTMLInputElement[], button: HTMLButtonElement, shown: boolean): void {
  for (const field of fields) field.type = shown ? "text" : "password";
  button.textContent = shown ? "Esconder a senha" : "Mostrar a senha";
}
