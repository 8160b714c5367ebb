// What the laboratory's tabs are made of: figures with a save control, tables, and long work.

import { h } from "../shared/dom.js";
import { jobBar } from "../shared/jobs.js";
import { wayOf } from "../shared/units.js";

/**
 * @import { Child } from "../shared/dom.js"
 * @import { JobNews } from "../shared/payloads"
 * @import { Studio } from "../shared/store.js"
 * @import { Alignment } from "../shared/types.js"
 */

/** @type {Record<string, string>} */
const KINDS = { png: "PNG", svg: "SVG", csv: "CSV" };

/** How the errors of a payload are measured, in words. */
export const aligned = (/** @type {{ alignment: Alignment, fps: number }} */ { alignment, fps }) =>
  `${wayOf(alignment)}, ${fps} fps`;

export const bits = (/** @type {number} */ value) => value.toFixed(2);
export const whole = (/** @type {number} */ value) => value.toLocaleString("en");

/**
 * Buttons that hand a figure over as a file; `name` may be a function of what is shown.
 *
 * @param {Studio} studio
 * @param {string | (() => string)} name
 * @param {string} title
 * @param {{ kinds?: string[], words?: string }} options
 */
export function saveControl(
  studio,
  name,
  title,
  { kinds = Object.keys(KINDS), words = "Save" } = {},
) {
  return h(
    "span",
    { class: "save", role: "group", "aria-label": `Save ${title}` },
    h("span", { class: "note" }, words),
    ...kinds.map((kind) =>
      h(
        "button",
        {
          type: "button",
          "data-save": kind,
          "aria-label": `Save ${title} as ${KINDS[kind]}`,
          title: kind === "csv" ? "The numbers as a table" : `For print, as ${KINDS[kind]}`,
          onclick: () =>
            studio.command("save_figure", {
              figure: typeof name === "function" ? name() : name,
              kind,
            }),
        },
        KINDS[kind],
      ),
    ),
    h(
      "button",
      {
        type: "button",
        "data-copy-python": "",
        "aria-label": `Copy ${title} as Python`,
        title: "Code that does the same with the library, for the clipboard",
        onclick: () =>
          studio.command("copy_python", { figure: typeof name === "function" ? name() : name }),
      },
      "Python",
    ),
  );
}

/**
 * A figure: its title, a remark, the save control, and what it shows.
 *
 * @param {string} title
 * @param {{ note?: Child, save?: Child, className?: string }} head
 * @param {Child[]} body
 */
export function figure(title, { note = null, save = null, className = "" }, ...body) {
  return h(
    "section",
    { class: `lab-figure ${className}`, "aria-label": title },
    h("div", { class: "figure-head" }, h("h3", {}, title), note, save),
    ...body,
  );
}

/**
 * A table from a head and rows; a row's first cell is its name. Wide ones scroll by themselves.
 *
 * @param {string[]} head
 * @param {(string | number | Node)[][]} rows
 * @param {{ caption?: string }} options
 */
export function table(head, rows, { caption = "" } = {}) {
  return h(
    "div",
    { class: "table-frame" },
    h(
      "table",
      { class: "lab-table" },
      caption ? h("caption", { class: "visually-hidden" }, caption) : null,
      h(
        "thead",
        {},
        h("tr", {}, ...head.map((/** @type {string} */ name) => h("th", { scope: "col" }, name))),
      ),
      h(
        "tbody",
        {},
        ...rows.map(([name, ...cells]) =>
          h(
            "tr",
            {},
            h("th", { scope: "row" }, name instanceof Node ? name : String(name)),
            ...cells.map((cell) => (cell instanceof Node ? cell : h("td", {}, String(cell)))),
          ),
        ),
      ),
    ),
  );
}

/**
 * Long work that begins when its tab is looked at; after a cancel, a button begins it again.
 *
 * @param {Studio} studio
 * @param {{ job: string, command: string, label: string }} work
 */
export function runner(studio, { job, command, label }) {
  const start = () => studio.command(command);
  const again = h("button", { type: "button", hidden: true, onclick: start }, label);
  return {
    element: h("div", { class: "runner" }, jobBar(studio, job), again),
    show(/** @type {JobNews["state"] | null} */ state) {
      again.hidden = state !== "cancelled" && state !== "failed";
      if (state === null) start();
    },
  };
}
