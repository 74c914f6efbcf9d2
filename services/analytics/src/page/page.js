// Draws what the analytics service says, and says it again whenever it changes.
"use strict";

const SVG = "http://www.w3.org/2000/svg";
const byId = (id) => document.getElementById(id);
const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const money = new Intl.NumberFormat("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** "12.50" in cents: exact, as sums of floats are not. */
const cents = (text) => Number(text.replace(".", ""));
const amount = (value) => money.format(value / 100);
const sum = (values) => values.reduce((a, b) => a + b, 0);
const clock = (minute) => minute.slice(11, 16);
const share = (part, all) => (all === 0 ? "of none" : `${(100 * part / all).toFixed(1)} % of orders`);
const took = (ms) => (ms === null ? "–" : ms < 1000 ? `${ms} ms` : `${(ms / 1000).toFixed(ms < 9950 ? 2 : 1)} s`);
const orders = (n) => `${whole.format(n)} ${n === 1 ? "order" : "orders"}`;

const node = (name, attributes = {}, ...children) => {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
};
const html = (name, className, ...children) => {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...children);
  return made;
};

/** A step of 1, 2 or 5 times a power of ten, so that about `count` of them reach `top`. */
const stepFor = (top, count, least) => {
  const rough = top / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((n) => n * power).find((n) => n >= rough);
  return Math.max(step, least);
};
const linear = (top, least, label) => {
  const step = stepFor(Math.max(top, least), 3, least);
  const ticks = Math.max(1, Math.ceil(top / step));
  return {
    at: (value) => value / (ticks * step),
    ticks: Array.from({ length: ticks + 1 }, (_, i) => [i * step, label(i * step)]),
  };
};
const logarithmic = (values) => {
  const bounds = values.length === 0 ? [10, 1000] : [Math.max(1, Math.min(...values)), Math.max(...values)];
  const low = Math.floor(Math.log10(bounds[0]));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(bounds[1], 1))));
  return {
    at: (value) => (Math.log10(Math.max(value, 1)) - low) / (high - low),
    ticks: Array.from({ length: high - low + 1 }, (_, i) => 10 ** (low + i)).map((ms) => [ms, ms < 1000 ? `${ms} ms` : `${ms / 1000} s`]),
  };
};
const short = (value) => (value >= 1e8 ? `${value / 1e8}M` : value >= 1e5 ? `${value / 1e5}k` : `${value / 100}`);

/** What the stream says of a minute, closed or not. */
const streamed = (minute) => minute.closed ?? minute.open;

/** The charts: what they plot, how a minute reads, and what is said of the whole. */
const CHARTS = [
  {
    id: "sales", readout: "read-sales",
    scale: (minutes) => linear(Math.max(0, ...minutes.flatMap((m) => [cents(m.revenue), cents(streamed(m) ?? "0")])), 100, short),
    draw: (minutes, frame, scale) => {
      const marks = bars(minutes.map((m) => cents(m.revenue)), frame, scale);
      const line = (name, values) => steps(name, values.map((value) => (value === null ? null : cents(value))), frame, scale);
      return [...marks, line("open", minutes.map((m) => m.open)), line("closed", minutes.map((m) => m.closed))];
    },
    read: (m) => [`${amount(cents(m.revenue))}`, m.closed !== null ? `closed with ${amount(cents(m.closed))}` : m.open !== null ? `open with ${amount(cents(m.open))}` : "still open"],
    label: (minutes) => `Sales by minute: ${amount(sum(minutes.map((m) => cents(m.revenue))))} in all.`,
  },
  {
    id: "declines", readout: "read-declined",
    scale: (minutes) => linear(Math.max(...minutes.map((m) => m.declined), 0), 1, whole.format),
    draw: (minutes, frame, scale) => bars(minutes.map((m) => m.declined), frame, scale),
    read: (m) => [orders(m.declined), `of ${whole.format(m.placed)}`],
    label: (minutes) => `Payments declined by minute: ${orders(sum(minutes.map((m) => m.declined)))} in all.`,
  },
  {
    id: "shorts", readout: "read-short",
    scale: (minutes) => linear(Math.max(...minutes.map((m) => m.short), 0), 1, whole.format),
    draw: (minutes, frame, scale) => bars(minutes.map((m) => m.short), frame, scale),
    read: (m) => [orders(m.short), `of ${whole.format(m.placed)}`],
    label: (minutes) => `Orders out of stock by minute: ${orders(sum(minutes.map((m) => m.short)))} in all.`,
  },
  {
    id: "latencies", readout: "read-took",
    scale: (minutes) => logarithmic(minutes.flatMap((m) => [m.p50_ms, m.p99_ms]).filter((ms) => ms !== null)),
    draw: (minutes, frame, scale) => minutes.flatMap((m, i) => (m.p50_ms === null ? [] : spread(m, frame.middle(i), frame, scale))),
    read: (m) => [took(m.p50_ms), m.p99_ms === null ? "nothing decided" : `99 of 100: ${took(m.p99_ms)}`],
    label: (minutes, all) => `Time from placed to decided by minute: half took no longer than ${took(all.p50_ms)}, 99 of 100 no longer than ${took(all.p99_ms)}.`,
  },
];

