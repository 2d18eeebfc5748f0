"use strict";
/* The page: a panel a run, the maps, and the tables with their search. Texts of guests only ever become text. */

const report = JSON.parse(document.getElementById("data").textContent);
report.runs.forEach(unpack);
const PIECE = 300;

function make(name, attributes, ...children) {
  const node = document.createElement(name);
  for (const key in attributes) node.setAttribute(key, attributes[key]);
  node.append(...children.filter((child) => child !== null));
  return node;
}

function facts(vcpu) {
  const list = make("dl", { class: "facts" });
  const add = (name, value, kind) =>
    list.append(make("div", {}, make("dt", {}, name), make("dd", kind ? { class: kind } : {}, value)));
  add("stolen, in truth", duration(vcpu.stolen));
  if (!vcpu.area) { add("runstate area", "none"); return list; }
  add("stolen, by its area", vcpu.believed === null ? "never filled" : duration(vcpu.believed));
  const gap = vcpu.gap;
  add("largest gap while it runs", gap === null ? "unknown" : duration(gap), gap === 0 ? "ok" : "bad");
  add("updates that arrived", commas(vcpu.arrived), vcpu.arrived ? "ok" : "bad");
  add("updates lost", commas(vcpu.lost), vcpu.lost ? "bad" : "ok");
  return list;
}

function panel(run) {
  const node = make("article", { class: "run" }, make("h3", {}, run.title), make("p", { class: "soft" }, run.what));
  if (run.end) node.append(make("p", { class: "soft" }, run.end));
  if (run.note) node.append(make("p", { class: "note" }, run.note));
  const line = new TimeLine(run);
  node.append(make("h4", {}, "vCPUs by state"), line.node);
  const merged = run.vcpus.filter((vcpu) => vcpu.merged);
  if (merged.length) node.append(make("p", { class: "note" }, "Too many events to draw each one: " +
    merged.map((vcpu) => `those of ${vcpu.name} within ${duration(vcpu.merged)}`).join(", ") +
    " are merged, with the share of each state, and the least and the greatest value. Totals include everything."));
  for (const vcpu of run.vcpus) {
    if (!vcpu.area) continue;
    const chart = new StolenTime(run, vcpu);
    node.append(make("h4", {}, `Stolen time of ${vcpu.name}: true (line), by its area at ${vcpu.area} (dashed)`),
      facts(vcpu), chart.node);
  }
  if (!run.vcpus.some((vcpu) => vcpu.area))
    node.append(make("p", { class: "soft" }, "No vCPU registered a runstate area."));
  return node;
}

function size(bytes) {
  for (const [unit, name] of [[2 ** 30, "GiB"], [2 ** 20, "MiB"]])
    if (bytes >= unit && bytes % unit === 0) return bytes / unit + " " + name;
  return (bytes / 1024).toLocaleString("en-US") + " KiB";
}

function directory(map) {
  const where = map.levels.map((level) => level ? "in kernel mode (EL1)" : "in user mode (EL0)").join(" and ");
  const node = make("div", { class: "space" },
    make("h4", {}, `TTBR1_EL1 at ipa ${map.root}: live for ${map.vcpu} ${where}`),
    make("p", { class: "verdict " + (map.inside ? "ok" : "bad") }, map.inside
      ? `✓ The area at ${map.area} is in it: Xen's walk finds it.`
      : `✕ The area at ${map.area} is NOT in it: a walk of these tables does not find it.`));
  if (!map.enabled) { node.append(make("p", { class: "soft" }, "Walks of this half are switched off.")); return node; }
  const strip = make("div", { class: "map", "aria-hidden": "true" });
  for (const [va, bytes, , , , holds] of map.regions.slice(0, 120)) {
    const part = make("span", { title: va + ", " + size(bytes), style: `flex-grow: ${Math.log2(bytes / 2048)}` });
    if (holds && map.inside) part.className = "in";
    strip.append(part);
  }
  if (map.regions.length > 120) strip.append(make("b", {}, `… ${commas(map.regions.length - 120)} more, in the table`));
  if (!map.inside) strip.append(make("em", {}, "area: not mapped"));
  const body = make("tbody", {});
  for (const [va, bytes, ipa, el1, el0, holds] of map.regions)
    body.append(make("tr", holds ? { class: "marked" } : {},
      make("td", { class: "n" }, va), make("td", { class: "n" }, size(bytes)),
      make("td", { class: "n" }, ipa), make("td", {}, el1), make("td", {}, el0), make("td", { class: "k" }, holds ? "← the area" : "")));
  const head = make("thead", {}, make("tr", {}, ...["from va", "size", "ipa", "EL1", "EL0", ""].map((name, index) =>
    make("th", index < 3 ? { class: "n", scope: "col" } : { scope: "col" }, name))));
  const table = make("table", {}, make("caption", { class: "soft" },
    `${map.regions.length} region${map.regions.length === 1 ? "" : "s"}${map.whole ? "" : ", the first of more"}`), head, body);
  node.append(strip, make("div", { class: "tables", tabindex: 0, role: "region", "aria-label": "Regions under " + map.root }, table));
  return node;
}

