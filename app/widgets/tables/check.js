// The submission check: what it found, and the way to each finding.

import { h, setText } from "../shared/dom.js";
import { jobBar } from "../shared/jobs.js";
import { pager } from "./pager.js";

/**
 * @import { Check, TableFinding } from "../shared/payloads"
 * @import { Studio } from "../shared/store.js"
 */

const JOB = "table check";

export function mountCheck(/** @type {HTMLElement} */ place, /** @type {Studio} */ studio) {
  /** @type {{ path: string, name: string } | null} */
  let ids = null; // {path, name} of a file of expected ids
  const start = h("button", { type: "button", class: "check-start", onclick: check }, "Check");
  const file = h("input", {
    type: "file",
    accept: ".txt,.csv",
    class: "visually-hidden",
    id: "table-ids",
    onchange: () => take(file.files?.[0]),
  });
  const idsName = h("span", {});
  const idsLabel = h(
    "label",
    {
      class: "button",
      for: "table-ids",
      title: "The ids that must be there: a text file, one a line, or a CSV with a column id",
    },
    file,
    idsName,
  );
  const without = h(
    "button",
    { type: "button", hidden: true, onclick: () => setIds(null) },
    "Any ids",
  );
  const verdict = h("div", { class: "verdict", role: "status", hidden: true });
  const stale = h("p", { class: "note check-stale", hidden: true });
  const list = h("ol", { class: "check-findings" });
  const pages = pager("findings", (/** @type {number} */ page) =>
    studio.command("look_at_findings", { page }),
  );
  place.append(
    h("h3", {}, "Submission check"),
    h(
      "p",
      { class: "note" },
      "The rules of the Motion-S competition, on the table as it is now: its columns, whole numbers from 0 to 511, six layers of equal length, 40 to 800 tokens, ids that are missing or there twice, and suspicious repetition.",
    ),
    h("div", { class: "check-tools" }, start, idsLabel, without),
    jobBar(studio, JOB),
    verdict,
    stale,
    list,
    pages.element,
  );
  setIds(null);

  function setIds(/** @type {{ path: string, name: string } | null} */ chosen) {
    ids = chosen;
    setText(idsName, chosen ? `Expected ids: ${chosen.name}` : "Expected ids");
    without.hidden = !chosen;
  }

  async function take(/** @type {File | undefined} */ picked) {
    file.value = "";
    if (!picked) return;
    try {
      const { path } = await studio.uploadFile(picked);
      setIds({ path, name: picked.name });
    } catch {
      studio.say(
        `${picked.name} did not reach the server; check the connection and choose it again.`,
      );
    }
  }

  function check() {
    studio.command("check_table", ids ? { ids_path: ids.path, ids_name: ids.name } : {});
  }

  function findingItem(/** @type {TableFinding} */ { number, row, column, problem, wrong, leads }) {
    const where = [row === null ? "" : `row ${row}`, column ?? ""].filter(Boolean).join(", ");
    const parts = [
      h("span", { class: `finding-kind ${wrong ? "wrong" : ""}` }, wrong ? "wrong" : "suspicious"),
      where ? h("strong", {}, where) : null,
      h("span", {}, problem),
    ];
    if (!leads) return h("li", { class: "check-finding" }, ...parts);
    return h(
      "li",
      {},
      h(
        "button",
        {
          type: "button",
          class: "check-finding",
          "data-finding": number,
          onclick: () => studio.command("go_to_finding", { finding: number }),
        },
        ...parts,
      ),
    );
  }

  studio.on("table_check", (view) => {
    const done = view.state === "done" && view.pages !== undefined;
    verdict.hidden = list.hidden = !done;
    pages.element.hidden = !done || !view.findings.length;
    stale.hidden = !done || !view.stale;
    setText(start, done ? "Check again" : "Check");
    if (!done) return;
    const passes = view.wrong === 0;
    verdict.classList.toggle("healthy", passes);
    verdict.replaceChildren(
      h("strong", {}, passes ? "Passes" : "Does not pass"),
      h("span", {}, verdictWords(view)),
    );
    setText(stale, "The table has changed since this check.");
    list.replaceChildren(...view.findings.map(findingItem));
    const { page, first, findings } = view;
    const total = view.wrong + view.suspicious;
    pages.show({ page, pages: view.pages, first, count: findings.length, total });
  });
}

function verdictWords(/** @type {Check} */ { wrong, suspicious, rows, ids, against }) {
  const found = [
    wrong ? `${wrong.toLocaleString("en")} wrong` : "nothing wrong",
    suspicious ? `${suspicious.toLocaleString("en")} suspicious` : "nothing suspicious",
  ].join(", ");
  const where = rows ? `, in ${rows.toLocaleString("en")} row${rows === 1 ? "" : "s"}` : "";
  const expected =
    ids === null ? "" : ` Held against the ${ids.toLocaleString("en")} ids of ${against}.`;
  return `${found[0].toUpperCase()}${found.slice(1)}${where}.${expected}`;
}
