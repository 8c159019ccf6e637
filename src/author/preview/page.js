"use strict";
// Waits for the next save, then shows the page again where the reader was.
const version = Number(document.documentElement.dataset.version);
async function follow() {
  for (;;) {
    try {
      const answer = await fetch("/attendre?apres=" + version, { cache: "no-store" });
      if (answer.ok && (await answer.json()).version !== version) {
        location.reload();
        return;
      }
    } catch {
      await new Promise((resume) => setTimeout(resume, 1000));
    }
  }
}
follow();
