// Asks the reference implementation (the npm package `opening_hours`) for states.
//
// Input on stdin: {modules, place, years: [first, last], questions: [[expression, [time...]]]};
// times are local, "2026-02-17T08:30". Output: the days off that it knows between the
// years, and for each question a list of states, or null when it refuses the expression.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const input = JSON.parse(readFileSync(0, "utf8"));
const OpeningHours = createRequire(join(input.modules, "package.json"))("opening_hours");

const parsed = (expression) => new OpeningHours(expression, input.place, { locale: "en" });

const day = (date) =>
  [date.getFullYear(), date.getMonth() + 1, date.getDate()]
    .map((part) => String(part).padStart(2, "0"))
    .join("-");

function holidays([first, last]) {
  const found = {};
  const stretches = parsed("PH").getOpenIntervals(new Date(first, 0, 1), new Date(last + 1, 0, 1));
  for (const [start, end, , name] of stretches) {
    for (const at = new Date(start); at < end; at.setDate(at.getDate() + 1)) {
      found[day(at)] = name;
    }
  }
  return found;
}

function states(expression, times) {
  let hours;
  try {
    hours = parsed(expression);
  } catch {
    return null;
  }
  return times.map((time) => {
    const at = new Date(time);
    if (hours.getUnknown(at)) return "unknown";
    return hours.getState(at) ? "open" : "closed";
  });
}

process.stdout.write(
  JSON.stringify({
    holidays: holidays(input.years),
    states: input.questions.map(([expression, times]) => states(expression, times)),
  }),
);
