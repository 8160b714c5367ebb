// Channels by frames as maps of colour: original, reconstruction, and how far they are apart.

import { css, hexRgb, liveTheme, mix } from "../shared/colour.js";
import { h, oncePerFrame, onResize, segmented, setText } from "../shared/dom.js";
import { Reference, reference } from "../shared/reference.js";
import { namedGroups } from "../shared/parts.js";
import { followPointer } from "../shared/timeaxis.js";
import { plain } from "../shared/units.js";
import { binned, paintBins } from "./bins.js";

/**
 * @import { Ramp } from "../shared/colour.js"
 * @import { Studio } from "../shared/store.js"
 * @import { ChannelsClip, NumberArray } from "../shared/types.js"
 */

/**
 * @typedef {"value" | "apart"} Kind
 * @typedef {Record<Kind, Ramp>} Ramps
 */

/** @type {Record<Kind, number[]>} */
const SPANS = { value: [-2.5, 2.5], apart: [0, 1] }; // standard deviations, from colour to colour
const LABEL = 13; // pixels of height for a group's name
const MODES = [
  ["all", "All", "Original, reconstruction and their difference"],
  ["original", "Original", "The original alone"],
  ["made", "Decoded", "The reconstruction alone"],
  ["apart", "Difference", "How far the reconstruction is from the original"],
];

/** Returns {element, tools} for the player, and nothing is drawn while the clip has joints. */
export function mountMaps(/** @type {Studio} */ studio) {
  const { clock } = studio;
  let mode = "all";
  /** @type {ChannelsClip | null} */
  let clip = null;
  const theme = liveTheme(() => draw());
  const modes = segmented("Show", MODES, (value) => {
    mode = value;
    modes.show(mode);
    arrange();
  });
  modes.show(mode);

  const legend = h("div", { class: "legend map-legend" });
  const pointed = h("p", { class: "note pointed", "aria-hidden": "true" });
  const maps = [
    makeMap("original", "value", () => clip?.channels),
    makeMap("made", "value", () => studio.views.reconstruction.channels),
    makeMap("apart", "apart", () => studio.views.reconstruction.channels),
    makeMap("other", "apart", () => studio.views.compared.channels),
  ];
  const why = h("span", {});
  const look = h(
    "button",
    {
      type: "button",
      title: "Test every reading of these features on the data; a .json file that describes them can be uploaded as a clip is",
      onclick: () => studio.command("look_for_body"),
    },
    "Look for a body",
  );
  const element = h("div", { class: "maps" }, ...maps.map((map) => map.element), pointed, h("p", { class: "note" }, why, " ", look));

  /**
   * @param {string} name
   * @param {Kind} kind
   * @param {() => NumberArray | undefined} channelsOf
   */
  function makeMap(name, kind, channelsOf) {
    const title = h("figcaption", { class: "note" });
    const groups = h("div", { class: "map-groups", "aria-hidden": "true" });
    const canvas = h("canvas", { role: "img" });
    const cursor = h("div", { class: "time-cursor" });
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
  function scaleOf(/** @type {HTMLElement} */ frame) {
    const perSecond = (frame.clientWidth * (clip?.fps ?? 1)) / (clip?.frames ?? 1);
    const half = 0.5 / (clip?.fps ?? 1);
    return {
      left: 0,
      x: (/** @type {number} */ seconds) => (seconds + half) * perSecond,
      seconds: (/** @type {number} */ x) => x / perSecond - half,
    };
  }

  function point(/** @type {PointerEvent} */ event, /** @type {HTMLElement} */ frame) {
    const { channels } = studio.views.reconstruction;
    if (!clip || channels?.shape[0] !== clip.frames) return;
    const box = frame.getBoundingClientRect();
    const within = (/** @type {number} */ share, /** @type {number} */ count) =>
      Math.max(0, Math.min(count - 1, Math.floor(share * count)));
    const channel = within((event.clientY - box.top) / box.height, clip.channels.shape[1]);
    const at = within((event.clientX - box.left) / box.width, clip.frames);
    const value = (/** @type {{ channels: NumberArray }} */ { channels }) =>
      plain(channels.values[at * channels.shape[1] + channel]);
    setText(
      pointed,
      `${clip.channel_names[channel]}, frame ${at}: ${reference(studio)} ${value(clip)}, decoded ${value({ channels })} feature units`,
    );
  }

  const isShown = (/** @type {ReturnType<typeof makeMap>} */ map) => {
    if (map.name === "other" && !studio.views.compared?.words) return false;
    return mode === "all" || map.name === mode || (mode === "apart" && map.name === "other");
  };

  function arrange() {
    const b = studio.views.compared?.words;
    /** @type {Record<string, string>} */
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
    /** @type {Ramps} */
    const ramps = {
      value: (/** @type {number} */ z) =>
        mix(
          theme.panelRgb,
          hexRgb(theme.joints[z < 0 ? 0 : 1]),
          Math.min(1, Math.abs(z) / SPANS.value[1]),
        ),
      apart: (/** @type {number} */ z) =>
        mix(theme.panelRgb, theme.hotRgb, Math.min(1, z / SPANS.apart[1])),
    };
    showLegend(ramps);
    for (const map of maps.filter(isShown)) drawMap(clip, map, ramps[map.kind]);
    placeCursors();
    element.dataset.drawn = String(Number(element.dataset.drawn ?? 0) + 1);
  });

  /**
   * @param {ChannelsClip} shown
   * @param {ReturnType<typeof makeMap>} map
   * @param {Ramp} ramp
   */
  function drawMap(shown, map, ramp) {
    const { kind, canvas, frame, groups, title, channelsOf } = map;
    const channels = channelsOf();
    if (!channels) return;
    const from = kind === "apart" ? shown.channels.values : null;
    const { clientWidth: wide, clientHeight: high } = frame;
    const bins = binned(channels, shown, from, wide, high);
    paintBins(canvas, bins, ramp, SPANS[kind]);
    const perRow = Math.ceil(shown.channels.shape[1] / bins.rows);
    canvas.setAttribute(
      "aria-label",
      `${title.textContent}: ${shown.channels.shape[1]} channels by ${shown.frames} frames, in standard deviations${perRow > 1 ? `, each row the mean of up to ${perRow} channels` : ""}`,
    );
    groups.replaceChildren(
      ...namedGroups(shown, high, LABEL).map(({ title: name, top }) =>
        h("span", { style: `top:${top}px`, title: name }, name.replace(/^channels /, "")),
      ),
    );
  }

  function showLegend(/** @type {Ramps} */ ramps) {
    const scale = (/** @type {Kind} */ kind, /** @type {string} */ words) => {
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
  onResize(element, draw);
  return { element, tools: [modes, legend] };
}
