// Lists of questions. Only one page of them is in the document, and a question's details only once it is opened.

const PAGE = 50;

// `rows` -> a list with page buttons; `draw` makes the element of a row.
function pagedList(rows, draw) {
  const list = element("div", {class: "rows"});
  const controls = element("nav", {class: "pages", "aria-label": "Pages of questions"});
  const pages = Math.max(1, Math.ceil(rows.length / PAGE));
  const show = (page) => {
    list.replaceChildren(...rows.slice(page * PAGE, (page + 1) * PAGE).map(draw));
    const step = (to, text) => element("button", {type: "button", class: "quiet", disabled: to < 0 || to >= pages, onclick: () => {
      show(to);
      list.parentElement.scrollIntoView({block: "start"});
    }}, text);
    const from = rows.length ? page * PAGE + 1 : 0;
    controls.replaceChildren(step(page - 1, "Previous"),
      element("span", {class: "muted"}, `${from.toLocaleString("en")}–${Math.min(rows.length, (page + 1) * PAGE).toLocaleString("en")} of ${rows.length.toLocaleString("en")}`),
      step(page + 1, "Next"));
  };
  show(0);
  return element("div", {class: "list"}, list, controls);
}

// A line that opens: `details` makes its columns when it is opened for the first time.
function expandable(summary, details, columns = "") {
  const box = element("details", {class: "row", ontoggle: () => {
    if (box.open && box.childElementCount === 1) box.append(element("div", {class: `details ${columns}`}, details()));
  }}, element("summary", {}, summary));
  return box;
}

function badge(outcome) {
  return element("span", {class: `badge ${outcome.replace(" ", "-")}`}, outcome);
}

function answerBlock(row, heading) {
  return element("div", {class: "block"}, element("h3", {}, heading),
    row.standalone ? element("p", {class: "muted"}, "Understood as: ", element("bdi", {}, row.standalone)) : null,
    row.error ? element("p", {class: "error"}, row.error) : null,
    element("p", {class: "answer"}, row.answer || "No answer."),
    row.short ? element("p", {}, element("span", {class: "muted"}, "Short: "), element("bdi", {}, row.short)) : null,
    row.citations.map(citationBlock));
}

function citationBlock(citation) {
  return element("blockquote", {},
    element("p", {class: "source"}, element("span", {}, citation.title || citation.doc),
      citation.gold === null ? null : element("span", {class: `badge ${citation.gold ? "right" : "plain"}`}, citation.gold ? "gold sentence" : "other sentence"),
      citation.exact === false ? element("span", {class: "badge wrong"}, "not what the document says") : null),
    element("p", {class: "passage"}, citation.before, element("mark", {}, citation.quote), citation.after));
}

function goldBlock(row) {
  const {answers, answerable, evidence} = row.gold;
  if (answerable !== false && !answers.length && !evidence.length) return null;
  return element("div", {class: "block"}, element("h3", {}, "Gold"),
    answerable === false ? element("p", {}, "The articles do not answer this.") : null,
    answers.length ? element("ul", {class: "answers"}, answers.map((answer) => element("li", {}, answer))) : null,
    evidence.map((item) => element("p", {class: "evidence"}, item.text ? ["“", element("bdi", {}, item.text), "” "] : null, element("span", {class: "muted"}, item.doc))));
}

// What the answer tells of what it should, and says of what it must not. Each mark is a word: colour says nothing alone.
function toldBlock(row) {
  const {given, expected} = row.verdict;
  return [
    markedBlock("Verdict", expected ? [verdictMark(given, expected)] : []),
    markedBlock("Nuggets", row.nuggets.map((nugget) => [nugget.told ? "right" : nugget.vital ? "wrong" : "plain", nugget.told ? "told" : "missed", nuggetText(nugget)])),
    markedBlock("Forbidden statements", row.forbidden.map(({text, counts}) =>
      [counts ? "wrong" : "plain", "told", [element("bdi", {}, text), counts ? null : element("span", {class: "muted"}, " (after all that is vital; does not count)")]])),
    markedBlock("Parties", row.parties.map(({name, covered}) => [covered ? "right" : "wrong", covered ? "covered" : "missed", element("bdi", {}, name)])),
  ];
}

function verdictMark(given, expected) {
  const [look, word] = given === expected ? ["right", "right"] : given ? ["wrong", "wrong"] : ["wrong", "missing"];
  return [look, word, `given: ${given || "none"}, expected: ${expected}`];
}

function nuggetText({text, vital}) {
  return [vital ? element("strong", {}, "vital: ") : null, element("bdi", {}, text)];
}

// `marks` are [look, word, text]; nothing where there are none.
function markedBlock(heading, marks) {
  if (!marks.length) return null;
  return element("div", {class: "block"}, element("h3", {}, heading),
    element("ul", {class: "marked", role: "list"}, marks.map(([look, word, text]) =>
      element("li", {}, element("span", {class: `badge ${look}`}, word), " ", element("span", {}, text)))));
}

function foundBlock(row) {
  if (!row.found.length) return null;
  return element("div", {class: "block"}, element("h3", {}, "Found"),
    element("ol", {class: "found"}, row.found.map((item) =>
      element("li", {class: item.relevant ? "relevant" : "muted"}, element("bdi", {}, item.doc), item.relevant ? " ✓ relevant" : ""))));
}

function historyBlock(row) {
  if (!row.history.length) return null;
  return element("div", {class: "block"}, element("h3", {}, "Said before"),
    row.history.map((message) => element("p", {class: "message"}, element("span", {class: "muted"}, `${message.role}: `), element("bdi", {}, message.content))));
}

function valuesBlock(row) {
  const names = data.about_measures.filter((about) => row.values[about.name] !== undefined);
  const pairs = names.map((about) => [about.name, format(row.values[about.name], about.unit)]);
  for (const [name, unit] of [["confidence", "share"], ["milliseconds", "ms"]]) {
    if (row.values[name] !== undefined) pairs.push([name, format(row.values[name], unit)]);
  }
  return element("div", {class: "block"}, element("h3", {}, "Values"),
    element("dl", {class: "values"}, pairs.flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, value)])));
}