const bars = (values, frame, scale) => values.flatMap((value, i) => {
  if (value <= 0) return [];
  const height = Math.max(1.5, scale.at(value) * frame.height);
  const gap = frame.step > 6 ? 2 : 1;
  return [node("rect", { class: "mark", x: frame.left(i) + gap / 2, width: Math.max(1, frame.step - gap), y: frame.bottom - height, height, rx: Math.min(2, frame.step / 4) })];
});
/** A line over each minute that has a value, as wide as the minute. */
const steps = (name, values, frame, scale) => {
  const path = values.map((value, i) => {
    if (value === null) return "";
    const y = frame.y(scale.at(value));
    const joined = i > 0 && values[i - 1] !== null;
    return `${joined ? "L" : "M"}${frame.left(i)} ${y}H${frame.left(i + 1)}`;
  });
  return node("path", { class: name, d: path.join("") || "M0 0" });
};
const spread = (m, x, frame, scale) => {
  const [low, high] = [frame.y(scale.at(m.p50_ms)), frame.y(scale.at(m.p99_ms))];
  const r = Math.min(3.5, Math.max(2, frame.step / 3));
  return [
    node("line", { class: "stem", x1: x, x2: x, y1: low, y2: high }),
    node("circle", { class: "ring", cx: x, cy: high, r: r - 0.5 }),
    node("circle", { class: "mark", cx: x, cy: low, r }),
  ];
};

const frameOf = (box, minutes, scale) => {
  const widest = Math.max(...scale.ticks.map(([, label]) => label.length));
  const [start, end, top, bottom] = [12 + 7 * widest, box.width - 2, 10, box.height - 22];
  const step = (end - start) / Math.max(1, minutes.length);
  const left = (i) => start + i * step;
  return { start, end, top, bottom, height: bottom - top, step, left, middle: (i) => left(i) + step / 2, y: (part) => bottom - part * (bottom - top) };
};

const axes = (minutes, frame, scale) => {
  const drawn = scale.ticks.flatMap(([value, label]) => {
    const y = Math.round(frame.y(scale.at(value))) + 0.5;
    return [
      node("line", { class: "grid", x1: frame.start, x2: frame.end, y1: y, y2: y }),
      node("text", { x: frame.start - 8, y: y + 4, "text-anchor": "end" }, label),
    ];
  });
  // As many times of the day as have room.
  const every = [5, 10, 15, 20, 30].find((n) => n * frame.step > 52) ?? 30;
  minutes.forEach((m, i) => {
    const fits = frame.middle(i) > frame.start + 14 && frame.middle(i) < frame.end - 14;
    if (Number(m.minute.slice(14, 16)) % every === 0 && fits) {
      drawn.push(node("text", { x: frame.middle(i), y: frame.bottom + 18, "text-anchor": "middle" }, clock(m.minute)));
    }
  });
  return drawn;
};

let told = null;
const chosen = new Map();

const readout = (chart) => {
  const minutes = told.minutes;
  const i = Math.min(chosen.get(chart.id) ?? minutes.length - 1, minutes.length - 1);
  const [main, more] = chart.read(minutes[i]);
  byId(chart.readout).replaceChildren(`${clock(minutes[i].minute)} · `, html("b", "", main), ` · ${more}`);
  byId(chart.id).querySelectorAll(".band").forEach((band, at) => band.classList.toggle("on", chosen.has(chart.id) && at === i));
};

const plot = (chart) => {
  const [place, minutes] = [byId(chart.id), told.minutes];
  const box = { width: place.clientWidth, height: place.clientHeight };
  const scale = chart.scale(minutes);
  const frame = frameOf(box, minutes, scale);
  const bands = minutes.map((_, i) => node("rect", { class: "band", x: frame.left(i), width: frame.step, y: frame.top, height: frame.height }));
  const label = chart.label(minutes, told);
  const svg = node("svg", { viewBox: `0 0 ${box.width} ${box.height}`, "aria-hidden": "true" }, ...axes(minutes, frame, scale), ...bands, ...chart.draw(minutes, frame, scale));
  place.setAttribute("aria-label", `${label} Arrow keys read single minutes.`);
  place.replaceChildren(svg);
  place.frame = frame;
  readout(chart);
};

