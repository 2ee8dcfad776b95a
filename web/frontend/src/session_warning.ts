const WARN_BEFORE_MS = 5 * 60 * 1_000;
const CHANNEL = "sessao";

interface TimeLeft {
  seconds: number;
  /** Whether the session ends then however much it is used. */
  final: boolean;
}

/**
 * Warns five minutes before a session ends, and lets it go on at a click where that is possible
 * (WCAG 2.2.1, eMAG 2.5). The server says in `data-session-seconds` how long it lasts, with
 * `data-session-final` that no use makes it longer, and in `data-session-renew-url` which address
 * uses it. Another tab that uses the same session is told of here, so that nobody is warned in vain.
 */
export function warnBeforeSessionEnds(page: Document): void {
  const box = page.querySelector<HTMLElement>("[data-session-seconds]");
  const text = box?.querySelector<HTMLElement>("[data-session-text]");
  const button = box?.querySelector<HTMLButtonElement>("button");
  const renewUrl = box?.dataset.sessionRenewUrl;
  const seconds = Number(box?.dataset.sessionSeconds);
  if (!box || !text || !button || !renewUrl || !(seconds > 0)) return;

  let timers: number[] = [];
  const tabs = new BroadcastChannel(CHANNEL);
  const say = (sentence: string, canRenew: boolean): void => {
    box.hidden = false;
    text.textContent = sentence;
    button.hidden = !canRenew;
  };
  const start = ({ seconds, final }: TimeLeft): void => {
    for (const timer of timers) window.clearTimeout(timer);
    box.hidden = true;
    const lasts = seconds * 1_000;
    timers = [
      window.setTimeout(
        () => {
          say(
            final
              ? "Sua sessão chega ao tempo máximo em 5 minutos. Envie ou copie o que escreveu e entre novamente."
              : "Sua sessão termina em 5 minutos por falta de uso.",
            !final,
          );
        },
        Math.max(lasts - WARN_BEFORE_MS, 0),
      ),
      window.setTimeout(() => {
        say("Sua sessão terminou. Copie o que escreveu nesta página e entre novamente.", false);
      }, lasts),
    ];
  };
  button.addEventListener("click", async () => {
    const left = await used(renewUrl);
    if (left) {
      start(left);
      tabs.postMessage(left);
      page.querySelector<HTMLElement>("main")?.focus();
    } else {
      say("Não foi possível continuar a sessão. Copie o que escreveu e entre novamente.", false);
    }
  });
  tabs.addEventListener("message", (event: MessageEvent<TimeLeft>) => {
    start(event.data);
  });
  const now = { seconds, final: "sessionFinal" in box.dataset };
  start(now);
  tabs.postMessage(now);
}

async function used(url: string): Promise<TimeLeft | null> {
  try {
    const answer = await fetch(url, { credentials: "same-origin", cache: "no-store" });
    return answer.ok ? ((await answer.json()) as TimeLeft) : null;
  } catch {
    // Out of reach is an answer too: the person is told so.
    return null;
  }
}
