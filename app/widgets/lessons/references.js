// The field's words, and the papers that ideas come from.

import { h } from "../shared/dom.js";

export function glossary(entries) {
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

export function sources(list) {
  return [
    h(
      "details",
      { class: "lesson-more" },
      h("summary", {}, "Where the idea comes from"),
      h(
        "ul",
        {},
        ...list.map(({ short, authors, title, year, arxiv }) =>
          h(
            "li",
            {},
            `${short}: ${authors} (${year}). ${title}. `,
            h(
              "a",
              {
                href: `https://arxiv.org/abs/${arxiv}`,
                target: "_blank",
                rel: "noopener noreferrer",
              },
              `arXiv:${arxiv}`,
            ),
          ),
        ),
      ),
    ),
  ];
}
