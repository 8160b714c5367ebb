// Every subset of the layers, scored on this clip: what dropping a layer costs, and to whom.

import { chart } from "../lab/chart.js";
import { aligned, figure, runner, saveControl, table } from "../lab/parts.js";
import { h, mm, setText } from "../shared/dom.js";

const signed = (cost) => `${cost < 0 ? "−" : "+"}${mm(Math.abs(cost))}`;
const SPREAD = 0.7; // of the distance between two sizes, for the subsets of one size
const by = {
  layers: (a, b) => a.layers.length - b.layers.length || a.mm - b.mm,
  error: (a, b) => a.mm - b.mm,
};

export function mountLattice(place, studio) {
  let view = null;
  let sort = "layers";
  const run = runner(studio, {
    job: "lattice",
    command: "score_subsets",
    label: "Score every subset",
  });
  const lead = h("p", { class: "note lab-lead" });
  const plot = chart(studio, {
    label: "Error of every subset of layers against the number of layers in it",
    make: (theme) => view?.subsets && traces(view, theme, shownLayers()),
    onClick: (layers) => layers && choose(layers),
  });
  const worth = h("div", {});
  const list = h("div");
  const body = h(
    "div",
    { class: "lab-grid" },
    figure(
      "Error of every subset",
      {
        note: h("span", { class: "note" }, "click one to switch the workbench to it"),
        save: saveControl(studio, "layer-lattice", "the layer lattice"),
      },
      plot.element,
    ),
    figure(
      "What each layer is worth",
      { save: saveControl(studio, "layer-worth", "what each layer is worth") },
      worth,
    ),
    figure("All subsets", { className: "wide" }, list),
  );
  place.append(run.element, lead, body);

  const shownLayers = () =>
    (studio.views.tokens?.layers ?? []).flatMap((on, layer) => (on ? [layer + 1] : [])).join(" ");

  function choose(layers) {
    studio.command("set_layers", {
      layers: Array.from({ length: view.num_quantizers }, (_, layer) => layers.includes(layer + 1)),
    });
  }

  function subset({ layers, mm: error, is_prefix: isPrefix }) {
    const name = layers.join(" ");
    return h(
      "button",
      {
        type: "button",
        class: isPrefix ? "subset prefix" : "subset",
        "data-subset": name,
        "aria-label": `Layers ${name}: ${mm(error)} mm`,
        onclick: () => choose(layers),
      },
      h(
        "span",
        { class: "pips", "aria-hidden": "true" },
        ...Array.from({ length: view.num_quantizers }, (_, layer) =>
          h("i", { class: layers.includes(layer + 1) ? "on" : "" }),
        ),
      ),
      h("span", { class: "subset-name" }, name),
      h("output", {}, mm(error)),
    );
  }

  /** The subsets of one size under its name, or all of them. */
  function group(size, sorted) {
    const same = size === null ? sorted : sorted.filter(({ layers }) => layers.length === size);
    const name = size === null ? "least first" : `${size} of ${view.single.length}`;
    return h(
      "div",
      { class: "subset-group" },
      h("span", { class: "label" }, name),
      h("div", { class: "subsets" }, ...same.map(subset)),
    );
  }

  function showList() {
    const sorter = (key, label) =>
      h(
        "button",
        {
          type: "button",
          class: "segment",
          "data-sort": key,
          "aria-pressed": String(sort === key),
          onclick: () => {
            sort = key;
            showList();
            list.querySelector(`[data-sort=${key}]`).focus();
          },
        },
        label,
      );
    const sorted = [...view.subsets].sort(by[sort]);
    const sizes = sort === "layers" ? view.single.map((row) => row.layer) : [null];
    list.replaceChildren(
      h(
        "div",
        { class: "lab-tools" },
        h(
          "div",
          { class: "segmented", role: "group", "aria-label": "Order of the subsets" },
          sorter("layers", "By number of layers"),
          sorter("error", "By error"),
        ),
        h("span", { class: "note" }, `mm, ${aligned(view)}; blue: the first k layers`),
      ),
      ...sizes.map((size) => group(size, sorted)),
    );
    mark();
  }

  function showWorth() {
    const costs = view.single.map((row) => row.cost_mm ?? 0);
    const top = Math.max(...costs.map(Math.abs), 0.01);
    worth.replaceChildren(
      table(
        ["layer", "alone mm", "dropped mm", "dropping it costs", ""],
        view.single.map((row) => [
          row.layer,
          mm(row.alone_mm),
          row.without_mm === null ? "–" : mm(row.without_mm),
          row.cost_mm === null ? "–" : signed(row.cost_mm),
          h(
            "td",
            { class: "cost-cell", "aria-hidden": "true" },
            h("i", {
              class: "cost",
              style: `width:${(100 * Math.abs(row.cost_mm ?? 0)) / top}%`,
            }),
          ),
        ]),
        { caption: "Each layer alone, and what dropping it costs" },
      ),
      h("p", { class: "note" }, `All layers: ${mm(view.all_mm)} mm, ${aligned(view)}.`),
    );
  }

  function mark() {
    const shown = shownLayers();
    for (const button of list.querySelectorAll(".subset"))
      button.setAttribute("aria-pressed", String(button.dataset.subset === shown));
  }

  studio.on("lattice", (payload) => {
    view = payload;
    run.show(view.subsets ? "done" : view.state);
    body.hidden = !view.subsets;
    if (!view.subsets) {
      setText(lead, "");
      return;
    }
    setText(
      lead,
      `The unedited tokens of this clip, decoded from each of the ${view.subsets.length} subsets of its layers. A residual quantizer is trained for the first k layers (blue); every other subset asks a later layer to refine what is not there.`,
    );
    showWorth();
    showList();
    plot.draw();
  });
  studio.on("tokens", () => {
    if (!view?.subsets) return;
    mark();
    plot.draw();
  });
}

