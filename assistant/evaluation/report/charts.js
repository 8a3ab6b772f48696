// Charts as inline SVG. Colours and type come from the style sheet; every mark says its numbers when pointed at.

// A bar from 0 to the value with its interval, on a scale from `low` to `high`.
function bar(figure, low = 0, high = 1) {
  const at = (value) => `${(100 * (Math.min(Math.max(value, low), high) - low)) / (high - low)}%`;
  const width = (from, to) => `${(100 * Math.abs(Math.min(to, high) - Math.max(from, low))) / (high - low)}%`;
  const zero = Math.max(low, 0);
  const marks = [
    svg("rect", {class: "track", x: 0, y: 7, width: "100%", height: 6, rx: 3}),
    svg("rect", {class: "bar", x: at(Math.min(zero, figure.value)), y: 7, width: width(Math.min(zero, figure.value), Math.max(zero, figure.value)), height: 6, rx: 3}),
  ];
  if (low < 0) marks.push(svg("line", {class: "axis", x1: at(0), x2: at(0), y1: 2, y2: 18}));
  if (figure.low !== null && figure.low !== undefined) marks.push(...whisker(at(figure.low), at(figure.high)));
  return svg("svg", {class: "meter", height: 20, role: "img", "aria-label": intervalText(figure)}, marks);
}

// A point with its interval beside a line at zero.
function differenceMark(comparison, reach) {
  const at = (value) => `${50 + (50 * Math.min(Math.max(value, -reach), reach)) / reach}%`;
  return svg("svg", {class: `meter ${comparison.verdict}`, height: 20, role: "img", "aria-label": intervalText({...comparison, value: comparison.difference})},
    svg("line", {class: "axis", x1: "50%", x2: "50%", y1: 0, y2: 20}),
    whisker(at(comparison.low), at(comparison.high)),
    svg("circle", {class: "dot", cx: at(comparison.difference), cy: 10, r: 4.5}));
}

function whisker(from, to) {
  return [
    svg("line", {class: "whisker", x1: from, x2: to, y1: 10, y2: 10}),
    svg("line", {class: "whisker", x1: from, x2: from, y1: 6, y2: 14}),
    svg("line", {class: "whisker", x1: to, x2: to, y1: 6, y2: 14}),
  ];
}

function intervalText(figure) {
  return figure.low === null || figure.low === undefined ? `${figure.value}` : `${figure.value}, 95 % interval ${figure.low} to ${figure.high}`;
}

// A frame with axes; `x` and `y` turn values into places inside it.
function plot(title, caption, xAxis, yAxis, draw) {
  const [width, height, left, bottom, top, right] = [380, 250, 60, 42, 12, 14];
  const x = (value) => left + ((value - xAxis.low) / (xAxis.high - xAxis.low)) * (width - left - right);
  const y = (value) => height - bottom - ((value - yAxis.low) / (yAxis.high - yAxis.low)) * (height - bottom - top);
  const grid = yAxis.ticks.flatMap((tick) => [
    svg("line", {class: "grid", x1: left, x2: width - right, y1: y(tick), y2: y(tick)}),
    svg("text", {class: "tick", x: left - 8, y: y(tick) + 4, "text-anchor": "end"}, yAxis.format(tick)),
  ]);
  const labels = xAxis.ticks.map((tick) =>
    svg("text", {class: "tick", x: x(tick), y: height - bottom + 17, "text-anchor": "middle"}, xAxis.format(tick)));
  return element("figure", {class: "card"}, element("h3", {}, title),
    svg("svg", {class: "plot", viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": `${title}. ${caption}`},
      grid, labels,
      svg("text", {class: "label", x: (left + width - right) / 2, y: height - 6, "text-anchor": "middle"}, xAxis.label),
      svg("text", {class: "label", x: 0, y: 0, "text-anchor": "middle", transform: `translate(11 ${(top + height - bottom) / 2}) rotate(-90)`}, yAxis.label),
      draw(x, y)),
    element("figcaption", {class: "muted"}, caption));
}

const percent = (value) => `${Math.round(value * 100)} %`;
const shareAxis = (label) => ({label, low: 0, high: 1, ticks: [0, 0.25, 0.5, 0.75, 1], format: percent});

function riskCoverageChart(points) {
  const highest = Math.max(...points.map((point) => point.risk), 0.05);
  const risks = niceAxis("wrong among the given", Math.min(1, highest), percent);
  return plot("Risk and coverage", "How many answers are wrong when only the most confident ones are given.",
    shareAxis("questions answered"), risks, (x, y) => [
      svg("path", {class: "line", d: points.map((point, at) => `${at ? "L" : "M"}${x(point.coverage).toFixed(1)} ${y(point.risk).toFixed(1)}`).join("")}),
      points.map((point) => svg("circle", {class: "hover", cx: x(point.coverage), cy: y(point.risk), r: 6},
        svg("title", {}, `${percent(point.coverage)} answered at confidence ${point.confidence.toFixed(2)} or more: ${percent(point.risk)} wrong`))),
    ]);
}

function calibrationChart(bins) {
  const most = Math.max(...bins.map((bin) => bin.n));
  return plot("Calibration", "On the line, answers are right as often as their confidence says. Larger points hold more answers.",
    shareAxis("confidence"), shareAxis("right"), (x, y) => [
      svg("line", {class: "diagonal", x1: x(0), y1: y(0), x2: x(1), y2: y(1)}),
      bins.map((bin) => svg("circle", {class: "point", cx: x(bin.confidence), cy: y(bin.right), r: 3 + 8 * Math.sqrt(bin.n / most)},
        svg("title", {}, `confidence ${percent(bin.low)} to ${percent(bin.high)}: ${bin.n} answers, ${percent(bin.confidence)} sure, ${percent(bin.right)} right`))),
    ]);
}

// The last bin holds all that took longer than the others; it is drawn as wide as they are.
function latencyChart(bins) {
  const width = bins[0].high - bins[0].low || 1;
  const edge = bins[0].low + width * bins.length;
  const times = niceAxis("milliseconds", edge, (value) => value.toLocaleString("en"));
  const counts = niceAxis("questions", Math.max(...bins.map((bin) => bin.n)), (value) => value.toLocaleString("en"), 1);
  return plot("Latency", `One answer, inside the assistant. The slowest took ${Math.round(bins[bins.length - 1].high).toLocaleString("en")} ms and stands in the last bar.`,
    {...times, low: 0, high: Math.max(edge, times.ticks[times.ticks.length - 1])}, counts, (x, y) => bins.map((bin, at) =>
      svg("rect", {class: "column", x: x(at * width) + 0.5, y: y(bin.n), width: Math.max(1, x(width) - x(0) - 1), height: Math.max(0, y(0) - y(bin.n))},
        svg("title", {}, `${bin.low.toFixed(1)} to ${bin.high.toFixed(1)} ms: ${bin.n} questions`))));
}

// From 0 to a round number at or above `highest`, in a few round steps, none below `smallest`.
function niceAxis(label, highest, formatTick, smallest = 0) {
  const rough = Math.max((highest || 1) / 4, smallest);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough * 0.999);
  const steps = Math.ceil(highest / step - 1e-9) || 1;
  const ticks = Array.from({length: steps + 1}, (_, at) => Number((at * step).toPrecision(12)));
  return {label, low: 0, high: ticks[steps], ticks, format: formatTick};
}
