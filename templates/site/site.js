/* The script of all pages: theme, search, copying, folding, the map. Pages read without it; what
   needs it is made by it. */
(() => {
  "use strict";
  const root = document.currentScript.dataset.root || "";
  const html = document.documentElement;

  // Theme: chosen before anything is painted.
  const kept = {
    get() { try { return localStorage.getItem("herald-theme"); } catch { return null; } },
    set(value) { try { localStorage.setItem("herald-theme", value); } catch { /* kept for this page */ } },
  };
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const theme = () => html.dataset.theme || (dark.matches ? "dark" : "light");
  const chosen = kept.get();
  if (chosen === "dark" || chosen === "light") html.dataset.theme = chosen;
  html.classList.add("js");

  /** An element with attributes and children. */
  const make = (tag, attributes = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name in element && typeof value === "function") element[name] = value;
      else element.setAttribute(name, value);
    }
    element.append(...children);
    return element;
  };

  // Search.

  /** Words of a query: `OrderPlaced`, `order placed` and `order-placed` are the same three. */
  const tokens = (text) => text
    .replace(/(\p{Ll})(\p{Lu})/gu, "$1 $2")
    .replace(/(\p{L})(\p{N})/gu, "$1 $2")
    .replace(/(\p{N})(\p{L})/gu, "$1 $2")
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean);

  /** Whether two words differ by at most `most` letters put in, left out, changed or swapped. */
  const near = (a, b, most) => {
    if (Math.abs(a.length - b.length) > most) return false;
    let older = [], old = Array.from({ length: b.length + 1 }, (_, i) => i);
    for (let i = 1; i <= a.length; i++) {
      const row = [i];
      let least = i;
      for (let j = 1; j <= b.length; j++) {
        const same = a[i - 1] === b[j - 1] ? 0 : 1;
        let cost = Math.min(old[j] + 1, row[j - 1] + 1, old[j - 1] + same);
        if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
          cost = Math.min(cost, older[j - 2] + 1);
        }
        row.push(cost);
        if (cost < least) least = cost;
      }
      if (least > most) return false;
      older = old;
      old = row;
    }
    return old[b.length] <= most;
  };

  /** The index, taken apart: see `search.rs` for how it is written. */
  class Index {
    constructor(data) {
      this.kinds = data.kinds;
      this.entries = data.entries.split("\n");
      this.entries.pop();
      this.words = data.words.split("\n");
      this.words.pop();
      this.posts = data.posts.split("\n");
      this.lists = new Map();
    }

    /** Entries that have a word in their name, fields, text. */
    postings(word) {
      let lists = this.lists.get(word);
      if (!lists) {
        lists = this.posts[word].split("|").map((list) => {
          let id = 0;
          return list === "" ? [] : list.split(",").map((step) => (id += parseInt(step, 36)));
        });
        this.lists.set(word, lists);
      }
      return lists;
    }

    /** Words that a token may mean, each with how well it fits; misspelt ones only if that is asked. */
    meant(token, misspelt) {
      const found = [];
      const { words } = this;
      let low = 0, high = words.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (words[middle] < token) low = middle + 1; else high = middle;
      }
      for (let at = low; at < words.length && words[at].startsWith(token); at++) {
        found.push([at, words[at] === token ? 1 : 0.55 + 0.35 * token.length / words[at].length]);
        if (found.length >= 400) break;
      }
      if (token.length >= 3 && found.length < 20) {
        for (let at = 0; at < words.length && found.length < 200; at++) {
          if (words[at].indexOf(token) > 0) found.push([at, 0.4]);
        }
      }
      if (misspelt && found.length === 0 && token.length >= 4) {
        const most = token.length >= 8 ? 2 : 1;
        for (let at = 0; at < words.length; at++) {
          if (near(token, words[at], most)) found.push([at, 0.45]);
        }
      }
      return found;
    }

    /** The best entries for a query, each with the field that it was found by, if that is why. */
    search(query, most) {
      const asked = tokens(query);
      if (asked.length === 0) return [];
      const count = this.entries.length;
      const sum = new Float32Array(count);
      const hits = new Uint8Array(count);
      const field = new Uint8Array(count);
      // What was typed as one word may be one in the index as well: `orderplaced`.
      const all = asked.length > 1 ? [...asked, asked.join("")] : asked;
      const best = new Float32Array(count);
      all.forEach((token, place) => {
        const joined = place >= asked.length;
        best.fill(0);
        for (const [word, fits] of this.meant(token, !joined)) {
          this.postings(word).forEach((list, kind) => {
            const score = fits * (kind === 0 ? 10 : kind === 1 ? 4 : 2.5);
            for (const id of list) {
              if (score > best[id]) {
                best[id] = score;
                if (kind === 1) field[id] = 1; else if (kind === 0) field[id] = 0;
              }
            }
          });
        }
        for (let id = 0; id < count; id++) {
          if (best[id] > 0) {
            sum[id] += best[id];
            hits[id] = joined ? asked.length : hits[id] + 1;
          }
        }
      });
      let wanted = 0;
      for (let id = 0; id < count; id++) if (hits[id] > wanted) wanted = hits[id];
      const whole = asked.join("");
      const ranked = [];
      for (let id = 0; id < count; id++) {
        if (wanted > 0 && hits[id] === wanted) ranked.push(id);
      }
      ranked.sort((a, b) => sum[b] - sum[a] || a - b);
      return ranked
        .slice(0, most * 4)
        .map((id) => {
          const [kind, name, url, about, fields] = this.entries[id].split("\t");
          const flat = name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
          const bonus = flat === whole ? 20 : flat.startsWith(whole) ? 4 : 0;
          const [word, folder] = this.kinds[kind];
          return {
            kind: word, name, about, url: url || `${folder}/${name}.html`,
            field: field[id] ? this.named(fields, asked) : "",
            score: sum[id] + bonus - name.length / 200 - kind / 100,
          };
        })
        .sort((a, b) => b.score - a.score)
        .slice(0, most);
    }

    /** The field that most words of a query are in. */
    named(fields, asked) {
      let name = "", most = 0;
      for (const field of fields.split(" ")) {
        const words = tokens(field);
        const fit = asked.filter((a) => words.some((w) => w.startsWith(a) || near(a, w, 1))).length;
        if (fit > most) [name, most] = [field, fit];
      }
      return name;
    }
  }

  let index = null;
  let loading = null;
  const load = () => {
    loading ||= new Promise((done, failed) => {
      document.head.append(make("script", {
        src: `${root}assets/search.js`,
        onload: () => { index = new Index(window.HERALD_SEARCH); done(); },
        onerror: failed,
      }));
    });
    return loading;
  };

  let dialog = null;
  const openSearch = () => {
    dialog ||= buildSearch();
    if (!dialog.open) dialog.showModal();
    dialog.querySelector("input").select();
    load().then(() => dialog.dispatchEvent(new Event("ready")));
  };

  const buildSearch = () => {
    const input = make("input", {
      type: "search", id: "find", placeholder: "Events, services, fields, words …",
      autocomplete: "off", spellcheck: "false", role: "combobox", "aria-label": "Search",
      "aria-controls": "found", "aria-expanded": "false", "aria-autocomplete": "list",
    });
    const list = make("ul", { id: "found", role: "listbox", "aria-label": "Results" });
    const status = make("p", { class: "status", role: "status" }, "Type what you look for.");
    const box = make("dialog", { class: "find", "aria-label": "Search" },
      make("div", { class: "ask" }, input, make("kbd", {}, "Esc")), list, status);
    let at = -1;
    const mark = (next) => {
      const options = list.children;
      options[at]?.setAttribute("aria-selected", "false");
      at = options.length === 0 ? -1 : (next + options.length) % options.length;
      const option = options[at];
      if (!option) return input.removeAttribute("aria-activedescendant");
      option.setAttribute("aria-selected", "true");
      option.scrollIntoView({ block: "nearest" });
      input.setAttribute("aria-activedescendant", option.id);
    };
    const show = () => {
      if (!index) return;
      const query = input.value;
      const results = index.search(query, 14);
      list.replaceChildren(...results.map((r, i) => {
        const href = root + r.url + (r.field ? `#f-${r.field}` : "");
        const name = make("bdi", { class: "name" }, r.name);
        const about = make("span", { class: "about", dir: "auto" }, r.field ? `field ${r.field}` : r.about);
        return make("li", { role: "option", id: `r${i}`, "aria-selected": "false", "data-href": href, onclick: () => go(href) },
          make("span", { class: `ref ${r.kind}` }), name, make("span", { class: "kind" }, r.kind), about);
      }));
      at = -1;
      mark(0);
      input.setAttribute("aria-expanded", String(results.length > 0));
      status.textContent = query.trim() === "" ? "Type what you look for."
        : results.length === 0 ? "Nothing of that name." : `${results.length} found; arrows choose, Enter opens.`;
    };
    const go = (href) => {
      box.close();
      location.href = href;
    };
    input.addEventListener("input", show);
    box.addEventListener("ready", show);
    box.addEventListener("click", (event) => { if (event.target === box) box.close(); });
    input.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown") mark(at + 1);
      else if (event.key === "ArrowUp") mark(at - 1);
      else if (event.key === "Enter") {
        const href = list.children[at]?.dataset.href;
        if (href) go(href);
      } else if (event.key === "Escape") box.close();
      else return;
      event.preventDefault();
    });
    document.body.append(box);
    return box;
  };

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    const slash = event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !typing;
    const k = event.key === "k" && (event.ctrlKey || event.metaKey);
    if (slash || k) {
      event.preventDefault();
      openSearch();
    } else if (event.key === "Escape" && location.hash === "#nav") {
      location.hash = "#main";
    }
  });

  // What needs the page.

  const tools = () => {
    const place = document.querySelector(".tools");
    const sun = make("button", { class: "theme", type: "button" });
    const name = () => sun.setAttribute("aria-label", theme() === "dark" ? "Use light colours" : "Use dark colours");
    sun.onclick = () => {
      html.dataset.theme = theme() === "dark" ? "light" : "dark";
      kept.set(html.dataset.theme);
      name();
    };
    name();
    place.prepend(
      make("button", { class: "search", type: "button", "aria-keyshortcuts": "/", onclick: openSearch },
        make("span", {}, "Search"), make("kbd", {}, "/")),
      sun,
    );
  };

  const copyButtons = () => {
    for (const figure of document.querySelectorAll("figure.code")) {
      const button = make("button", { class: "copy", type: "button" }, "Copy");
      button.onclick = () => {
        const done = (text) => {
          button.textContent = text;
          setTimeout(() => { button.textContent = "Copy"; }, 1500);
        };
        const text = figure.querySelector("pre").textContent;
        navigator.clipboard?.writeText(text).then(() => done("Copied"), () => done("Not allowed"))
          ?? done("Not allowed");
      };
      figure.querySelector("figcaption").append(button);
    }
  };

  /** A button that unfolds everything below a heading, where something can be folded. */
  const foldButtons = () => {
    for (const heading of document.querySelectorAll("main section > h2")) {
      const folded = heading.parentElement.querySelectorAll("table.fields details");
      if (folded.length < 2) continue;
      const button = make("button", { class: "fold", type: "button", "aria-pressed": "false" }, "Unfold all");
      button.onclick = () => {
        const open = button.getAttribute("aria-pressed") !== "true";
        button.setAttribute("aria-pressed", String(open));
        button.textContent = open ? "Fold all" : "Unfold all";
        for (const details of folded) details.open = open;
      };
      heading.after(button);
    }
  };

  /** An address may lead into something folded. */
  const unfoldTarget = () => {
    const id = decodeURIComponent(location.hash.slice(1));
    const target = id && document.getElementById(id);
    for (let at = target; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
  };

  /** Pointing at a box of the map shows its lines alone. */
  const mapLines = () => {
    for (const svg of document.querySelectorAll("svg.draw")) {
      const nets = [...svg.querySelectorAll(".net")].map((net) => [net, net.dataset.n.split(" ")]);
      if (nets.length === 0) continue;
      const point = (event) => {
        const box = event.target.closest("[data-t]");
        svg.classList.toggle("pointed", Boolean(box));
        for (const [net, ends] of nets) net.classList.toggle("on", Boolean(box) && ends.includes(box.dataset.t));
      };
      const leave = () => svg.classList.remove("pointed");
      svg.addEventListener("pointerover", point);
      svg.addEventListener("focusin", point);
      svg.addEventListener("pointerleave", leave);
      svg.addEventListener("focusout", leave);
    }
  };

  /** The table of contents follows what is read. */
  const follow = () => {
    const links = new Map([...document.querySelectorAll(".toc a")].map((a) => [a.hash.slice(1), a]));
    if (links.size === 0 || !("IntersectionObserver" in window)) return;
    const seen = new Set();
    const observer = new IntersectionObserver((entries) => {
      for (const entry of entries) {
        const id = entry.target.getAttribute("aria-labelledby");
        if (entry.isIntersecting) seen.add(id); else seen.delete(id);
      }
      const first = [...links.keys()].find((id) => seen.has(id));
      for (const [id, link] of links) {
        if (id === first) link.setAttribute("aria-current", "true"); else link.removeAttribute("aria-current");
      }
    }, { rootMargin: "-80px 0px -60% 0px" });
    for (const section of document.querySelectorAll("main section[aria-labelledby]")) observer.observe(section);
  };

  document.addEventListener("DOMContentLoaded", () => {
    tools();
    copyButtons();
    foldButtons();
    unfoldTarget();
    mapLines();
    follow();
  });
  addEventListener("hashchange", unfoldTarget);
})();
