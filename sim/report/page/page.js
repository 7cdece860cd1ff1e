"use strict";
(() => {
  // What draws: no menu of links, nothing loaded; what stands under the pointer is escaped by vega-tooltip.
  const options = { renderer: "svg", actions: false, tooltip: { theme: "custom" }, ast: false };
  const charts = [...document.querySelectorAll("script[data-chart]")].map((source) => {
    const place = document.getElementById(source.dataset.chart);
    return vegaEmbed(place, JSON.parse(source.textContent), options).then(() => {
      // The picture as a whole is described; sliders beside it stay reachable.
      const picture = place.querySelector("svg");
      picture.setAttribute("role", "img");
      picture.setAttribute("aria-label", place.dataset.words);
      picture.removeAttribute("aria-roledescription");
      [...picture.children].forEach((part) => part.setAttribute("aria-hidden", "true"));
    }).catch((error) => {
      place.textContent = "The chart could not be drawn; what it shows is in the words and the table below.";
      console.error(error);
    });
  });
  Promise.all(charts).then(() => { document.documentElement.dataset.drawn = String(charts.length); });

  const root = document.documentElement;
  const button = document.getElementById("theme");
  const prefersDark = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme || (prefersDark.matches ? "dark" : "light")) === "dark";
  const name = () => { button.textContent = isDark() ? "Light" : "Dark"; };
  button.hidden = false;
  button.addEventListener("click", () => { root.dataset.theme = isDark() ? "light" : "dark"; name(); });
  prefersDark.addEventListener("change", name);
  name();

  // Paper cannot be clicked open.
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details.open-to-print:not([open])")];
    opened.forEach((one) => { one.open = true; });
  });
  addEventListener("afterprint", () => { opened.forEach((one) => { one.open = false; }); });
})();