/** A minute is chosen by pointer or by arrow keys, and reads above the chart. */
const choosing = (chart) => {
  const place = byId(chart.id);
  place.tabIndex = 0;
  place.setAttribute("role", "img");
  const choose = (i) => {
    if (told === null || told.minutes.length === 0) return;
    if (i === null) chosen.delete(chart.id);
    else chosen.set(chart.id, Math.max(0, Math.min(told.minutes.length - 1, i)));
    readout(chart);
  };
  place.addEventListener("pointermove", (event) => {
    const x = event.clientX - place.getBoundingClientRect().left;
    if (place.frame) choose(Math.floor((x - place.frame.start) / place.frame.step));
  });
  place.addEventListener("pointerleave", () => choose(null));
  place.addEventListener("blur", () => choose(null));
  place.addEventListener("keydown", (event) => {
    const last = (told?.minutes.length ?? 1) - 1;
    const now = chosen.get(chart.id) ?? last;
    const to = { ArrowLeft: now - 1, ArrowRight: now + 1, Home: 0, End: last, Escape: null }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    choose(to);
    byId(chart.readout).setAttribute("role", "status");
  });
};

const listed = (id, rows, shown) => {
  const most = Math.max(1, ...rows.map(([, value]) => value));
  byId(id).replaceChildren(...rows.map(([name, value, isRest]) => {
    const bar = html("i", "");
    bar.style.width = `${100 * Math.max(0, value) / most}%`;
    return html("li", isRest ? "rest" : "", html("span", "", name), html("span", "", shown(value)), ...(isRest ? [] : [html("span", "track", bar)]));
  }));
};
const COUNTRIES = 8;
const countries = () => {
  const all = told.countries.map((c) => [c.name, cents(c.amount)]).sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]));
  const rest = all.slice(COUNTRIES);
  const more = rest.length === 0 ? [] : [[`${rest.length} more`, sum(rest.map(([, value]) => value)), true]];
  listed("countries", [...all.slice(0, COUNTRIES), ...more], amount);
};
const word = (symbol) => symbol.charAt(0) + symbol.slice(1).toLowerCase().replaceAll("_", " ");
const reasons = () => listed("reasons", told.declines.map((d) => [word(d.reason), d.orders]).sort((a, b) => b[1] - a[1]), whole.format);

const tile = (id, main, sub, unit) => {
  byId(id).replaceChildren(main, ...(unit ? [" ", html("small", "", unit)] : []));
  byId(`${id}-sub`).textContent = sub;
};
const tiles = () => {
  const total = (field) => sum(told.minutes.map((m) => m[field]));
  const placed = total("placed");
  tile("placed", whole.format(placed), `${whole.format(told.decided)} decided`);
  const closed = told.minutes.filter((m) => m.closed !== null);
  const before = sum(closed.map((m) => cents(m.closed)));
  tile("revenue", amount(sum(told.minutes.map((m) => cents(m.revenue)))), closed.length === 0 ? "no minute is closed yet" : `${amount(before)} before refunds`);
  tile("declined", whole.format(total("declined")), share(total("declined"), placed));
  tile("short", whole.format(total("short")), share(total("short"), placed));
  const [main, unit] = took(told.p50_ms).split(" ");
  tile("took", main, `99 of 100 within ${took(told.p99_ms)}`, unit);
};

const table = () => {
  const money = (text) => (text === null ? "–" : amount(cents(text)));
  const rows = [...told.minutes].reverse().map((m) => {
    const head = html("th", "", clock(m.minute));
    head.scope = "row";
    const row = html("tr", "", head, ...[whole.format(m.placed), money(m.revenue), money(m.closed), m.declined, m.short, m.decided, took(m.p50_ms), took(m.p99_ms)].map((text) => html("td", "", String(text))));
    row.dataset.minute = m.minute;
    return row;
  });
  byId("rows").replaceChildren(...rows);
};

const draw = () => {
  if (told === null) return;
  const minutes = told.minutes;
  if (minutes.length === 0) {
    byId("span").textContent = "No order was placed yet.";
    return;
  }
  byId("span").textContent = `${minutes[0].minute.slice(0, 10)}, ${clock(minutes[0].minute)} to ${clock(minutes.at(-1).minute)} UTC, by the minute in which orders were placed`;
  tiles();
  CHARTS.forEach(plot);
  countries();
  reasons();
  table();
};

const state = (name, text) => {
  byId("state").dataset.state = name;
  byId("state").textContent = text;
};
const listen = () => {
  const live = new EventSource("analytics/live");
  live.addEventListener("figures", (event) => {
    told = JSON.parse(event.data);
    state("live", "live");
    draw();
  });
  live.addEventListener("trouble", () => state("trouble", "the figures' store does not answer"));
  // The browser tries again by itself, unless the answer was no stream.
  live.addEventListener("error", () => {
    state("trouble", "reconnecting");
    if (live.readyState === EventSource.CLOSED) setTimeout(listen, 3000);
  });
};

CHARTS.forEach(choosing);
new ResizeObserver(() => requestAnimationFrame(draw)).observe(document.querySelector("main"));
listen();