/** Subsets of one size side by side, so that none hides another. */
function placed(subsets) {
  const sizes = new Map();
  for (const one of subsets) {
    const size = one.layers.length;
    if (!sizes.has(size)) sizes.set(size, []);
    sizes.get(size).push(one);
  }
  return subsets.map((one) => {
    const same = sizes.get(one.layers.length);
    const at = same.length > 1 ? same.indexOf(one) / (same.length - 1) - 0.5 : 0;
    return one.layers.length + (one.is_prefix ? 0 : SPREAD * at);
  });
}

function traces(view, theme, shown) {
  const x = placed(view.subsets);
  const pick = (wanted) => view.subsets.flatMap((one, i) => (wanted(one) ? [i] : []));
  const points = (indices, rest) => ({
    x: indices.map((i) => x[i]),
    y: indices.map((i) => view.subsets[i].mm),
    customdata: indices.map((i) => view.subsets[i].layers),
    text: indices.map((i) => view.subsets[i].layers.join(" ")),
    hovertemplate: "layers %{text}: %{y:.1f} mm<extra></extra>",
    ...rest,
  });
  return {
    traces: [
      points(
        pick((one) => !one.is_prefix),
        { name: "other subsets", mode: "markers", marker: { color: theme.ghost, size: 7 } },
      ),
      points(
        pick((one) => one.is_prefix),
        {
          name: "the first k layers",
          mode: "lines+markers",
          line: { color: theme.accent, width: 2 },
          marker: { size: 9 },
        },
      ),
      points(
        pick((one) => one.layers.join(" ") === shown),
        {
          name: "on the workbench",
          mode: "markers",
          hoverinfo: "skip",
          hovertemplate: null,
          marker: {
            color: "rgba(0,0,0,0)",
            size: 15,
            line: { color: theme.ink, width: 2 },
          },
        },
      ),
    ],
    x: { title: "layers in the subset", dtick: 1, range: [0.5, view.num_quantizers + 0.5] },
    y: { title: `mm, ${aligned(view)}`, rangemode: "tozero" },
  };
}
