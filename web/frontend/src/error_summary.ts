/** Brings whoever sent a form with mistakes to the list of them, by keyboard and by voice. */
export function focusErrorSummary(page: Document): void {
  page.querySelector<HTMLElement>("[data-error-summary]")?.focus();
}
