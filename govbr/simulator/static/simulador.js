// Comfort only: every page works without this file.
"use strict";

const contrast = document.getElementById("contraste");
contrast.form.addEventListener("submit", (event) => {
  event.preventDefault();
  const high = document.documentElement.classList.toggle("alto-contraste");
  contrast.setAttribute("aria-pressed", String(high));
  document.cookie = `simulador_contraste=${high ? "alto" : "normal"};path=/;max-age=31536000;samesite=lax`;
});

const masks = {
  cpf: (digits) =>
    digits
      .slice(0, 11)
      .replace(/^(\d{3})(\d)/, "$1.$2")
      .replace(/^(\d{3}\.\d{3})(\d)/, "$1.$2")
      .replace(/^(\d{3}\.\d{3}\.\d{3})(\d)/, "$1-$2"),
  telefone: (digits) =>
    digits
      .slice(0, 11)
      .replace(/^(\d{2})(\d)/, "($1) $2")
      .replace(/(\d{4,5})(\d{4})$/, "$1-$2"),
};

for (const field of document.querySelectorAll("[data-mascara]")) {
  field.addEventListener("input", () => {
    // Only while typing at the end: a correction in the middle must not move the cursor.
    if (field.selectionStart === field.value.length) {
      field.value = masks[field.dataset.mascara](field.value.replace(/\D/g, ""));
    }
  });
}
