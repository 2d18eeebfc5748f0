"use strict";
/* The time line of the vCPUs by state, and stolen time as it was and as the area says. All charts show the same part
   of the time, [view.from, view.to] in ns from the beginning of their run. */

const view = { from: 0, to: 1, longest: 1, charts: [] };
const LEFT = 64, RIGHT = 10, BAR = 22, STEP = 30, CHART = 170, AXIS = 22;

function svg(name, attributes, text) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const key in attributes) node.setAttribute(key, attributes[key]);
  if (text !== undefined) node.textContent = text;
  return node;
}

const commas = (number) => Math.round(number).toLocaleString("en-US");

function duration(ns) {
  const size = Math.abs(ns);
  if (size >= 1e9) return (ns / 1e9).toLocaleString("en-US", { maximumFractionDigits: 3 }) + " s";
  if (size >= 1e6) return (ns / 1e6).toLocaleString("en-US", { maximumFractionDigits: 3 }) + " ms";
  if (size >= 1e3) return (ns / 1e3).toLocaleString("en-US", { maximumFractionDigits: 3 }) + " µs";
  return commas(ns) + " ns";
}

function ticks(from, to, most) {
  const rough = (to - from) / most, power = 10 ** Math.floor(Math.log10(rough || 1));
  const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= rough) || 1;
  const found = [];
  for (let at = Math.ceil(from / step) * step; at <= to; at += step) found.push(at);
  return found;
}

/* The last point at or before a time. */
function before(points, at) {
  let low = 0, high = points.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (points[middle][0] <= at) low = middle + 1; else high = middle;
  }
  return low - 1;
}

function valueAt(points, at, even) {
  const index = before(points, at);
  if (index < 0) return null;
  const [time, value] = points[index], next = points[index + 1];
  if (!even || !next || next[0] === time) return value;
  const grows = Math.min(next[1] - value, next[0] - time);
  return next[1] === value ? value : next[1] - Math.max(0, Math.min(grows, next[0] - at));
}

class Chart {
  constructor(run, height, label) {
    this.run = run;
    this.height = height;
    this.node = svg("svg", { role: "img", "aria-label": label, tabindex: 0, height: height });
    this.dragged = null;
    view.charts.push(this);
    this.listen();
  }
  x(time) { return LEFT + (time - this.run.from - view.from) / (view.to - view.from) * (this.width - LEFT - RIGHT); }
  time(x) { return view.from + (x - LEFT) / (this.width - LEFT - RIGHT) * (view.to - view.from) + this.run.from; }
  draw() {
    this.width = Math.max(280, this.node.clientWidth || this.node.parentNode.clientWidth);
    this.node.replaceChildren();
    for (const at of ticks(view.from, view.to, this.width / 110)) {
      const x = this.x(at + this.run.from);
      this.node.append(svg("line", { class: "grid", x1: x, x2: x, y1: 0, y2: this.height - AXIS + 4 }));
      const anchor = x > this.width - 40 ? "end" : "middle";
      this.node.append(svg("text", { x: x, y: this.height - 6, "text-anchor": anchor }, duration(at)));
    }
    this.content();
    this.chosen = svg("rect", { class: "chosen", y: 0, height: this.height - AXIS, width: 0 });
    this.cursor = svg("line", { class: "cursor", y1: 0, y2: this.height - AXIS, visibility: "hidden" });
    this.node.append(this.chosen, this.cursor);
  }
  listen() {
    const at = (event) => event.clientX - this.node.getBoundingClientRect().left;
    this.node.addEventListener("pointerdown", (event) => {
      if (event.pointerType === "mouse") { this.dragged = at(event); this.node.setPointerCapture(event.pointerId); }
    });
    this.node.addEventListener("pointermove", (event) => {
      const x = at(event);
      showMoment(this.time(x) - this.run.from);
      if (this.dragged === null) return;
      this.chosen.setAttribute("x", Math.min(x, this.dragged));
      this.chosen.setAttribute("width", Math.abs(x - this.dragged));
    });
    this.node.addEventListener("pointerup", (event) => {
      const began = this.dragged, ended = at(event);
      this.dragged = null;
      if (began !== null && Math.abs(began - ended) > 6) {
        const times = [this.time(began) - this.run.from, this.time(ended) - this.run.from].sort((a, b) => a - b);
        show(times[0], times[1]);
      } else showMoment(this.time(ended) - this.run.from);
    });
    this.node.addEventListener("keydown", (event) => {
      const step = { "+": "in", "=": "in", "-": "out", ArrowLeft: "left", ArrowRight: "right", 0: "all" }[event.key];
      if (step) { zoom(step); event.preventDefault(); }
    });
  }
}

