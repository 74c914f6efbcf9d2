// Looks at sites in headless Chromium: node check.mjs MODULES SITE...
// Prints what is wrong with them and ends 1, or what was looked at.
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, normalize, relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [, , modules, ...sites] = process.argv;
const require = createRequire(resolve(modules, "package.json"));
const { default: puppeteer } = await import(pathToFileURL(require.resolve("puppeteer-core")));
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const WIDTHS = [360, 768, 1440];
const THEMES = ["light", "dark"];
/** Pages of a kind that are looked at from all sides; every page of a small site is opened. */
const OF_A_KIND = 3;
const SMALL = 400;

const problems = [];
const wrong = (page, what) => problems.push(`${page}: ${what}`);

const files = (folder, below = "") => readdirSync(join(folder, below), { withFileTypes: true })
  .flatMap((e) => (e.isDirectory() ? files(folder, join(below, e.name)) : [join(below, e.name)]));

/** Pages by kind: their folder, or themselves. The largest of a kind come first. */
const kinds = (site, pages) => {
  const groups = new Map();
  for (const page of pages) {
    const kind = page.includes("/") ? (page.includes("/index") ? `${dirname(page)} list` : dirname(page)) : page.replace(/-\d+\.html$/, ".html");
    groups.set(kind, [...(groups.get(kind) ?? []), page]);
  }
  const size = (page) => statSync(join(site, page)).size;
  return [...groups].map(([kind, own]) => [kind, own.sort((a, b) => size(b) - size(a)).slice(0, OF_A_KIND)]);
};

const open = async (tab, site, page) => {
  await tab.goto(pathToFileURL(join(site, page)).href, { waitUntil: "load" });
};

