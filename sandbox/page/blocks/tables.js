import { h } from "../lib/dom.js";
import { richText } from "../text/richtext.js";

function cellContent(cell) {
  if (cell.type === "rich_text") return richText(cell);
  return cell.text ?? String(cell.value ?? "");
}

/** Both table blocks: the first row is the header. */
export function table(block) {
  const settings = block.column_settings ?? [];
  const cell = (tag) => (content, index) => h(
    tag,
    {
      class: settings[index]?.is_wrapped ? "wrapped" : null,
      scope: tag === "th" ? "col" : null,
      style: { "text-align": settings[index]?.align ?? (content.type === "raw_number" ? "right" : "left") },
    },
    cellContent(content),
  );
  const [head, ...body] = block.rows;
  return h(
    "div",
    { class: "table-wrap", tabindex: "0", role: "region", "aria-label": block.caption ?? "Table" },
    h(
      "table",
      null,
      block.caption && h("caption", null, block.caption),
      h("thead", null, h("tr", null, head.map(cell("th")))),
      h("tbody", null, body.map((row) => h("tr", null, row.map(cell("td"))))),
    ),
  );
}
