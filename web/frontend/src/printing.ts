/** Shows the "Imprimir" buttons, which could do nothing without JavaScript. */
export function offerPrinting(page: Document): void {
  for (const button of page.querySelectorAll<HTMLButtonElement>("button[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
}
