"use strict";
(() => {
  const cards = [...document.querySelectorAll(".result")];
  const verdict = document.getElementById("by-verdict"), source = document.getElementById("by-source");
  const filter = () => cards.forEach((card) => {
    card.hidden = (verdict.value && card.dataset.verdict !== verdict.value)
      || (source.value && !card.dataset.sources.split(" ").includes(source.value));
  });
  verdict.addEventListener("change", filter);
  source.addEventListener("change", filter);
  document.querySelector(".filters").hidden = false;

  const slides = [...document.querySelectorAll(".slide")], button = document.getElementById("present");
  let at = 0;
  const show = (place) => {
    at = Math.max(0, Math.min(slides.length - 1, place));
    slides.forEach((slide, i) => slide.classList.toggle("shown", i === at));
    window.scrollTo(0, 0);
  };
  const present = (on) => {
    document.body.classList.toggle("presenting", on);
    button.setAttribute("aria-pressed", on);
    if (on) show(at); else slides[at].scrollIntoView();
  };
  button.hidden = false;
  button.setAttribute("aria-pressed", false);
  button.addEventListener("click", () => present(!document.body.classList.contains("presenting")));
  document.addEventListener("keydown", (event) => {
    if (!document.body.classList.contains("presenting") || event.target.matches("select, input")) return;
    if (event.key === "ArrowRight" || event.key === "PageDown") { show(at + 1); event.preventDefault(); }
    if (event.key === "ArrowLeft" || event.key === "PageUp") { show(at - 1); event.preventDefault(); }
    if (event.key === "Escape") present(false);
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]');
    if (!link || !document.body.classList.contains("presenting")) return;
    const slide = document.querySelector(link.getAttribute("href"))?.closest(".slide");
    if (slide) { show(slides.indexOf(slide)); event.preventDefault(); }
  });
})();
