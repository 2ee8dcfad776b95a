/**
 * The pages' few scripts. Each makes something that works without it more comfortable: with
 * JavaScript off, every form, link and page still does its work.
 */
import { toggleContrastInPlace } from "./contrast";
import { focusErrorSummary } from "./error_summary";
import { offerPrinting } from "./printing";
import { followProgress } from "./progress";
import { warnBeforeSessionEnds } from "./session_warning";
import { offerShowingPassword } from "./show_password";
import { guardAgainstDoubleSubmit } from "./submit_guard";

toggleContrastInPlace(document);
focusErrorSummary(document);
guardAgainstDoubleSubmit(document);
offerPrinting(document);
offerShowingPassword(document);
warnBeforeSessionEnds(document);
for (const region of document.querySelectorAll<HTMLElement>("[data-progress-url]")) {
  followProgress(region);
}
