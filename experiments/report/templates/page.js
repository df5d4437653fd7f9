"use strict";
(() => {
  const radios = { ko: document.getElementById("language-ko"), en: document.getElementById("language-en") };
  const remembered = () => { try { return localStorage.getItem("language"); } catch { return null; } };
  const choose = (language) => {
    radios[language].checked = true;
    document.documentElement.lang = language;
    try { localStorage.setItem("language", language); } catch { /* a page from disk may not remember */ }
  };
  choose(remembered() || (navigator.language.startsWith("ko") ? "ko" : "en"));
  for (const [language, radio] of Object.entries(radios)) radio.addEventListener("change", () => { choose(language); radio.blur(); });

  const folded = [...document.querySelectorAll("details:not(.table)")];
  let opened = [];
  window.addEventListener("beforeprint", () => {
    opened = folded.filter((one) => !one.open);
    opened.forEach((one) => { one.open = true; });
  });
  window.addEventListener("afterprint", () => opened.forEach((one) => { one.open = false; }));
})();
