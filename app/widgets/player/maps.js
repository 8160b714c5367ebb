// Channels by frames as maps of colour: original, reconstruction, and how far they are apart.

import { css, hexRgb, mix, onThemeChange, themeColours } from "../shared/colour.js";
import { h, oncePerFrame, onResize, segmented, setText } from "../shared/dom.js";
import { Reference, reference } from "../shared/reference.js";
import { namedGroups } from "../shared/parts.js";
import { followPointer } from "../shared/timeaxis.js";
import { plain } from "../shared/units.js";
import { binned, paintBins } from "./bins.js";

const SPANS = { value: [-2.5, 2.5], apart: [0, 1] }; // standard deviations, from colour to colour
const LABEL = 13; // pixels of height for a group's name
const MODES = [
  ["all", "All", "Original, reconstruction and their difference"],
  ["original", "Original", "The original alone"],
  ["made", "Decoded", "The reconstruction alone"],
  ["apart", "Difference", "How far the reconstruction is from the original"],
];

/** Returns {element, tools} for the player, and nothing is drawn while the clip has joints. */
export function mountMaps(studio) {
  const { clock } = studio;
  let mode = "all";
  let clip = null;
  let theme = null;
  const modes = segmented("Show", MODES, (value) => {
    mode = value;
    modes.show(mode);
    arrange();
  });
  modes.show(mode);

  const legend = h("div", { class: "legend map-legend" });
  const pointed = h("p", { class: "note pointed", "aria-hidden": "true" });
  const maps = [
    makeMap("original", "value", () => clip.channels),
    makeMap("made", "value", () => studio.views.reconstruction.channels),
    makeMap("apart", "apart", () => studio.views.reconstruction.channels),
    makeMap("other", "apart", () => studio.views.compared.channels),
  ];
  const why = h("p", { class: "note" });
  const element = h("div", { class: "maps" }, ...maps.map((map) => map.element), pointed, why);

  function makeMap(name, kind, channelsOf) {
    const title = h("figcaption", { class: "note" });
    const groups = h("div", { class: "map-groups", "aria-hidden": "true" });
    const canvas = h("canvas", { role: "img" });
    const cursor = h("div", { class: "map-cursor" });
    const frame = h("div", { class: "map-frame" }, canvas, cursor);
    const map = {
      name,
      kind,
      channelsOf,
      title,
      groups,
      canvas,
      cursor,
      frame,
      element: h("figure", { class: "map", "data-map": name }, title, groups, frame),
    };
    followPointer(frame, studio, () => scaleOf(frame));
    frame.addEventListener("pointermove", (event) => point(event, frame));
    frame.addEventListener("pointerleave", () => setText(pointed, ""));
    return map;
  }

  /** Between seconds and pixels: a map always shows the whole clip. */
  function scaleOf(frame) {
    const perSecond = (frame.clientWidth * (clip?.fps ?? 1)) / (clip?.frames ?? 1);
    const half = 0.5 / (clip?.fps ?? 1);
    return {
      left: 0,
      x: (seconds) => (seconds + half) * perSecond,
      seconds: (x) => x / perSecond - half,
    };
  }

  function point(event, frame) {
    const { reconstruction: made } = studio.views;
    if (!clip || made?.channels?.shape[0] !== clip.frames) return;
    const box = frame.getBoundingClientRect();
    const within = (share, count) => Math.max(0, Math.min(count - 1, Math.floor(share * count)));
    const channel = within((event.clientY - box.top) / box.height, clip.channels.shape[1]);
    const at = within((event.clientX - box.left) / box.width, clip.frames);
    const value = ({ channels }) => plain(channels.values[at * channels.shape[1] + channel]);
    setText(
      pointed,
      `${clip.channel_names[channel]}, frame ${at}: ${reference(studio)} ${value(clip)}, decoded ${value(made)} feature units`,
    );
  }

  const isShown = (map) => {
    if (map.name === "other" && !studio.views.compared?.words) return false;
    return mode === "all" || map.name === mode || (mode === "apart" && map.name === "other");
  };

  function arrange() {
    const b = studio.views.compared?.words;
    const titles = {
      original: Reference(studio),
      made: b ? "Reconstruction, A" : "Reconstruction",
      apart: b ? `Difference of A from the ${reference(studio)}` : "Difference",
      other: `Difference of B from the ${reference(studio)}: ${b}`,
    };
    for (const map of maps) {
      map.element.hidden = !isShown(map);
      setText(map.title, titles[map.name]);
    }
    draw();
  }

  const draw = oncePerFrame(() => {
    const { reconstruction: made } = studio.views;
    if (!clip || element.hidden || made?.channels?.shape[0] !== clip.frames) return;
    theme ??= { ...themeColours(element) };
    const ramps = {
      value: (z) =>
        mix(
          theme.panelRgb,
          hexRgb(theme.joints[z < 0 ? 0 : 1]),
          Math.min(1, Math.abs(z) / SPANS.value[1]),
        ),
      apart: (z) => mix(theme.panelRgb, theme.hotRgb, Math.min(1, z / SPANS.apart[1])),
    };
    showLegend(ramps);
    for (const map of maps.filter(isShown)) drawMap(map, ramps[map.kind]);
    placeCursors();
    element.dataset.drawn = String(Number(element.dataset.drawn ?? 0) + 1);
  });

  function drawMap({ kind, canvas, frame, groups, title, channelsOf }, ramp) {
    const from = kind === "apart" ? clip.channels.values : null;
    const { clientWidth: wide, clientHeight: high } = frame;
    const bins = binned(channelsOf(), clip, from, wide, high);
    paintBins(canvas, bins, ramp, SPANS[kind]);
    const perRow = Math.ceil(clip.channels.shape[1] / bins.rows);
    canvas.setAttribute(
      "aria-label",
      `${title.textContent}: ${clip.channels.shape[1]} channels by ${clip.frames} frames, in standard deviations${perRow > 1 ? `, each row the mean of up to ${perRow} channels` : ""}`,
    );
    groups.replaceChildren(
      ...namedGroups(clip, high, LABEL).map(({ title: name, top }) =>
        h("span", { style: `top:${top}px`, title: name }, name.replace(/^channels /, "")),
      ),
    );
  }

  function showLegend(ramps) {
    const scale = (kind, words) => {
      const [low, high] = SPANS[kind];
      const stops = [low, (low + high) / 2, high].map((value) => css(ramps[kind](value)));
      return h(
        "span",
        { class: "legend-scale" },
        `${words}${String(low).replace("-", "−")}`,
        h("i", { style: `background:linear-gradient(90deg, ${stops.join(", ")})` }),
        String(high),
      );
    };
    legend.replaceChildren(
      ...(mode === "apart" ? [] : [scale("value", "")]),
      ...(mode === "all" || mode === "apart" ? [scale("apart", "difference ")] : []),
      "standard deviations",
    );
  }

  function placeCursors() {
    if (!clip) return;
    for (const { frame, cursor } of maps)
      cursor.style.transform = `translateX(${scaleOf(frame).x(clock.shown)}px)`;
  }

  studio.on("clip", (payload) => {
    clip = payload.parts === "channels" ? payload : null;
    setText(why, payload.shown_as_channels ?? "");
    arrange();
  });
  studio.on("reconstruction", draw);
  studio.on("compared", arrange);
  clock.onChange(placeCursors);
  onThemeChange(() => {
    theme = null;
    draw();
  });
  onResize(element, draw);
  return { element, tools: [modes, legend] };
}
