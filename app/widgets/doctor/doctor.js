// The checkpoint doctor: what a checkpoint is, what was found, and what to do about it.

import { h, mm, setText } from "../shared/dom.js";
import { jobBar } from "../shared/jobs.js";

const STATES = [
  ["healthy", "Healthy"],
  ["sick", "Sick"],
  ["unreadable", "Unreadable"],
];
const percent = (share, places = 0) => `${(100 * share).toFixed(places)} %`;

export function mountDoctor(place, studio) {
  const patients = h("select", {
    id: "patient-select",
    onchange: () => studio.command("show_patient", { checkpoint: patients.value }),
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
      h("label", { class: "choice" }, h("span", {}, "Checkpoint"), patients),
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
    patients.replaceChildren(
      ...view.patients.map(({ key, title, status }) =>
        h(
          "option",
          { value: key },
          status === null ? title : `${title} · ${STATES[status][1].toLowerCase()}`,
        ),
      ),
    );
    patients.value = view.shown;
    again.hidden = view.report !== null || view.state === null || isOpen(view.state);
    report.replaceChildren(...(view.report ? whole(view) : []));
    if (!view.report && view.state === null) studio.command("examine");
  });
}

/** The verdict without its first word, which stands before it. */
function said(verdict) {
  const rest = verdict.replace(/^\w+[:.] /, "");
  return rest[0].toUpperCase() + rest.slice(1);
}

const isOpen = (state) => state === "waiting" || state === "running";

function whole({ report, fps }) {
  const [kind, word] = STATES[report.status];
  return [
    h(
      "div",
      { class: `verdict ${kind}`, role: "status" },
      h("strong", {}, word),
      h("span", {}, said(report.verdict)),
    ),
    h(
      "div",
      { class: "report-columns" },
      h(
        "div",
        {},
        ...findings(report),
        ...(Object.keys(report.measurements).length ? [measurements(report.measurements, fps)] : []),
      ),
      facts(report.facts),
    ),
  ];
}

function findings({ findings: found, not_examined: left }) {
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
    items.length
      ? h("ul", { class: "findings" }, ...items)
      : h("p", { class: "note" }, "None."),
    ...(left.length
      ? [
          h("h3", {}, "Not examined"),
          h("ul", { class: "findings" }, ...left.map((why) => h("li", { class: "finding" }, why))),
        ]
      : []),
  ];
}

function facts(values) {
  const rows = Object.entries(values).flatMap(([name, value]) => [
    h("dt", {}, name),
    h("dd", { "data-fact": name }, value),
  ]);
  if (!rows.length) return h("div", {});
  return h("div", {}, h("h3", {}, "What it is"), h("dl", { class: "checkpoint-facts" }, ...rows));
}

/** The table of `python -m rvqvae inspect`: after the first k layers, on the sample clips. */
function measurements(values, fps) {
  const columns = [
    ...(values.error_mm ? [["MPJPE, mm", values.error_mm.map(mm), "error"]] : []),
    ["variance left", values.unexplained.map((share) => percent(share, 1)), "unexplained"],
    ["residual energy", values.residual_share.map((share) => percent(share, 1)), "residual"],
    ["same tokens again", values.token_agreement.map((share) => percent(share)), "agreement"],
    ["codes used", values.used.map(String), "used"],
  ];
  const heads = [h("th", { scope: "col" }, "layers"), ...columns.map(([name]) => h("th", { scope: "col" }, name))];
  const rows = values.unexplained.map((_, k) =>
    h(
      "tr",
      {},
      h("th", { scope: "row" }, k ? `1–${k + 1}` : "1"),
      ...columns.map(([, cells, name]) => h("td", { [`data-${name}`]: k + 1 }, cells[k])),
    ),
  );
  const note = h("p", { class: "note" });
  setText(
    note,
    `On ${values.clips} sample clips, ${values.frames} frames. ${
      values.mean_pose_mm === undefined
        ? "These features have no known joints, so there is no error of joints."
        : `MPJPE local, each body in its own heading, ${fps} fps; the mean pose alone is ${mm(values.mean_pose_mm)} mm off.`
    } Tokens and codes are of each layer alone.`,
  );
  return h(
    "div",
    { class: "measured" },
    h("h3", {}, "What it does"),
    h("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": "What it does, layer by layer" }, h("table", {}, h("thead", {}, h("tr", {}, ...heads)), h("tbody", {}, ...rows))),
    note,
  );
}
