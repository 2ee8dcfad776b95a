/** What the progress address answers. */
interface Progress {
  /** The region's new content, rendered and escaped by the server. */
  readonly html: string;
  /** Nothing more will change by itself. */
  readonly done: boolean;
  /** Where "Continuar" leads, when there is somewhere to go on to. */
  readonly next_url: string | null;
}

const USUAL_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 30_000;

/** The session that was asking is over: only entering again helps. */
class SessionEnded extends Error {}

/**
 * Keeps a `data-progress-url` region up to date in place. It never moves anyone to another page
 * (eMAG 2.4): when there is somewhere to go, the link "Continuar" appears. When the server cannot
 * be reached it says so in words, and asks more and more rarely.
 */
export function followProgress(region: HTMLElement): void {
  const url = region.dataset.progressUrl;
  if (!url || region.dataset.progressDone === "true") return;
  let pause = USUAL_PAUSE_MS;
  const ask = async (): Promise<void> => {
    try {
      const progress = await read(url);
      show(region, progress);
      pause = USUAL_PAUSE_MS;
      if (progress.done) return;
    } catch (error) {
      if (error instanceof SessionEnded) {
        say(region, "Sua sessão terminou. Entre novamente para ver o andamento.");
        return;
      }
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
      say(
        region,
        "Não foi possível falar com o servidor agora. Nada se perdeu: esta página tenta de novo sozinha.",
      );
    }
    window.setTimeout(ask, pause);
  };
  window.setTimeout(ask, pause);
}

async function read(url: string): Promise<Progress> {
  const answer = await fetch(url, {
    headers: { Accept: "application/json" },
    credentials: "same-origin",
    cache: "no-store",
  });
  if (answer.status === 401 || answer.status === 403 || answer.redirected) {
    throw new SessionEnded();
  }
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  return (await answer.json()) as Progress;
}

function show(region: HTMLElement, progress: Progress): void {
  say(region, "");
  const content = region.querySelector<HTMLElement>("[data-progress-content]");
  // Written only when it changed: a screen reader speaks each time that it is written.
  if (content && region.dataset.progressShown !== progress.html) {
    content.innerHTML = progress.html;
    region.dataset.progressShown = progress.html;
  }
  const next = region.querySelector<HTMLElement>("[data-progress-next]");
  const link = next?.querySelector<HTMLAnchorElement>("a");
  if (next && link && progress.next_url) {
    link.href = progress.next_url;
    next.hidden = false;
  }
}

function say(region: HTMLElement, text: string): void {
  const line = region.querySelector<HTMLElement>("[data-progress-trouble]");
  if (line && line.textContent !== text) line.textContent = text;
}
