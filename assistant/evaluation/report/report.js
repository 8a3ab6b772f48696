// The report of one run.

function header() {
  const {gold, run} = data;
  const system = Object.entries(run.system).map(([name, value]) => [element("dt", {}, name), element("dd", {}, value)]);
  return element("header", {},
    element("div", {class: "title"}, element("h1", {}, `Evaluation of ${gold.name}`), themeButton()),
    element("p", {class: "muted"}, [`${data.questions.toLocaleString("en")} questions`,
      ...Object.entries(data.statuses).map(([status, n]) => `${n.toLocaleString("en")} ${status.replace("_", " ")}`),
      new Date(run.started).toLocaleString("en", {dateStyle: "long", timeStyle: "short"})].join(" · ")),
    element("details", {class: "system"}, element("summary", {}, "What was asked"), element("dl", {class: "values"}, system)));
}

function warnings() {
  return data.warnings.length ? element("ul", {class: "warnings"}, data.warnings.map((warning) => element("li", {}, warning))) : null;
}

function headlines() {
  const tiles = data.headlines.filter((name) => data.measures[name].value !== null).map((name) => {
    const figure = data.measures[name];
    return element("div", {class: "tile card"},
      element("span", {class: "muted"}, aboutMeasure[name].group), element("strong", {}, format(figure.value, aboutMeasure[name].unit)),
      breakable(name), intervalNote(figure, aboutMeasure[name].unit), element("span", {class: "muted"}, aboutMeasure[name].description));
  });
  return element("div", {class: "tiles"}, tiles);
}

function intervalNote(figure, unit) {
  const known = figure.low !== null && figure.low !== undefined;
  return element("span", {class: "muted interval"}, known ? `${format(figure.low, unit)} to ${format(figure.high, unit)}` : "no interval");
}

function measureSections() {
  const groups = [...new Set(data.about_measures.map((about) => about.group))];
  return section("measures", "Measures",
    element("p", {class: "muted"}, "Bars show the figure, whiskers its 95\u00a0% interval over resampled questions; n is how many questions have a value. An interval without width means that all these questions agree, not that the figure is certain."),
    element("div", {class: "columns"}, groups.map(measureCard)), undefinedMeasures(), sources());
}

function measureCard(group) {
  const known = data.about_measures.filter((about) => about.group === group && data.measures[about.name].value !== null);
  if (!known.length) return null;
  return element("div", {class: "card"}, element("h3", {}, group), known.map((about) => measureRow(about, data.measures[about.name])),
    group === "Cost" ? costLines() : null, group === "Citations" && data.judge ? judgeLine() : null);
}

function measureRow(about, figure) {
  return element("div", {class: "measure"},
    element("div", {class: "name"}, breakable(about.name),
      about.better === "lower" ? element("span", {class: "muted"}, " lower is better") : null,
      element("span", {class: "muted n"}, `n ${figure.n.toLocaleString("en")}`)),
    meterOf(about, figure),
    element("div", {class: "figure"}, element("strong", {}, format(figure.value, about.unit)), intervalNote(figure, about.unit)),
    element("p", {class: "muted description"}, about.description));
}

function meterOf(about, figure) {
  if (about.unit === "share") return bar(figure);
  if (about.unit === "gain") return bar(figure, -1, 1);
  return null;
}

function costLines() {
  const {peak_memory_mb: memory, passages_per_second: speed} = data.cost;
  return [
    memory === null ? null : element("p", {class: "muted"}, `Peak memory of the evaluating process: ${Math.round(memory).toLocaleString("en")} MB.`),
    speed === null ? null : element("p", {class: "muted"}, `Embedding: ${speed.toFixed(1)} passages a second.`),
  ];
}

function judgeLine() {
  const {claims, kept, wrong_among_supported: wrong} = data.judge;
  const percent = (share) => `${Math.round(100 * share)}\u00a0%`;
  return element("p", {class: "muted"}, `grounded.*: of what this judge calls supported, ${percent(wrong)} is wrong on ${claims.toLocaleString("en")} claims written to mislead; it calls ${percent(kept)} of the right ones so.`);
}

function undefinedMeasures() {
  const unknown = data.about_measures.filter((about) => data.measures[about.name].value === null);
  if (!unknown.length) return null;
  return element("details", {class: "system"}, element("summary", {}, `${unknown.length} measures without a value`),
    element("dl", {class: "values"}, unknown.flatMap((about) => [element("dt", {}, about.name), element("dd", {}, data.measures[about.name].reason)])));
}

function sources() {
  return element("details", {class: "system"}, element("summary", {}, "Where the measures come from"),
    element("dl", {class: "values"}, data.about_measures.flatMap((about) => [element("dt", {}, about.name), element("dd", {}, about.source)])));
}

function curveSection() {
  const {risk_coverage: risk, calibration, milliseconds} = data.curves;
  const charts = [risk.length ? riskCoverageChart(risk) : null, calibration.length ? calibrationChart(calibration) : null, milliseconds.length ? latencyChart(milliseconds) : null];
  return charts.some(Boolean) ? section("curves", "Confidence and time", element("div", {class: "grid charts"}, charts)) : null;
}