/* Columns after the time, as [name, class]. */
const TABLES = {
  calls: { source: "calls", words: "hypercalls", columns: [
    ["vCPU", "k"], ["hypercall", "k"], ["arguments", "w"], ["result", "k result"], ["took [ns]", "n took"]] },
  events: { source: "events", words: "events", columns: [
    ["who", "k"], ["what", "k"], ["details", "w"]] },
};

function searchable(place) {
  const { source, words, columns } = TABLES[place.dataset.table];
  const rows = report.runs.flatMap((run, at) => run[source].rows.map((_, index) => [at, index]));
  const table = (row) => report.runs[row[0]][source];
  const field = make("input", { type: "search", placeholder: "Search: words, all of which a row must have", "aria-label": "Search " + words });
  const which = make("select", { "aria-label": "Run" }, make("option", { value: "" }, "every run"),
    ...report.runs.map((run, index) => make("option", { value: index }, run.title)));
  const kinds = make("select", { "aria-label": "Kind" }, make("option", { value: "" }, "every kind"),
    ...[...new Set(rows.map((row) => table(row).kind(row[1])))].sort().map((kind) => make("option", {}, kind)));
  const count = make("p", { class: "soft", role: "status" }), more = make("button", { type: "button" }, "Show more");
  const several = report.runs.length > 1, body = make("tbody", {});
  const names = [...(several ? [["run", "k"]] : []), ["time [ns]", "n"], ...columns];
  const head = make("thead", {}, make("tr", {}, ...names.map(([name, kind]) => make("th", { class: kind, scope: "col" }, name))));
  let shown = PIECE;
  const fill = () => {
    const wanted = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    const found = rows.filter((row) => (which.value === "" || row[0] === Number(which.value)) &&
      (kinds.value === "" || table(row).kind(row[1]) === kinds.value) &&
      wanted.every((word) => table(row).text(row[1]).includes(word)));
    body.replaceChildren(...found.slice(0, shown).map((row) => {
      const texts = table(row).row(row[1]);
      const cells = columns.map(([, kind], index) => make("td", { class: kind }, texts[index]));
      cells.unshift(make("td", { class: "n" }, commas(table(row).times[row[1]])));
      if (several) cells.unshift(make("td", { class: "k" }, report.runs[row[0]].title));
      return make("tr", texts[1] === "area lost" ? { class: "lost" } : {}, ...cells);
    }));
    count.textContent = `${commas(found.length)} of ${commas(rows.length)} ${words}` +
      (found.length > shown ? `, the first ${commas(shown)} shown` : "");
    more.hidden = found.length <= shown;
  };
  const again = () => { shown = PIECE; fill(); };
  field.addEventListener("input", again);
  for (const choice of [which, kinds]) choice.addEventListener("change", again);
  more.addEventListener("click", () => { shown *= 4; fill(); });
  const tools = make("div", { class: "tools" }, field, several ? which : null, kinds);
  place.append(tools, count);
  for (const run of report.runs) {
    const { length, count: all, times, gap } = run[source];
    if (all > length) place.append(make("p", { class: "note" },
      `${run.title}: of ${commas(all)} ${words} the first ${commas(gap)}, up to ${commas(times[gap - 1])} ns, and the last ` +
      `${commas(length - gap)}, from ${commas(times[gap])} ns on, are here, and are searched. A trace has all.`));
  }
  place.append(make("div", { class: "tables", tabindex: 0, role: "region", "aria-label": words },
    make("table", { class: "stack" }, head, body)), more);
  fill();
}

function build() {
  view.longest = view.to = Math.max(1, ...report.runs.map((run) => run.to - run.from));
  for (const run of report.runs) {
    document.getElementById("runs").append(panel(run));
    const maps = make("article", { class: "run" }, make("h3", {}, run.title), ...run.maps.map(directory));
    if (!run.maps.length) maps.append(make("p", { class: "soft" }, run.note || "No area was registered in the upper half."));
    if (run.unseen) maps.append(make("p", { class: "note" }, `${commas(run.unseen)} more directories are not shown.`));
    document.getElementById("maps").append(maps);
    document.getElementById("consoles").append(make("article", { class: "run" }, make("h3", {}, run.title),
      make("pre", {}, run.console || "Nothing was written."),
      run.written > run.consoleKept ? make("p", { class: "note" }, `The first ${commas(run.consoleKept)} of ${commas(run.written)} bytes.`) : null));
  }
  document.querySelectorAll("[data-table]").forEach(searchable);
  document.querySelectorAll("[data-zoom]").forEach((button) => button.addEventListener("click", () => zoom(button.dataset.zoom)));
  show(0, view.longest);
  addEventListener("resize", () => view.charts.forEach((chart) => chart.draw()));
}

build();
