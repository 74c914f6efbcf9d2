// Watches the page of the analytics service in headless Chromium while the demo places its orders:
// node page.mjs MODULES DEMO ORDERS [SCREENSHOTS]. MODULES is a folder with puppeteer-core and
// axe-core, DEMO the program, ORDERS its order file. Prints what is wrong and ends 1, or what was
// looked at. With a folder for SCREENSHOTS, pictures of every width and theme are left there.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [, , modules, program, file, pictures] = process.argv;
const require = createRequire(resolve(modules, "package.json"));
const { default: puppeteer } = await import(pathToFileURL(require.resolve("puppeteer-core")));
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const WIDTHS = [360, 768, 1440];
const THEMES = ["light", "dark"];
const problems = [];
const wrong = (what) => problems.push(what);
const same = (what, found, wanted) => { if (found !== wanted) wrong(`${what}: found ${found}, expected ${wanted}`); };

/** The demo, and what it has printed so far. */
const demo = spawn(program, ["--serve"], { stdio: ["ignore", "pipe", "inherit"] });
let printed = "";
let ended = false;
const waiting = new Set();
demo.stdout.on("data", (text) => { printed += text; for (const look of waiting) look(); });
demo.on("exit", () => { ended = true; for (const look of waiting) look(); });
const prints = (pattern) => new Promise((found, failed) => {
  const look = () => {
    const match = printed.match(pattern);
    if (match) { waiting.delete(look); found(match[1]); }
    else if (ended) failed(new Error(`the demo ended before it printed ${pattern}`));
  };
  waiting.add(look);
  look();
});

