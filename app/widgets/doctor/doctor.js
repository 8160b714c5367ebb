// The checkpoint doctor: what a checkpoint is, what was found, and what to do about it.

import { h, mm } from "../shared/dom.js";
import { jobBar } from "../shared/jobs.js";

/**
 * @import { DoctorReport, Measurements } from "../shared/payloads"
 * @import { Studio } from "../shared/store.js"
 */

const STATES = [
  ["healthy", "Healthy"],
  ["sick", "Sick"],
  ["unreadable", "Unreadable"],
];
const percent = (/** @type {number} */ share, places = 0) => `${(100 * share).toFixed(places)}%`;

export function mount(/** @type {HTMLElement} */ place, /** @type {Studio} */ studio) {
  const checkpoints = h("select", {
    id: "doctor-select",
    onchange: () => studio.command("show_diagnosis", { checkpoint: checkpoints.value }),
  });
  const again = h(
    "button",
    { type: "button", hidden: true, onclick: () => studio.command("examine") },
    "Examine",
  );
  const report = h("div", { class: "report" });
  place.append(
    h(
      "div",
      { class: "doctor-head" },
      h("label", { class: "choice" }, h("span", {}, "Checkpoint"), checkpoints),
      again,
      h(
        "span",
        { class: "note" },
        "Loading without an error does not show whether a checkpoint works; this does.",
      ),
    ),
    jobBar(studio, "doctor"),
    report,
  );

  studio.on("doctor", (view) => {
    checkpoints.replaceChildren(
      ...view.checkpoints.map(({ key, title, status }) =>
        h(
          "option",
          { value: key },
          status === null ? title : `${title} · ${STATES[status][1].toLowerCase()}`,
        ),
      ),
    );
    checkpoints.value = view.shown;
    again.hidden = view.report !== null || view.state === null || isOpen(view.state);
    report.replaceChildren(...(view.report ? whole(view.report, view.fps, studio) : []));
    if (!view.report && view.state === null) studio.command("examine");
  });
}

/**
 * The repaired copy where there is one, and the report as a file.
 *
 * @param {DoctorReport} report
 * @param {Studio} studio
 */
function actions({ remedy }, studio) {
  const button = (/** @type {string} */ label, /** @type {() => void} */ onclick) =>
    h("button", { type: "button", onclick }, label);
  const places = remedy?.unit === "mm" ? 1 : 3;
  const repair = remedy
    ? [
        h(
          "p",
          { class: "remedy" },
          `${remedy.words}: the error goes from ${remedy.error_before.toFixed(places)} to ${remedy.error_after.toFixed(places)} ${remedy.unit}, root and height counted.`,
        ),
        h(
          "div",
          { class: "buttons" },
          button("Open the repaired copy", () => studio.command("open_repaired")),
          button("Save the repaired copy", () => studio.command("save_repaired")),
        ),
      ]
    : [];
  const kinds = [
    ["html", "HTML"],
    ["json", "JSON"],
    ["text", "text"],
  ];
  return h(
    "div",
    { class: "doctor-actions" },
    ...repair,
    h(
      "div",
      { class: "buttons", role: "group", "aria-label": "Save the report" },
      h("span", { class: "note" }, "Save the report"),
      ...kinds.map(([kind, label]) => button(label, () => studio.command("save_report", { kind }))),
    ),
  );
}

/** The verdict without its first word, which stands before it. */
function said(/** @type {string} */ verdict) {
  const rest = verdict.replace(/^\w+[:.,] /, "");
  return rest[0].toUpperCase() + rest.slice(1);
}

const isOpen = (/** @type {string | null} */ state) => state === "waiting" || state === "running";

/**
 * @param {DoctorReport} report
 * @param {number} fps
 * @param {Studio} studio
 */