function sliceSection() {
  const fields = Object.keys(data.slices);
  const names = data.about_measures.map((about) => about.name).filter((name) => data.measures[name].value !== null);
  if (!fields.length || !names.length) return null;
  const chosen = {field: fields.includes("type") ? "type" : fields[0], measure: data.headlines.find((name) => names.includes(name)) || names[0]};
  const body = element("div", {class: "card"});
  const draw = () => body.replaceChildren(...sliceRows(data.slices[chosen.field], aboutMeasure[chosen.measure]));
  const choose = (what) => (value) => { chosen[what] = value; draw(); };
  draw();
  return section("slices", "Slices", element("div", {class: "controls"},
    select("Field", fields.map((field) => [field, field]), chosen.field, choose("field")),
    select("Measure", names.map((name) => [name, name]), chosen.measure, choose("measure"))), body);
}

function sliceRows(parts, about) {
  const longest = Math.max(...Object.values(parts).map((part) => part.measures[about.name]?.high ?? 0), 1);
  return Object.entries(parts).map(([value, part]) => {
    const figure = part.measures[about.name];
    const name = element("div", {class: "name"}, element("span", {}, value), element("span", {class: "muted n"}, `n ${(figure ? figure.n : part.n).toLocaleString("en")}`));
    if (!figure) return element("div", {class: "measure"}, name, element("p", {class: "muted"}, "no value for these questions"));
    return element("div", {class: "measure"}, name, meterOf(about, figure) || bar(figure, 0, longest),
      element("div", {class: "figure"}, element("strong", {}, format(figure.value, about.unit)), intervalNote(figure, about.unit)));
  });
}

function questionSection() {
  const outcomes = countBy(data.rows.map((row) => row.outcome));
  const memberships = countBy(data.rows.flatMap((row) => row.slices));
  const wanted = {outcome: "", slice: "", text: "", order: "given"};
  const results = element("div", {});
  const draw = () => results.replaceChildren(pagedList(chosenRows(wanted), questionRow));
  const choose = (what) => (value) => { wanted[what] = value; draw(); };
  const search = element("input", {type: "search", placeholder: "words of question or answer", oninput: (event) => choose("text")(event.target.value)});
  draw();
  const withCounts = (counts) => Object.keys(counts).sort().map((name) => [name, `${name} (${counts[name]})`]);
  return section("questions", "Questions", leftOut(), element("div", {class: "controls"},
    select("Outcome", [["", `all (${data.rows.length})`], ["failures", `all failures (${data.rows.filter(isFailure).length})`], ["refused", `all refused (${data.rows.filter(isRefused).length})`], ...withCounts(outcomes)], "", choose("outcome")),
    Object.keys(memberships).length ? select("Slice", [["", "all"], ...withCounts(memberships)], "", choose("slice")) : null,
    select("Order", [["given", "as in the gold file"], ["ndcg@10", "worst found first"], ["confidence", "least sure first"], ["milliseconds", "slowest first"]], "given", choose("order")),
    element("label", {class: "control"}, element("span", {}, "Search"), search)), results);
}

// What a reader must know when the page does not hold all questions.
function leftOut() {
  const [shown, all, failed] = [data.rows.length, data.questions, data.failed].map((n) => n.toLocaleString("en"));
  if (shown === all) return null;
  const which = data.failed > data.rows.length ? `a sample of the ${failed} failures` : `all failures (${failed}) and a sample of the others`;
  return element("p", {class: "muted"}, `${shown} of ${all} questions are shown here: ${which}. All figures above count every question; the rest is in scores.jsonl and predictions.jsonl beside this file.`);
}

const isFailure = (row) => data.failures.includes(row.outcome);
const isRefused = (row) => row.outcome.startsWith("refused");

function chosenRows({outcome, slice, text, order}) {
  const needle = text.trim().toLowerCase();
  const isOutcome = (row) => !outcome || row.outcome === outcome || (outcome === "failures" && isFailure(row)) || (outcome === "refused" && isRefused(row));
  const rows = data.rows.filter((row) => isOutcome(row) && (!slice || row.slices.includes(slice)) &&
    (!needle || `${row.id} ${row.question} ${row.answer}`.toLowerCase().includes(needle)));
  if (order === "given") return rows;
  const sign = order === "milliseconds" ? -1 : 1;
  const rank = (row) => (row.values[order] === undefined ? Infinity : sign * row.values[order]);
  return rows.sort((one, other) => rank(one) - rank(other) || 0);
}

function questionRow(row) {
  const confidence = row.values.confidence;
  return expandable([badge(row.outcome), element("span", {class: "question"}, row.question),
    element("span", {class: "muted n"}, confidence === undefined ? "" : `confidence ${confidence.toFixed(2)}`)],
    () => [element("div", {}, historyBlock(row), answerBlock(row, "Answer")), element("div", {}, toldBlock(row), goldBlock(row), foundBlock(row), valuesBlock(row))]);
}

function countBy(names) {
  const counts = {};
  for (const name of names) counts[name] = (counts[name] || 0) + 1;
  return counts;
}

document.getElementById("page").replaceChildren(header(), ...[warnings(), headlines(), measureSections(), curveSection(), sliceSection(), questionSection()].filter(Boolean));
