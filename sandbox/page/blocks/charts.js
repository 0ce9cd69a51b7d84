/** data_visualization blocks as inline SVG. The numbers are also in the label, for those who do not see the picture. */

import { h, svg, uniqueId } from "../lib/dom.js";

const WIDTH = 560;
const HEIGHT = 250;
const PLOT = { left: 46, right: 12, top: 12, bottom: 30 };
const hue = (index) => `var(--chart-${(index % 12) + 1})`;
const number = new Intl.NumberFormat("en-US", { maximumFractionDigits: 2 });

/** Round steps that cover the values and zero: about four of them. */
function scale(values) {
  const low = Math.min(0, ...values);
  const high = Math.max(0, ...values);
  const rough = (high - low || 1) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((size) => size >= rough);
  const from = Math.floor(low / step) * step;
  const to = Math.ceil(high / step) * step || step;
  const ticks = [];
  for (let index = 0; from + index * step <= to + step / 2; index += 1) ticks.push(from + index * step);
  return { from, to, ticks };
}

function frame(chart) {
  const { categories, x_label: xLabel, y_label: yLabel } = chart.axis_config;
  const { from, to, ticks } = scale(chart.series.flatMap((one) => one.data.map((point) => point.value)));
  const left = PLOT.left + (yLabel ? 16 : 0);
  const bottom = HEIGHT - PLOT.bottom - (xLabel ? 18 : 0);
  const band = (WIDTH - left - PLOT.right) / categories.length;
  const y = (value) => bottom - ((value - from) / (to - from)) * (bottom - PLOT.top);
  const middle = (index) => left + band * (index + 0.5);
  const every = Math.ceil((categories.length * 62) / (WIDTH - left));
  const label = (text) => (text.length > 14 ? `${text.slice(0, 13)}…` : text);
  const axes = [
    ticks.map((tick) => [
      svg("line", { class: tick === 0 ? "axis" : "grid", x1: left, x2: WIDTH - PLOT.right, y1: y(tick), y2: y(tick) }),
      svg("text", { class: "tick", x: left - 8, y: y(tick) + 4, "text-anchor": "end" }, number.format(tick)),
    ]),
    categories.map(
      (name, index) =>
        index % every === 0 &&
        svg("text", { class: "tick", x: middle(index), y: bottom + 18, "text-anchor": "middle" }, label(name)),
    ),
    xLabel &&
      svg("text", { class: "axis-label", x: (left + WIDTH) / 2, y: HEIGHT - 6, "text-anchor": "middle" }, xLabel),
    yLabel &&
      svg(
        "text",
        {
          class: "axis-label",
          transform: `translate(12 ${(PLOT.top + bottom) / 2}) rotate(-90)`,
          "text-anchor": "middle",
        },
        yLabel,
      ),
  ];
  return { band, y, middle, left, zero: y(Math.max(from, 0)), axes };
}

const tooltip = (series, point) => svg("title", null, `${series.name}, ${point.label}: ${number.format(point.value)}`);

function bars(chart) {
  const { band, y, left, zero, axes } = frame(chart);
  const width = Math.min(44, (band * 0.72) / chart.series.length);
  const first = (band - width * chart.series.length) / 2;
  const marks = chart.series.map((series, place) =>
    series.data.map((point, index) =>
      svg(
        "rect",
        {
          class: "bar",
          fill: hue(place),
          rx: 3,
          width: Math.max(1, width - 3),
          height: point.value && Math.max(1, Math.abs(y(point.value) - zero)),
          x: left + band * index + first + width * place + 1.5,
          y: Math.min(y(point.value), zero),
        },
        tooltip(series, point),
      ),
    ),
  );
  return [axes, marks];
}

function lines(chart, filled) {
  const { y, middle, zero, axes } = frame(chart);
  const marks = chart.series.map((series, place) => {
    const points = series.data.map((point, index) => `${middle(index)},${y(point.value)}`);
    const ends = [`${middle(0)},${zero}`, ...points, `${middle(points.length - 1)},${zero}`];
    return [
      filled && svg("polygon", { class: "area", fill: hue(place), points: ends.join(" ") }),
      svg("polyline", { class: "line-mark", stroke: hue(place), points: points.join(" ") }),
      series.data.map((point, index) =>
        svg(
          "circle",
          { class: "dot", cx: middle(index), cy: y(point.value), r: 3.5, fill: hue(place) },
          tooltip(series, point),
        ),
      ),
    ];
  });
  return [axes, marks];
}

function pie(chart) {
  const total = chart.segments.reduce((sum, one) => sum + one.value, 0);
  const [x, y, radius] = [HEIGHT / 2, HEIGHT / 2, HEIGHT / 2 - 14];
  const at = (share) =>
    [x + radius * Math.sin(2 * Math.PI * share), y - radius * Math.cos(2 * Math.PI * share)].join(" ");
  let before = 0;
  return chart.segments.map((one, index) => {
    const share = one.value / total;
    const path =
      share > 0.9999
        ? `M ${x} ${y - radius} a ${radius} ${radius} 0 1 1 -0.01 0 z`
        : `M ${x} ${y} L ${at(before)} A ${radius} ${radius} 0 ${share > 0.5 ? 1 : 0} 1 ${at(before + share)} z`;
    before += share;
    return svg(
      "path",
      { class: "slice", d: path, fill: hue(index) },
      svg("title", null, `${one.label}: ${number.format(one.value)}`),
    );
  });
}

const DRAW = { bar: bars, line: (chart) => lines(chart, false), area: (chart) => lines(chart, true), pie };

function legend(chart) {
  const total = (chart.segments ?? []).reduce((sum, one) => sum + one.value, 0);
  const entries =
    chart.type === "pie"
      ? chart.segments.map((one) => [
          one.label,
          `${number.format(one.value)} · ${Math.round((one.value / total) * 100)}%`,
        ])
      : chart.series.map((one) => [one.name]);
  return h(
    "ul",
    { class: "legend" },
    entries.map(([name, detail], index) =>
      h(
        "li",
        null,
        h("span", { class: "key", style: { background: hue(index) } }),
        h("span", null, name),
        detail && h("span", { class: "detail" }, detail),
      ),
    ),
  );
}

function spoken(chart) {
  if (chart.type === "pie") return chart.segments.map((one) => `${one.label} ${number.format(one.value)}`).join(", ");
  return chart.series
    .map((one) => `${one.name}: ${one.data.map((point) => `${point.label} ${number.format(point.value)}`).join(", ")}`)
    .join(". ");
}

export function chart(block) {
  const titleId = uniqueId("chart");
  const drawn = block.chart;
  const isPie = drawn.type === "pie";
  return h(
    "figure",
    { class: `chart${isPie ? " pie" : ""}`, "aria-labelledby": titleId },
    h("figcaption", { id: titleId }, block.title),
    h(
      "div",
      { class: "chart-body" },
      svg(
        "svg",
        { viewBox: `0 0 ${isPie ? HEIGHT : WIDTH} ${HEIGHT}`, role: "img", "aria-label": spoken(drawn) },
        DRAW[drawn.type]?.(drawn),
      ),
      legend(drawn),
    ),
  );
}
