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
    figure.querySelector("button").addEventListener("click", () => {
      slider.value = 0;
      const next = () => { draw(); if (slider.value < frames.length - 1) setTimeout(() => { slider.value++; next(); }, 350); };
      next();
    });
    draw();
  });

  const all = (wanted, within = document) => [...within.querySelectorAll(wanted)];
  const of = (one, ...wanted) => wanted.flatMap((w) => all(`:scope > ${w}`, one));
  const slides = [[document.getElementById("top")]];
  for (let i = 0; i < cards.length; i += 3) slides.push([...all("#results > h2"), ...cards.slice(i, i + 3)]);
  for (const id of ["questions", "errata"]) for (const one of all(`#${id} > article`)) slides.push([...all(`#${id} > h2`), one]);
  for (const one of all(".experiment")) {
    const head = of(one, "h3", ".outcome");
    slides.push([...head, ...of(one, ".warning", ".first", ".alone")]);
    for (const more of of(one, ".along", ".why", ".times", ".twin")) slides.push([...of(one, "h3"), more]);
  }
  const why = document.getElementById("why"), parts = [...why.children];
  const heads = parts.map((part, i) => (/^H[23]$/.test(part.tagName) ? i : -1)).filter((i) => i >= 0);
  heads.forEach((from, i) => slides.push(parts.slice(from, heads[i + 1])));
  slides.push([document.getElementById("speed")]);

  const button = document.getElementById("present"), label = button.innerHTML;
  let at = 0;
  const show = (place) => {
    at = Math.max(0, Math.min(slides.length - 1, place));
    all(".lit, .path").forEach((one) => one.classList.remove("lit", "path"));
    for (const piece of slides[at]) {
      piece.classList.add("lit");
      for (let up = piece.parentElement; up.tagName !== "MAIN"; up = up.parentElement) up.classList.add("path");
    }
    button.textContent = `${at + 1} / ${slides.length}  ← →  Esc`;
    window.scrollTo(0, 0);
  };
  const present = (on) => {
    document.body.classList.toggle("presenting", on);
    button.setAttribute("aria-pressed", on);
    if (on) { show(at); return; }
    button.innerHTML = label;
    all(".lit, .path").forEach((one) => one.classList.remove("lit", "path"));
    slides[at].at(-1).scrollIntoView();
  };
  button.hidden = false;
  button.setAttribute("aria-pressed", false);
  button.addEventListener("click", () => present(!document.body.classList.contains("presenting")));
  document.addEventListener("keydown", (event) => {
    if (!document.body.classList.contains("presenting")) return;
    if (event.key === "Escape") { present(false); return; }
    if (event.target.matches("select, [type=range]")) return;
    const step = { ArrowRight: 1, PageDown: 1, ArrowLeft: -1, PageUp: -1 }[event.key];
    if (step) { show(at + step); event.preventDefault(); }
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]');
    if (!link || !document.body.classList.contains("presenting")) return;
    const target = document.querySelector(link.getAttribute("href"));
    const place = slides.findIndex((pieces) => pieces.some((piece) => target?.contains(piece)));
    if (place >= 0) { show(place); event.preventDefault(); }
  });
})();
