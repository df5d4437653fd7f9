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

  const colour = (share) => {
    const ramp = [[0, 34, 78], [61, 78, 108], [124, 123, 120], [187, 171, 109], [254, 232, 56]];
    const at = Math.min(3.999, 4 * share), low = Math.floor(at), part = at - low;
    return ramp[low].map((value, i) => Math.round(value + part * (ramp[low + 1][i] - value)));
  };
  document.querySelectorAll(".along").forEach((gallery) => { gallery.hidden = false; });
  document.querySelectorAll(".along figure").forEach((figure) => {
    const frames = JSON.parse(figure.dataset.frames), targets = figure.dataset.targets.split(",");
    const canvas = figure.querySelector("canvas"), slider = figure.querySelector("input");
    const points = Math.sqrt(frames[0].length - 1), small = new OffscreenCanvas(points, points);
    const draw = () => {
      const [step, ...percent] = frames[slider.value];
      const pixels = new ImageData(points, points), pen = canvas.getContext("2d"), size = canvas.width;
      percent.forEach((value, i) => {  // the second input grows upwards
        const row = points - 1 - Math.floor(i / points);
        pixels.data.set([...colour(value / 100), 255], 4 * (row * points + i % points));
      });
      small.getContext("2d").putImageData(pixels, 0, 0);
      pen.drawImage(small, 0.5, 0.5, points - 1, points - 1, 0, 0, size, size);
      pen.textAlign = "center"; pen.textBaseline = "middle"; pen.font = "15px sans-serif";
      targets.forEach((target, i) => {
        const x = size * (i < 2 ? 0.25 : 0.75), y = size * (i % 2 ? 0.25 : 0.75);
        pen.fillStyle = "#fff"; pen.beginPath(); pen.arc(x, y, 13, 0, 7); pen.fill(); pen.stroke();
        pen.fillStyle = "#000"; pen.fillText(Number(target), x, y);
      });
      figure.querySelector("output").textContent = step.toLocaleString("en");
    };
    slider.addEventListener("input", draw);
    draw();
  });

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
