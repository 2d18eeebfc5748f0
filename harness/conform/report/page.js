"use strict";
(() => {
  const form = document.getElementById("filter");
  const items = [...document.querySelectorAll("details[data-kind]")];
  const sections = [...document.querySelectorAll("section.area")];
  const texts = items.map((item) => item.textContent.toLowerCase());

  function apply() {
    const words = form.elements.text.value.toLowerCase().split(/\s+/).filter(Boolean);
    const kinds = new Set([...form.querySelectorAll("input[name=kind]:checked")].map((box) => box.value));
    let count = 0;
    items.forEach((item, index) => {
      const fits = kinds.has(item.dataset.kind) && words.every((word) => texts[index].includes(word));
      item.hidden = !fits;
      count += fits;
    });
    for (const section of sections) section.hidden = !section.querySelector("details:not([hidden])");
    document.getElementById("shown").textContent = `${count} of ${items.length} shown`;
  }

  function openTarget() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target instanceof HTMLDetailsElement) {
      target.hidden = false;
      target.open = true;
      target.scrollIntoView({ block: "center" });
    }
  }

  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  window.addEventListener("hashchange", openTarget);
  apply();
  openTarget();
})();
