import { h } from "../lib/dom.js";
import { richText } from "../text/richtext.js";

function cellContent(cell) {
  if (cell.type === "rich_text") return richText(cell);
  return cell.text ?? String(cell.value ?? "");
}

/** Both table blocks: the first row is the header. */
export function table(block) {
  const settings = block.column_settings ?? [];
  const [head, ...body] = block.rows;
  const align = (index) => settings[index]?.align ?? (body[0]?.[index]?.type === "raw_number" ? "right" : "left");
  const cell = (tag) => (content, index) =>
    h(
      tag,
      {
        class: settings[index]?.is_wrapped ? "wrapped" : null,
        scope: tag === "th" ? "col" : null,
        style: { "text-align": align(index) },
      },
      cellContent(content),
    );
  return h(
    "div",
    { class: "table-wrap", tabindex: "0", role: "region", "aria-label": block.caption ?? "Table" },
    h(
      "table",
      null,
      block.caption && h("caption", null, block.caption),
      h("thead", null, h("tr", null, head.map(cell("th")))),
      h(
        "tbody",
        null,
        body.map((row) => h("tr", null, row.map(cell("td")))),
      ),
    ),
  );
}