class TimeLine extends Chart {
  constructor(run) {
    super(run, run.vcpus.length * STEP + AXIS, "Time line of the vCPUs by state: " + run.vcpus.map((vcpu) =>
      vcpu.name + " changes its state " + Math.max(0, vcpu.states.length - 1) + " times").join(", "));
  }
  content() {
    this.run.vcpus.forEach((vcpu, row) => {
      this.node.append(svg("text", { class: "label", x: 4, y: row * STEP + 18 }, vcpu.name));
      const first = Math.max(0, before(vcpu.states, this.time(LEFT))), end = vcpu.cut || this.run.to;
      let drawn = -1;
      for (let index = first; index < vcpu.states.length; index++) {
        const [time, state] = vcpu.states[index], next = vcpu.states[index + 1];
        const x1 = Math.max(LEFT, this.x(time)), x2 = Math.min(this.width - RIGHT, this.x(next ? next[0] : end));
        if (x1 > this.width - RIGHT) break;
        if (x2 < LEFT || x2 - drawn < 0.25) continue;  // too thin to be seen beside what is drawn
        drawn = x2;
        const bar = svg("rect", { class: state, x: x1, y: row * STEP + 3, width: Math.max(0.5, x2 - x1), height: BAR });
        const until = next ? next[0] : end;
        bar.append(svg("title", {}, `${vcpu.name} ${state}, ${duration(until - time)} from ${commas(time)} ns`));
        this.node.append(bar);
      }
    });
  }
}

class StolenTime extends Chart {
  constructor(run, vcpu) {
    super(run, CHART + 24 + AXIS, `Stolen time of ${vcpu.name}: ${duration(vcpu.stolen)} by the scheduler's history, ` +
      `${vcpu.believed === null ? "nothing" : duration(vcpu.believed)} by its area; ${vcpu.lost} updates were lost.`);
    this.vcpu = vcpu;
  }
  content() {
    const vcpu = this.vcpu, from = this.time(LEFT), to = this.time(this.width - RIGHT);
    const told = (at) => valueAt(vcpu.told, at, false), real = (at) => valueAt(vcpu.true, at, true);
    const least = Math.min(real(from) ?? 0, told(from) ?? Infinity), most = Math.max(real(to) ?? 0, told(to) ?? 0, least + 1);
    const y = (value) => 8 + (CHART - 16) * (1 - (value - least) / (most - least));
    for (const value of ticks(least, most, 4)) {
      this.node.append(svg("line", { class: "grid", x1: LEFT, x2: this.width - RIGHT, y1: y(value), y2: y(value) }));
      this.node.append(svg("text", { x: LEFT - 6, y: y(value) + 4, "text-anchor": "end" }, duration(value)));
    }
    const inside = (points) => points.map((point) => point[0]).filter((time) => time > from && time < to);
    const times = [...new Set([from, ...inside(vcpu.true), ...inside(vcpu.told), to])].sort((a, b) => a - b);
    const truth = [], area = [];
    for (const time of times) {
      if (real(time) !== null) truth.push([this.x(time), y(real(time))]);
      const last = told(time - 1e-3), now = told(time);
      if (last !== null) area.push([this.x(time), y(last)]);
      if (now !== null && now !== last) area.push([this.x(time), y(now)]);
    }
    const path = (points) => "M" + points.map(([px, py]) => px.toFixed(1) + " " + py.toFixed(1)).join("L");
    if (area.length) {
      const above = truth.filter(([x]) => x >= area[0][0] - 0.01).reverse();
      this.node.append(svg("path", { class: "gap", d: path([...area, ...above]) + "Z" }));
      this.node.append(svg("path", { class: "told", d: path(area) }));
    }
    if (truth.length) this.node.append(svg("path", { class: "true", d: path(truth) }));
    this.updates(from, to);
  }
  updates(from, to) {
    let drawn = { 0: -9, 1: -9 };
    for (const [time, arrived, level, leaving, words] of this.vcpu.updates) {
      const x = this.x(time);
      if (time < from || time > to || x - drawn[arrived] < 2) continue;
      drawn[arrived] = x;
      const y = CHART + 6 + (leaving ? 0 : 10);
      const mark = arrived ? svg("circle", { class: "ok", cx: x, cy: y, r: 3.5 })
        : svg("path", { class: "lost", d: `M${x - 3.5} ${y - 3.5}l7 7m0-7l-7 7` });
      mark.append(svg("title", {}, `${commas(time)} ns: ${arrived ? "" : "lost, "}${words}`));
      this.node.append(mark);
    }
  }
}

function show(from, to) {
  const least = 20, length = Math.max(least, Math.min(to - from, view.longest));
  view.from = Math.max(0, Math.min(from, view.longest - length));
  view.to = view.from + length;
  for (const chart of view.charts) chart.draw();
}

function zoom(step) {
  const length = view.to - view.from, middle = (view.from + view.to) / 2;
  if (step === "all") show(0, view.longest);
  else if (step === "in") show(middle - length / 4, middle + length / 4);
  else if (step === "out") show(middle - length, middle + length);
  else { const by = (step === "left" ? -1 : 1) * length / 4; show(view.from + by, view.to + by); }
}

/* A line through all charts, and in words what holds there. */
function showMoment(at) {
  const words = [`${duration(at)} after the beginning`], runs = new Set();
  for (const chart of view.charts) {
    const time = at + chart.run.from, x = chart.x(time), seen = at >= view.from && at <= view.to;
    for (const end of ["x1", "x2"]) chart.cursor.setAttribute(end, x);
    chart.cursor.setAttribute("visibility", seen ? "visible" : "hidden");
    if (chart.vcpu === undefined || runs.has(chart.vcpu)) continue;
    runs.add(chart.vcpu);
    const real = valueAt(chart.vcpu.true, time, true), told = valueAt(chart.vcpu.told, time, false);
    if (real !== null && told !== null)
      words.push(`${chart.run.title} ${chart.vcpu.name}: stolen ${duration(real)}, by its area ${duration(told)}`);
  }
  document.getElementById("readout").textContent = words.join(" · ");
}
