const WARN_BEFORE_MS = 5 * 60 * 1_000;

/**
 * Warns five minutes before a session ends for want of use, and lets it go on at a click
 * (WCAG 2.2.1, eMAG 2.5). The server says how long it lasts in `data-session-seconds`, and which
 * address renews it in `data-session-renew-url`.
 */
export function warnBeforeSessionEnds(page: Document): void {
  const box = page.querySelector<HTMLElement>("[data-session-seconds]");
  const text = box?.querySelector<HTMLElement>("[data-session-text]");
  const button = box?.querySelector<HTMLButtonElement>("button");
  const seconds = Number(box?.dataset.sessionSeconds);
  const renewUrl = box?.dataset.sessionRenewUrl;
  if (!box || !text || !button || !renewUrl || !(seconds > 0)) return;

  let timers: number[] = [];
  const say = (sentence: string, canRenew: boolean): void => {
    box.hidden = false;
    text.textContent = sentence;
    button.hidden = !canRenew;
  };
  const start = (): void => {
    for (const timer of timers) window.clearTimeout(timer);
    const lasts = seconds * 1_000;
    timers = [
      window.setTimeout(
        () => {
          say("Sua sessão termina em 5 minutos por falta de uso.", true);
        },
        Math.max(lasts - WARN_BEFORE_MS, 0),
      ),
      window.setTimeout(() => {
        say("Sua sessão terminou. Copie o que escreveu nesta página e entre novamente.", false);
      }, lasts),
    ];
  };
  button.addEventListener("click", async () => {
    if (await renewed(renewUrl)) {
      box.hidden = true;
      start();
    } else {
      say("Não foi possível continuar a sessão. Copie o que escreveu e entre novamente.", false);
    }
  });
  start();
}

async function renewed(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url, { credentials: "same-origin", cache: "no-store" });
    return answer.ok && !answer.redirected;
  } catch {
    // Out of reach is an answer too: the person is told so.
    return false;
  }
}
