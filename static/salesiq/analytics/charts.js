// Draws the charts of the page: when they come near the screen, in the colours of the theme, as wide as their place.

const EXPRESSION = /^(var|color-mix)\(/;
const TICK_WIDTH = 54;
const SETTINGS = { displayModeBar: false, responsive: false, showTips: false, doubleClick: false };
const probe = document.createElement("span");
let library;

// plotly.js is large and not needed before the first chart is near.
function load() {
  library ??= new Promise((resolve, reject) => {
    const { plotly, plotlyStyles } = document.querySelector("[data-plotly]").dataset;
    // Style elements that it would add are forbidden here, and not needed: it takes these for them.
    for (const id of plotlyStyles.split(" ")) document.head.append(Object.assign(document.createElement("meta"), { id }));
    const script = document.createElement("script");
    script.src = plotly;
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => { library = undefined; reject(new Error("plotly.js did not load")); };
    document.head.append(script);
  });
  return library;
}

const near = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    if (!entry.isIntersecting) continue;
    near.unobserve(entry.target);
    draw(entry.target);
  }
}, { rootMargin: "300px" });

const widths = new ResizeObserver((entries) => {
  for (const { target, contentRect } of entries) {
    if (!target.dataset.drawn || Math.abs(contentRect.width - Number(target.dataset.drawnWidth)) < 2) continue;
    draw(target);
  }
});

export function wireCharts() {
  probe.hidden = true;
  document.body.append(probe);
  find();
  document.addEventListener("htmx:afterSwap", find);
  document.addEventListener("analytics:content", find);
  new MutationObserver(redrawAll).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redrawAll);
}

// New places are watched; one whose figure changed under it is drawn again.
function find() {
  for (const place of document.querySelectorAll("[data-plot]")) {
    if (place.dataset.drawn === undefined) {
      place.dataset.drawn = "";
      near.observe(place);
      widths.observe(place);
    } else if (place.dataset.drawn && place.dataset.drawn !== stampOf(place)) draw(place);
  }
}

function redrawAll() {
  for (const place of document.querySelectorAll("[data-plot]")) if (place.dataset.drawn) draw(place);
}

const dataOf = (place) => place.closest("figure").querySelector("script[type='application/json']");
const stampOf = (place) => `${dataOf(place).textContent.length}:${hash(dataOf(place).textContent)}`;

function hash(text) {
  let sum = 5381;
  for (let n = 0; n < text.length; n += 1) sum = ((sum << 5) + sum + text.charCodeAt(n)) | 0;
  return sum;
}

async function draw(place) {
  let Plotly;
  try {
    Plotly = await load();
  } catch {
    place.closest("figure").querySelector("details").open = true;
    return;
  }
  const { data, layout } = coloured(JSON.parse(dataOf(place).textContent), new Map());
  const width = place.clientWidth;
  if (!width) return;
  layout.font.family = getComputedStyle(document.body).fontFamily;
  layout.width = width;
  thin(layout.xaxis, width);
  narrowNames(layout, width);
  place.dataset.drawn = stampOf(place);
  place.dataset.drawnWidth = width;
  const isNew = !place.classList.contains("js-plotly-plot");
  await Plotly.react(place, data, layout, SETTINGS);
  if (isNew) place.on("plotly_click", ({ points }) => follow(points[0]));
}

// A point leads to the rows behind it; the table has the same links for the keyboard.
function follow(point) {
  const data = point?.customdata ?? "";
  if (typeof data === "string" && data.startsWith("/")) location.assign(data);
}

function coloured(node, known) {
  if (typeof node === "string") return EXPRESSION.test(node) ? colourOf(node, known) : node;
  if (Array.isArray(node)) return node.map((each) => coloured(each, known));
  if (node === null || typeof node !== "object") return node;
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, coloured(value, known)]));
}

// What a CSS expression is in this theme, in the notation that plotly.js reads.
function colourOf(expression, known) {
  if (!known.has(expression)) {
    probe.style.color = expression;
    const found = getComputedStyle(probe).color;
    const parts = /^color\(srgb ([\d.e-]+) ([\d.e-]+) ([\d.e-]+)(?: \/ ([\d.e-]+))?\)$/.exec(found);
    const byte = (part) => Math.round(Number(part) * 255);
    known.set(expression, parts
      ? `rgba(${byte(parts[1])},${byte(parts[2])},${byte(parts[3])},${parts[4] ?? 1})`
      : found);
  }
  return known.get(expression);
}

// Words of ticks never run into each other: where there is no room, every second, third … is shown.
function thin(axis, width) {
  const words = axis?.ticktext;
  if (!words?.length || axis.tickangle) return;
  const [from, to] = axis.range ?? [0, words.length];
  const longest = Math.max(...words.map((word) => word.length)) * 6.6 + 14;
  const room = (width - 70) / Math.max(1, Math.abs(to - from)) * Math.abs((axis.tickvals.at(-1) - axis.tickvals[0]) / Math.max(1, words.length - 1));
  const every = Math.max(1, Math.ceil(Math.max(Math.min(TICK_WIDTH, longest), longest) / Math.max(room, 1)));
  const last = words.length - 1;
  axis.tickvals = axis.tickvals.filter((_, n) => (last - n) % every === 0);
  axis.ticktext = words.filter((_, n) => (last - n) % every === 0);
}

// On a phone, names at the left take at most a third of the width.
function narrowNames(layout, width) {
  const words = layout.yaxis?.ticktext;
  if (!words || width > 520) return;
  const most = Math.max(8, Math.floor(width / 3 / 6.6));
  layout.yaxis.ticktext = words.map((word) => (word.length > most ? `${word.slice(0, most - 1).trimEnd()}…` : word));
}
