// The report of a comparison of two runs.

function header() {
  const run = (title, {name, system}) => element("div", {class: "card"}, element("h2", {}, `${title}: ${name}`),
    element("dl", {class: "values"}, Object.entries(system).map(([key, value]) => [element("dt", {}, key), element("dd", {}, value)])));
  return element("header", {},
    element("div", {class: "title"}, element("h1", {}, `${data.old.name} against ${data.new.name}`), themeButton()),
    element("p", {class: "muted"}, `${data.questions.toLocaleString("en")} questions of ${data.old.gold}, each asked in both runs. ${verdictSentence()}`),
    element("div", {class: "grid"}, run("Old", data.old), run("New", data.new)));
}

function verdictSentence() {
  const count = (verdict) => data.comparisons.filter((one) => one.verdict === verdict).length;
  return `${count("better")} measures are better, ${count("worse")} worse; ${count("unclear")} differ by no more than chance may; ${count("same")} are the same.`;
}

function measureTable() {
  const groups = [...new Set(data.comparisons.map((one) => aboutMeasure[one.name].group))];
  return section("measures", "Measures",
    element("p", {class: "muted"}, "New minus old with its 95\u00a0% interval, paired by question. p is from a sign-flip randomisation test (measures of whole sets: paired bootstrap), corrected for the number of measures (Holm). Costs are shown and not judged."),
    groups.map((group) => element("div", {class: "card"}, element("h3", {}, group), comparisonRows(group))));
}

function comparisonRows(group) {
  const rows = data.comparisons.filter((one) => aboutMeasure[one.name].group === group);
  const isShare = (one) => ["share", "gain"].includes(aboutMeasure[one.name].unit);
  const farthest = (like) => Math.max(0, ...rows.filter((one) => isShare(one) === isShare(like)).flatMap((one) => [Math.abs(one.low), Math.abs(one.high)]));
  // A scale for shares and one for the rest; never so narrow that a difference of nothing looks like one.
  const reachOf = (one) => Math.max(farthest(one) * 1.05, isShare(one) ? 0.02 : 1);
  return rows.map((one) => {
    const {unit, better, description} = aboutMeasure[one.name];
    return element("div", {class: "measure", title: description},
      element("div", {class: "name"}, breakable(one.name), better === "lower" ? element("span", {class: "muted"}, " lower is better") : null,
        element("span", {class: "muted n"}, `n ${one.n.toLocaleString("en")}`)),
      differenceMark(one, reachOf(one)),
      element("div", {class: "figure"}, element("strong", {}, formatSigned(one.difference, unit)),
        element("span", {class: "muted interval"}, `${formatSigned(one.low, unit)} to ${formatSigned(one.high, unit)}`)),
      element("p", {class: "muted description"}, badge(one.verdict), ` ${format(one.old, unit)} → ${format(one.new, unit)}, p ${formatP(one.p)}`));
  });
}

function formatP(p) {
  return p < 0.001 ? "< 0.001" : p.toFixed(3);
}

function questionSection() {
  const names = data.per_question.filter((name) => data.rows.some((row) => change(row, name)));
  if (!names.length) return section("questions", "Questions", element("p", {}, "No question scored otherwise in any measure."));
  const wanted = {measure: names[0], direction: "changed"};
  const results = element("div", {});
  const draw = () => results.replaceChildren(pagedList(chosenRows(wanted), (row) => questionRow(row, wanted.measure)));
  const choose = (what) => (value) => { wanted[what] = value; draw(); };
  draw();
  return section("questions", "Questions that changed", leftOut(), element("div", {class: "controls"},
    select("Measure", names.map((name) => [name, `${name} (${count(name, 1)} better, ${count(name, -1)} worse)`]), wanted.measure, choose("measure")),
    select("Show", [["changed", "better and worse"], ["better", "better"], ["worse", "worse"]], wanted.direction, choose("direction"))), results);
}

// What a reader must know when the page does not hold all of them.
function leftOut() {
  const [shown, all] = [data.rows.length, data.changed].map((n) => n.toLocaleString("en"));
  return shown === all ? null : element("p", {class: "muted"}, `A sample of ${shown} of the ${all} questions that changed is shown and counted here; all are in scores.jsonl of the two runs.`);
}

// Above zero when the new run is better, whichever way that is for this measure.
function change(row, name) {
  const [before, after] = [row.old.values[name], row.new.values[name]];
  if (before === undefined || after === undefined) return 0;
  return (after - before) * (aboutMeasure[name].better === "lower" ? -1 : 1);
}

function count(name, sign) {
  return data.rows.filter((row) => Math.sign(change(row, name)) === sign).length;
}

function chosenRows({measure, direction}) {
  const isWanted = {changed: (size) => size !== 0, better: (size) => size > 0, worse: (size) => size < 0}[direction];
  return data.rows.filter((row) => isWanted(change(row, measure))).sort((one, other) => change(one, measure) - change(other, measure));
}

function questionRow(row, measure) {
  const {unit} = aboutMeasure[measure];
  return expandable([badge(change(row, measure) > 0 ? "better" : "worse"), element("span", {class: "question"}, row.old.question),
    element("span", {class: "muted n"}, `${format(row.old.values[measure], unit)} → ${format(row.new.values[measure], unit)}`)],
    () => [changesBlock(row), element("div", {}, answerBlock(row.old, "Old answer"), toldBlock(row.old), foundBlock(row.old)), element("div", {}, answerBlock(row.new, "New answer"), toldBlock(row.new), foundBlock(row.new)),
      element("div", {class: "wide"}, historyBlock(row.old), goldBlock(row.old))], "even");
}

// Both runs have the same nuggets, in one order; one of an older version may know nothing of them.
function changesBlock(row) {
  const isOther = (nugget, at) => row.old.nuggets[at] && nugget.told !== row.old.nuggets[at].told;
  const changes = row.new.nuggets.filter(isOther).map((nugget) => [nugget.told ? "better" : "worse", nugget.told ? "gained" : "lost", nuggetText(nugget)]);
  return changes.length ? element("div", {class: "wide"}, markedBlock("Nuggets gained and lost", changes)) : [];
}

document.getElementById("page").replaceChildren(header(), measureTable(), questionSection());
