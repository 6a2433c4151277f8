// A page that says how often it may look (data-live, in seconds) shows what is new without being loaded again.
// Each look stands for itself: after a laptop has slept, the next one is as good as the first.
"use strict";
const seconds = Number(document.body.dataset.live || 0);
const look = async () => {
  const main = document.querySelector("main");
  let next = seconds;
  // Nothing moves under the hands of somebody who is about to press or type.
  const busy = main.contains(document.activeElement) && document.activeElement !== main;
  if (!document.hidden && !busy) {
    try {
      const answer = await fetch(location.href, { credentials: "same-origin" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.querySelector("main");
      if (fresh && fresh.innerHTML !== main.innerHTML) main.innerHTML = fresh.innerHTML;
      next = Number(page.body.dataset.live || 0);
    } catch {
      // The network is not back yet, or the desk has ended: look again.
    }
  }
  if (next) setTimeout(look, next * 1000);
};
if (seconds) setTimeout(look, seconds * 1000);