function whole(report, fps, studio) {
  const [kind, word] = STATES[report.status];
  return [
    h(
      "div",
      { class: `verdict ${kind}`, role: "status" },
      h("strong", {}, word),
      h("span", {}, said(report.verdict)),
    ),
    actions(report, studio),
    h(
      "div",
      { class: "report-columns" },
      h(
        "div",
        {},
        ...findings(report),
        ...(report.measurements.unexplained ? [measurements(report.measurements, fps)] : []),
      ),
      facts(report.facts),
    ),
  ];
}

function findings(/** @type {DoctorReport} */ { findings: found, not_examined: left }) {
  const items = found.map(({ check, where, message, advice, severity }) =>
    h(
      "li",
      { class: `finding ${severity}`, "data-check": check },
      h(
        "div",
        { class: "finding-head" },
        h("span", { class: "severity" }, severity === "sick" ? "Sick" : "Note"),
        h("strong", {}, where),
        h("code", { class: "note" }, check),
      ),
      h("p", {}, message),
      h("p", { class: "advice" }, advice),
    ),
  );
  return [
    h("h3", {}, "Findings"),
    items.length ? h("ul", { class: "findings" }, ...items) : h("p", { class: "note" }, "None."),
    ...(left.length
      ? [
          h("h3", {}, "Not examined"),
          h(
            "ul",
            { class: "findings" },
            ...left.map((/** @type {string} */ why) => h("li", { class: "finding" }, why)),
          ),
        ]
      : []),
  ];
}

function facts(/** @type {Record<string, string>} */ values) {
  const rows = Object.entries(values).flatMap(([name, value]) => [
    h("dt", {}, name === "layout" ? "file format" : name), // reports have it by its earlier name
    h("dd", { "data-fact": name }, value),
  ]);
  if (!rows.length) return h("div", {});
  return h("div", {}, h("h3", {}, "What it is"), h("dl", { class: "checkpoint-facts" }, ...rows));
}

/**
 * The table of `python -m rvqvae inspect`: after the first k layers, on the sample clips.
 *
 * @param {Measurements} values
 * @param {number} fps
 */
function measurements(values, fps) {
  const {
    unexplained = [],
    residual_share: shares = [],
    token_agreement: agreement = [],
    used = [],
  } = values;
  /** @type {[string, string[], string][]} */
  const errors = values.error_mm ? [["MPJPE, mm", values.error_mm.map(mm), "error"]] : [];
  /** @type {[string, string[], string][]} */
  const columns = [
    ...errors,
    [
      "variance left",
      unexplained.map((/** @type {number} */ share) => percent(share, 1)),
      "unexplained",
    ],
    ["residual energy", shares.map((/** @type {number} */ share) => percent(share, 1)), "residual"],
    [
      "same tokens again",
      agreement.map((/** @type {number} */ share) => percent(share)),
      "agreement",
    ],
    ["codes used", used.map(String), "used"],
  ];
  const heads = [
    h("th", { scope: "col" }, "layers"),
    ...columns.map(([name]) => h("th", { scope: "col" }, name)),
  ];
  const rows = unexplained.map((_, /** @type {number} */ k) =>
    h(
      "tr",
      {},
      h("th", { scope: "row" }, k ? `1–${k + 1}` : "1"),
      ...columns.map(([, cells, name]) => h("td", { [`data-${name}`]: k + 1 }, cells[k])),
    ),
  );
  const joints =
    values.mean_pose_mm === undefined
      ? "These features have no known joints, so there is no error of joints."
      : `MPJPE local, each body in its own heading, ${fps} fps; the mean pose alone is ${mm(values.mean_pose_mm)} mm off.`;
  const note = `On the middles of ${values.clips} sample clips, ${values.frames} frames. ${joints} Tokens and codes are of each layer alone.`;
  return h(
    "div",
    { class: "measured" },
    h("h3", {}, "What it does"),
    h(
      "div",
      {
        class: "scroll",
        tabindex: "0",
        role: "group",
        "aria-label": "What it does, layer by layer",
      },
      h("table", {}, h("thead", {}, h("tr", {}, ...heads)), h("tbody", {}, ...rows)),
    ),
    h("p", { class: "note" }, note),
  );
}