/** UUID version 5 in the namespace of URLs: the order of a number of the file. */
const orderId = (name) => {
  const space = Buffer.from("6ba7b8119dad11d180b400c04fd430c8", "hex");
  const hash = createHash("sha1").update(space).update(name).digest().subarray(0, 16);
  hash[6] = (hash[6] & 0x0f) | 0x50;
  hash[8] = (hash[8] & 0x3f) | 0x80;
  return hash.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
};
const get = async (url) => {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
  return answer.json();
};
const post = async (url, body) => {
  const answer = await fetch(url, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
};
const cents = (text) => Number(text.replaceAll(",", "").replace(".", ""));
const money = (value) => (value / 100).toLocaleString("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** Figures by minute, from what the order and payment services say of every order of the file. */
const expected = async (orders, payments) => {
  const numbers = readFileSync(file, "utf8").trim().split("\n").map((line) => JSON.parse(line).order_id);
  const minutes = new Map();
  for (let at = 0; at < numbers.length; at += 20) {
    await Promise.all(numbers.slice(at, at + 20).map(async (number) => {
      const id = orderId(number);
      const [order, payment] = await Promise.all([get(`${orders}/${id}`), get(`${payments}/${id}`)]);
      const minute = `${order.placed_at.slice(0, 16)}:00Z`;
      const of = minutes.get(minute) ?? { placed: 0, revenue: 0, closed: 0, declined: 0, decided: 0 };
      of.placed += 1;
      of.decided += order.decided_at === null ? 0 : 1;
      if (order.state === "CONFIRMED") of.revenue += cents(order.total);
      if (["CONFIRMED", "REFUNDED"].includes(order.state)) of.closed += cents(order.total);
      if (payment.state === "DECLINED") of.declined += 1;
      minutes.set(minute, of);
    }));
  }
  return minutes;
};

/** The page's table: what is read in each column, by minute. */
const table = (tab) => tab.$$eval("#rows tr", (rows) => rows.map((row) => [row.dataset.minute, [...row.querySelectorAll("td")].map((cell) => cell.textContent)]));
const text = (tab, id) => tab.$eval(`#${id}`, (found) => found.textContent);
const total = (minutes, field) => [...minutes.values()].reduce((all, of) => all + of[field], 0);

const figures = async (tab, minutes) => {
  const rows = new Map(await table(tab));
  if (rows.size < 60) wrong(`the table has ${rows.size} minutes`);
  for (const [minute, of] of minutes) {
    const [placed, revenue, closed, declined, , decided] = rows.get(minute) ?? [];
    same(`placed at ${minute}`, Number(placed), of.placed);
    same(`revenue at ${minute}`, cents(revenue ?? ""), of.revenue);
    same(`closed at ${minute}`, closed === "–" ? 0 : cents(closed ?? ""), of.closed);
    same(`declined at ${minute}`, Number(declined), of.declined);
    same(`decided at ${minute}`, Number(decided), of.decided);
  }
  same("orders placed", cents(await text(tab, "placed")), total(minutes, "placed"));
  same("revenue", cents(await text(tab, "revenue")), total(minutes, "revenue"));
  same("payments declined", cents(await text(tab, "declined")), total(minutes, "declined"));
  same("bars of declined payments", await tab.$$eval("#declines .mark", (all) => all.length), [...minutes.values()].filter((of) => of.declined > 0).length);
  same("refusals by reason", await tab.$$eval("#reasons li span:nth-child(2)", (all) => all.reduce((sum, one) => sum + Number(one.textContent), 0)), total(minutes, "declined"));
};

/** What happens now shows without loading the page again. */
const live = async (tab, orders, minutes) => {
  const [placed, revenue] = [cents(await text(tab, "placed")), cents(await text(tab, "revenue"))];
  const id = "7b0c8a52-6c0e-4d5f-9a44-2f3c8a4f7d11";
  const latest = [...minutes.keys()].sort().at(-1);
  // Of this article plenty is left, and customers of this country are not refused.
  const line = { sku: "NW-0075", name: "Rhönbräu Klosterbier", quantity: 1, unit_price: "7.75" };
  await post(orders, { order_id: id, customer_id: "ANTON", customer_email: "you@example.com", country: "Mexico", placed_at: latest, currency: "USD", lines: [line] });
  const shows = (id, wanted) => tab.waitForFunction((id, wanted) => document.getElementById(id).textContent === wanted, { timeout: 20_000 }, id, wanted)
    .catch(async () => wrong(`${id} shows ${await text(tab, id)}, not ${wanted}`));
  await shows("placed", String(placed + 1));
  await shows("revenue", money(revenue + 775));
  await post(`${orders}/${id}/refund`, { reason: "The page is looked at." });
  await shows("revenue", money(revenue));
};

const keyboard = async (tab) => {
  await tab.focus("#sales");
  const before = await text(tab, "read-sales");
  await tab.keyboard.press("Home");
  const first = await text(tab, "read-sales");
  await tab.keyboard.press("ArrowRight");
  const second = await text(tab, "read-sales");
  if (new Set([before, first, second]).size !== 3) wrong(`arrow keys read "${before}", "${first}", "${second}"`);
  await tab.keyboard.press("Escape");
  same("what reads after Escape", await text(tab, "read-sales"), before);
  await tab.focus("summary");
  await tab.keyboard.press("Enter");
  if (!(await tab.$eval("details", (found) => found.open))) wrong("Enter does not open the table");
};

const sides = async (tab, url) => {
  let notes = 0;
  for (const theme of THEMES) {
    await tab.emulateMediaFeatures([{ name: "prefers-color-scheme", value: theme }]);
    for (const width of WIDTHS) {
      const how = `${theme}, ${width} px`;
      await tab.setViewport({ width, height: 900 });
      await tab.goto(url, { waitUntil: "domcontentloaded" });
      await tab.waitForSelector("#latencies .mark");
      const [wide, inner] = await tab.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
      if (wide > inner) wrong(`${how}: scrolls sideways, ${wide} > ${inner}`);
      const outside = await tab.$$eval(".plot", (plots) => plots.flatMap((plot) => {
        const box = plot.getBoundingClientRect();
        return [...plot.querySelectorAll("text")].filter((text) => {
          const own = text.getBoundingClientRect();
          return own.left < box.left - 1 || own.right > box.right + 1;
        }).map((text) => text.textContent);
      }));
      for (const label of outside) wrong(`${how}: "${label}" is outside its chart`);
      if (pictures) await tab.screenshot({ path: join(pictures, `page-${theme}-${width}.png`), fullPage: true });
      await tab.$eval("details", (found) => { found.open = true; });
      await tab.evaluate(axe);
      const found = await tab.evaluate(() => window.axe.run(document, { resultTypes: ["violations"], preload: false }));
      for (const violation of found.violations.filter((v) => ["serious", "critical"].includes(v.impact))) {
        wrong(`${how}: ${violation.id}: ${violation.nodes[0].target} ${violation.nodes[0].failureSummary}`);
      }
      notes += found.violations.length;
    }
  }
  return notes;
};

const browser = await puppeteer.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  // Root, as in containers, has no sandbox to be in.
  args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
});
try {
  const url = await prints(/Watch it live: (\S+)/);
  const origin = new URL(url).origin;
  const tab = await browser.newPage();
  let isOver = false;
  tab.on("console", (m) => { if (!isOver && ["error", "warn", "warning"].includes(m.type())) wrong(`console: ${m.text()}`); });
  tab.on("pageerror", (e) => wrong(`error: ${e.message}`));
  tab.on("request", (r) => { if (!r.url().startsWith(origin) && !r.url().startsWith("data:")) wrong(`loads ${r.url()}`); });
  // Every figure that the tile has shown, while orders come in.
  await tab.evaluateOnNewDocument(() => {
    window.seen = [];
    addEventListener("DOMContentLoaded", () => {
      const tile = document.getElementById("placed");
      new MutationObserver(() => window.seen.push(Number(tile.textContent))).observe(tile, { childList: true });
    });
  });
  await tab.goto(url, { waitUntil: "domcontentloaded" });
  const orders = await prints(/ (http\S+\/orders) -H/);
  const payments = (await prints(/ (http\S+\/payments)\//));
  const minutes = await expected(orders, payments);
  const all = String(total(minutes, "placed"));
  await tab.waitForFunction((all) => document.getElementById("placed").textContent === all, { timeout: 20_000 }, all).catch(() => {});
  const seen = await tab.evaluate(() => [...new Set(window.seen)]);
  if (seen.length < 3) wrong(`while orders came in, the page showed ${seen} of them`);
  if (seen.some((n, at) => at > 0 && n < seen[at - 1])) wrong(`orders went away: ${seen}`);
  same("the state", await text(tab, "state"), "live");
  await figures(tab, minutes);
  await keyboard(tab);
  await live(tab, orders, minutes);
  const notes = await sides(tab, url);
  isOver = true;
  demo.kill("SIGINT");
  await tab.waitForFunction(() => document.getElementById("state").textContent === "reconnecting", { timeout: 20_000 })
    .catch(() => wrong("the page does not say that the service went away"));
  console.log(`${all} orders in ${minutes.size} minutes, shown in ${seen.length} steps while they came; ${notes} lesser notes of axe`);
} catch (error) {
  wrong(error.stack);
} finally {
  await browser.close();
  demo.kill("SIGINT");
}
for (const problem of problems.slice(0, 100)) console.error(problem);
if (problems.length > 0) console.error(`${problems.length} problems`);
process.exit(problems.length > 0 ? 1 : 0);
