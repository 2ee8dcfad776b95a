const A_YEAR_IN_SECONDS = 31_536_000;

/**
 * Turns "Alto Contraste" on and off without loading the page again. The choice is kept in the
 * cookie that the server reads, so that the next page already arrives in its theme; without
 * JavaScript the button's own form does the same.
 */
export function toggleContrastInPlace(page: Document): void {
  const form = page.querySelector<HTMLFormElement>("form[data-contrast]");
  const button = form?.querySelector<HTMLButtonElement>("button");
  if (!form || !button) return;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const high = page.documentElement.classList.toggle("alto-contraste");
    button.setAttribute("aria-pressed", String(high));
    keepChoice(page, high);
  });
}

function keepChoice(page: Document, high: boolean): void {
  const value = high ? "alto" : "padrao";
  const secure = page.location.protocol === "https:" ? "; Secure" : "";
  page.cookie = `contraste=${value}; Path=/; Max-Age=${A_YEAR_IN_SECONDS}; SameSite=Lax${secure}`;
}
