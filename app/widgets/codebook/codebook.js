// How each layer's codebook is used: by this clip and over the data set, code by code.

import { onThemeChange, themeColours } from "../shared/colour.js";
import { fitCanvas, h, onResize, setText } from "../shared/dom.js";

const decimal = (value, places = 1) => value.toFixed(places);

function card(layer) {
  const canvas = h("canvas", { class: "histogram", role: "img", tabindex: "0" });
  const pointed = h("span", { class: "note pointed" });
  const cell = (name) => h("td", { "data-cell": name });
  const table = h(
    "table",
    {},
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        h("td", {}),
        h("th", { scope: "col" }, "this clip"),
        h("th", { scope: "col" }, "data set"),
      ),
    ),
    h(
      "tbody",
      {},
      h("tr", {}, h("th", { scope: "row" }, "codes used"), cell("clip-used"), cell("data-used")),
      h(
        "tr",
        {},
        h("th", { scope: "row" }, "perplexity"),
        cell("clip-perplexity"),
        cell("data-perplexity"),
      ),
      h("tr", {}, h("th", { scope: "row" }, "entropy"), cell("clip-entropy"), cell("data-entropy")),
    ),
  );
  const element = h(
    "article",
    { class: "codebook-card", "data-layer": layer + 1 },
    h("div", { class: "card-head" }, h("h3", {}, `Layer ${layer + 1}`), pointed),
    canvas,
    table,
  );
  return { element, canvas, table, pointed };
}

/** Codes from most to least used over the data set (by number where that is not known). */
function ranking(usage, layer, size) {
  const codes = Array.from({ length: size }, (_, code) => code);
  if (!usage.data_counts) return codes;
  const at = layer * size;
  return codes.sort((a, b) => usage.data_counts.values[at + b] - usage.data_counts.values[at + a]);
}

export function mountCodebook(place, studio) {
  const cards = h("div", { class: "cards" });
  const note = h("p", { class: "note" });
  place.append(note, cards);
  let built = [];
  let usage = null;
  let theme = null;

  function draw(layer) {
    const { canvas, ranked } = built[layer];
    const { context, width, height } = fitCanvas(canvas);
    theme ??= themeColours(place);
    const size = usage.num_embeddings;
    const at = layer * size;
    const [base, clipHigh] = [height * 0.62, height * 0.3];
    const bar = width / size;
    const most = (counts) => Math.max(1, ...counts.values.subarray(at, at + size));
    context.clearRect(0, 0, width, height);
    if (usage.data_counts) {
      const top = most(usage.data_counts);
      context.fillStyle = theme.ghost;
      ranked.forEach((code, rank) => {
        const high = (base - 2) * (usage.data_counts.values[at + code] / top);
        context.fillRect(rank * bar, base - high, Math.max(bar, 0.6), high);
      });
    }
    context.fillStyle = theme.line;
    context.fillRect(0, base, width, 1);
    const clipTop = most(usage.clip_counts);
    context.fillStyle = theme.accent;
    ranked.forEach((code, rank) => {
      const count = usage.clip_counts.values[at + code];
      if (count)
        context.fillRect(
          rank * bar,
          base + 2,
          Math.max(bar, 1.5),
          4 + (clipHigh - 4) * (count / clipTop),
        );
    });
  }

  function show(layer) {
    const { canvas, table } = built[layer];
    const set = (name, text) => setText(table.querySelector(`[data-cell=${name}]`), text);
    for (const [name, rows] of [
      ["clip", usage.clip],
      ["data", usage.data],
    ]) {
      const row = rows?.[layer];
      set(`${name}-used`, row ? `${row.used} of ${usage.num_embeddings}` : "not recorded");
      set(`${name}-perplexity`, row ? decimal(row.perplexity) : "–");
      set(`${name}-entropy`, row ? `${decimal(row.entropy_bits, 2)} bits` : "–");
    }
    canvas.setAttribute(
      "aria-label",
      `Layer ${layer + 1}: use of its ${usage.num_embeddings} codes, most used first; above the line over the data set, below it in this clip`,
    );
    draw(layer);
  }

  function build(count) {
    built = Array.from({ length: count }, (_, layer) => card(layer));
    cards.replaceChildren(...built.map(({ element }) => element));
    built.forEach(({ canvas, pointed }, layer) => {
      canvas.addEventListener("pointermove", (event) => {
        const box = canvas.getBoundingClientRect();
        const size = usage.num_embeddings;
        const rank = Math.min(
          size - 1,
          Math.max(0, Math.floor(((event.clientX - box.left) / box.width) * size)),
        );
        const code = built[layer].ranked[rank];
        const over = usage.data_counts
          ? `, ${usage.data_counts.values[layer * size + code].toLocaleString("en")} in the data set`
          : "";
        setText(
          pointed,
          `code ${code}: ${usage.clip_counts.values[layer * size + code]} in this clip${over}`,
        );
      });
      canvas.addEventListener("pointerleave", () => setText(pointed, ""));
      onResize(canvas, () => usage && draw(layer));
    });
  }

  studio.on("codebook", (payload) => {
    usage = payload;
    if (built.length !== usage.num_quantizers) build(usage.num_quantizers);
    setText(
      note,
      usage.data
        ? "codes from most to least used over the data set; above the line the data set, below it this clip"
        : "codes by number; this checkpoint does not record its use over a data set",
    );
    built.forEach((one, layer) => {
      one.ranked = ranking(usage, layer, usage.num_embeddings);
      show(layer);
    });
  });
  onThemeChange(() => {
    theme = null;
    if (usage) built.forEach((_, layer) => draw(layer));
  });
}
