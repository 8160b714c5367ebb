// The field's words, and the papers that ideas come from.

import { h } from "../shared/dom.js";

/** @import { Source, Term } from "../shared/payloads" */

export function glossary(/** @type {Term[]} */ entries) {
  return h(
    "details",
    { class: "lesson-more" },
    h("summary", {}, "Glossary"),
    h(
      "dl",
      {},
      ...entries.flatMap(({ term, symbol, meaning }) => [
        h("dt", {}, term, symbol ? ` ${symbol}` : null),
        h("dd", {}, meaning),
      ]),
    ),
  );
}

export function sources(/** @type {Source[]} */ list) {
  return [
    h(
      "details",
      { class: "lesson-more" },
      h("summary", {}, "Where the idea comes from"),
      h(
        "ul",
        {},
        ...list.map(({ short, authors, title, year, arxiv, doi }) =>
          h(
            "li",
            {},
            `${short}: ${authors} (${year}). ${title}. `,
            h(
              "a",
              {
                href: arxiv ? `https://arxiv.org/abs/${arxiv}` : `https://doi.org/${doi}`,
                target: "_blank",
                rel: "noopener noreferrer",
              },
              arxiv ? `arXiv:${arxiv}` : `doi:${doi}`,
            ),
          ),
        ),
      ),
    ),
  ];
}
