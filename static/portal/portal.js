// Two comforts; without them every page works too. A pay button is pressed once; a payment that waits is followed.
(() => {
  "use strict";

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-once]")) return;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "yes";
    setTimeout(() => delete form.dataset.sent, 8000);
  });
  // Back from the bank with the back button: the page may be kept as it was.
  addEventListener("pageshow", (event) => event.persisted && location.reload());

  document.querySelector("[data-errors]")?.focus();

  const waits = () => document.querySelector('[data-follow^="waiting"]');
  let asked = 0;
  const follow = async () => {
    const now = waits();
    if (!now || asked++ > 120) return;
    try {
      const answer = await fetch(location.href, { credentials: "same-origin", cache: "no-store" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.querySelector("[data-follow]");
      if (answer.ok && fresh && fresh.dataset.follow !== now.dataset.follow) {
        now.replaceChildren(...fresh.childNodes);
        now.dataset.follow = fresh.dataset.follow;
      }
    } catch {
      // no network for a moment: the next time then
    }
    setTimeout(follow, asked < 20 ? 3000 : 8000);
  };
  if (waits()) setTimeout(follow, 2500);
})();