/** Links of the page that is open lead to files, and anchors to elements. */
const ids = new Map();
const links = async (tab, site, page) => {
  const hrefs = await tab.$$eval("a[href], link[href], script[src]", (all) => all.map((a) => a.getAttribute("href") ?? a.getAttribute("src")));
  for (const href of hrefs.filter((h) => !/^(https?|mailto):/.test(h))) {
    const [path, anchor] = href.split("#");
    const target = path === "" ? page : normalize(join(dirname(page), path));
    if (!existsSync(join(site, target))) wrong(page, `${href} leads nowhere`);
    else if (anchor) {
      const key = join(site, target);
      if (!ids.has(key)) ids.set(key, new Set([...readFileSync(key, "utf8").matchAll(/ id="([^"]+)"/g)].map((m) => m[1])));
      if (!ids.get(key).has(anchor)) wrong(page, `${href} has no such anchor`);
    }
  }
};

/** Nothing is wider than the window, and names in drawings stay in their boxes. */
const widths = async (tab, page, width) => {
  const [wide, inner] = await tab.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
  if (wide > inner) wrong(page, `scrolls sideways at ${width} px: ${wide} > ${inner}`);
  const outside = await tab.$$eval("svg.draw .t", (tiles) => tiles.flatMap((tile) => {
    const box = tile.querySelector("rect").getBBox();
    return [...tile.querySelectorAll("text")].filter((text) => {
      const own = text.getBBox();
      return own.x + own.width > box.x + box.width + 1;
    }).map((text) => text.textContent);
  }));
  for (const text of outside) wrong(page, `"${text}" is wider than its box at ${width} px`);
};

const accessible = async (tab, page, how) => {
  await tab.evaluate(axe);
  const found = await tab.evaluate(() => window.axe.run(document, { resultTypes: ["violations"], preload: false }));
  for (const violation of found.violations.filter((v) => ["serious", "critical"].includes(v.impact))) {
    const node = violation.nodes[0];
    wrong(page, `${how}: ${violation.id} (${violation.nodes.length}): ${node.target} ${node.failureSummary?.split("\n").slice(0, 3).join(" ")}`);
  }
  return found.violations.length;
};

const typed = async (tab, query) => {
  await tab.keyboard.press("/");
  await tab.waitForSelector("dialog.find[open]");
  await tab.waitForFunction(() => window.HERALD_SEARCH !== undefined);
  await tab.keyboard.type(query);
  await tab.waitForFunction(() => document.querySelector("#found li[aria-selected=true]") !== null || /Nothing/.test(document.querySelector(".status").textContent));
  return tab.$$eval("#found li", (all) => all.map((li) => li.dataset.href));
};

/** What is found, by keyboard alone. Each expectation: what is typed, and where Enter leads. */
const search = async (tab, site, from, expected) => {
  for (const [query, target] of expected) {
    await open(tab, site, from);
    const hrefs = await typed(tab, query);
    if (hrefs.length > 1) {
      await tab.keyboard.press("ArrowDown");
      const second = await tab.$eval("#found li[aria-selected=true]", (li) => li.dataset.href);
      if (second !== hrefs[1]) wrong(from, `ArrowDown chose ${second}, not ${hrefs[1]}`);
      await tab.keyboard.press("ArrowUp");
    }
    await Promise.all([tab.waitForNavigation({ timeout: 5000 }).catch(() => {}), tab.keyboard.press("Enter")]);
    const url = new URL(tab.url());
    const got = relative(site, decodeURIComponent(url.pathname)) + url.hash;
    if (got !== target) wrong(from, `"${query}" led to ${got}, not ${target}`);
  }
  await open(tab, site, from);
  await typed(tab, "a");
  await tab.keyboard.press("Escape");
  if (await tab.$("dialog.find[open]")) wrong(from, "Escape leaves the search open");
};

/** How long an answer takes, in milliseconds: the longest of some queries. */
const speed = async (tab, site, from, queries) => {
  await open(tab, site, from);
  await typed(tab, "x");
  return tab.evaluate((asked) => Math.max(...asked.map((query) => {
    const input = document.querySelector("#find");
    input.value = query;
    const start = performance.now();
    input.dispatchEvent(new Event("input"));
    return performance.now() - start;
  })), queries);
};

const folding = async (tab, site, page) => {
  await open(tab, site, page);
  const details = "table.fields details";
  if (!(await tab.$(details))) return wrong(page, "has nothing to fold");
  const isOpen = () => tab.$eval(details, (d) => d.open);
  await tab.focus(`${details} > summary`);
  await tab.keyboard.press("Enter");
  if (!(await isOpen())) wrong(page, "Enter does not unfold");
  await tab.click(`${details} > summary`);
  if (await isOpen()) wrong(page, "a click does not fold");
  if (await tab.$("button.fold")) {
    await tab.click("button.fold");
    const folded = await tab.$$eval(details, (all) => all.filter((d) => !d.open).length);
    if (folded > 0) wrong(page, `"Unfold all" leaves ${folded} folded`);
  }
};

const themes = async (tab, site, page) => {
  await open(tab, site, page);
  const paper = () => tab.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const before = await paper();
  await tab.click("button.theme");
  const after = await paper();
  if (before === after) wrong(page, "the theme does not change");
  await open(tab, site, page);
  if ((await paper()) !== after) wrong(page, "the theme is forgotten");
  await tab.click("button.theme");
};

/** On paper there is white ground and black ink, whatever was chosen, and no navigation; no table is cut. */
const printed = async (tab, site, page) => {
  await tab.setViewport({ width: 690, height: 1000 });
  await open(tab, site, page);
  for (const theme of ["light", "dark"]) {
    await tab.emulateMediaFeatures([{ name: "prefers-color-scheme", value: theme }]);
    await tab.evaluate((chosen) => { document.documentElement.dataset.theme = chosen; }, theme);
    await tab.emulateMediaType("print");
    const [paper, ink, wide, inner, left] = await tab.evaluate(() => {
      const style = getComputedStyle(document.body);
      const left = [...document.querySelectorAll(".top, .side, .toc, .foot, .pager")].filter((e) => e.offsetParent !== null);
      return [style.backgroundColor, style.color, document.documentElement.scrollWidth, document.documentElement.clientWidth, left.map((e) => e.className)];
    });
    if (paper !== "rgb(255, 255, 255)" || ink !== "rgb(0, 0, 0)") wrong(page, `is printed ${ink} on ${paper} where ${theme} is chosen`);
    // A matrix of many services is as wide as it is.
    if (wide > inner && !page.startsWith("matrix")) wrong(page, `is cut in print: ${wide} > ${inner}`);
    if (left.length > 0) wrong(page, `prints ${left}`);
    await tab.emulateMediaType("screen");
  }
  await tab.evaluate(() => { delete document.documentElement.dataset.theme; });
};

const withoutScript = async (browser, site, page) => {
  const tab = await browser.newPage();
  await tab.setJavaScriptEnabled(false);
  await tab.setViewport({ width: 360, height: 800 });
  await open(tab, site, page);
  const shown = await tab.$eval("main", (m) => m.innerText.length).catch(() => 0);
  if (shown < 200) wrong(page, "is empty without JavaScript");
  if (await tab.$("button")) wrong(page, "has buttons that do nothing without JavaScript");
  await tab.click("a.menu");
  const menu = await tab.$eval("#nav", (n) => getComputedStyle(n).display);
  if (menu === "none") wrong(page, "the menu does not open without JavaScript");
  await tab.close();
};

const look = async (browser, site) => {
  const pages = files(site).filter((f) => f.endsWith(".html"));
  const chosen = kinds(site, pages);
  const tab = await browser.newPage();
  let current = "";
  tab.on("console", (m) => { if (["error", "warn", "warning"].includes(m.type())) wrong(current, `console: ${m.text()}`); });
  tab.on("pageerror", (e) => wrong(current, `error: ${e.message}`));
  tab.on("requestfailed", (r) => wrong(current, `not loaded: ${r.url()}`));
  await tab.evaluateOnNewDocument(() => {
    window.shifts = 0;
    new PerformanceObserver((list) => { for (const e of list.getEntries()) window.shifts += e.value; }).observe({ type: "layout-shift", buffered: true });
  });
  let notes = 0;
  let seen = 0;
  for (const [, own] of chosen) {
    for (const [place, page] of own.entries()) {
      current = page;
      for (const theme of place === 0 ? THEMES : THEMES.slice(0, 1)) {
        await tab.emulateMediaFeatures([{ name: "prefers-color-scheme", value: theme }]);
        for (const width of WIDTHS) {
          await tab.setViewport({ width, height: 900 });
          await open(tab, site, page);
          await widths(tab, page, width);
          const shifts = await tab.evaluate(() => window.shifts);
          if (shifts > 0.01) wrong(page, `moves while it loads at ${width} px: ${shifts.toFixed(3)}`);
        }
        if (place === 0) {
          notes += await accessible(tab, page, theme);
          await tab.setViewport({ width: 360, height: 900 });
          notes += await accessible(tab, page, `${theme}, 360 px`);
        }
      }
      await links(tab, site, page);
      if (place === 0) await printed(tab, site, page);
      seen += 1;
    }
  }
  await tab.emulateMediaFeatures([{ name: "prefers-color-scheme", value: "light" }]);
  if (pages.length <= SMALL) {
    for (const page of pages) {
      current = page;
      await open(tab, site, page);
      await links(tab, site, page);
    }
  }
  await tab.setViewport({ width: 1440, height: 900 });
  const events = pages.filter((p) => p.startsWith("events/") && !p.includes("/index"));
  const name = (page) => page.replace(/^.*\/|\.html$/g, "");
  const some = events[Math.floor(events.length / 2)];
  const words = name(some).replace(/([a-z0-9])([A-Z])/g, "$1 $2").replace(/([a-z])(\d)/g, "$1 $2").replace(/(\d)([a-zA-Z])/g, "$1 $2").split(" ");
  const last = words.at(-1);
  const swapped = last.slice(0, 2) + last[3] + last[2] + last.slice(4);
  const expected = [
    [name(some), some],
    [words.join(" ").toLowerCase(), some],
    [[...words.slice(0, -1), swapped].join("-").toLowerCase(), some],
    [name(some).toLowerCase(), some],
  ];
  if (events.includes("events/OrderPlaced.html")) {
    expected.push(["order placed", "events/OrderPlaced.html"], ["order-plcaed", "events/OrderPlaced.html"],
      ["coupon", "events/OrderPlaced.html#f-coupon"], ["payment", "services/payment.html"]);
  }
  current = some;
  await search(tab, site, "index.html", expected);
  await search(tab, site, some, expected.slice(0, 1));
  const ms = await speed(tab, site, "index.html", [...expected.map((e) => e[0]), "e", "de", "deliv", "xqzvkj", "recipient address"]);
  const folded = events.filter((p) => readFileSync(join(site, p), "utf8").includes("<details><summary>"));
  await folding(tab, site, folded[0] ?? some);
  await themes(tab, site, some);
  await withoutScript(browser, site, some);
  await tab.close();
  console.log(`${site}: ${pages.length} pages of ${chosen.length} kinds, ${seen} looked at from all sides, ${notes} lesser notes of axe, search at most ${ms.toFixed(1)} ms`);
};

const browser = await puppeteer.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  // Root, as in containers, has no sandbox to be in.
  args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
});
for (const site of sites) await look(browser, resolve(site));
await browser.close();
for (const problem of problems.slice(0, 100)) console.error(problem);
if (problems.length > 0) console.error(`${problems.length} problems`);
process.exit(problems.length > 0 ? 1 : 0);
