import { stringify } from "yaml";

/**
 * Follows what a TAP parser reads and hands over each of its top-level tests (here: files) once it is complete, as a tree of
 * `{ name, result, points }`. A point is an assertion or, with `test`, a test of its own. `printed` is what the file wrote beside.
 */
export function watch(parser, done) {
  // The parser reports foreign lines at the top, whatever the depth they stand at. tap keeps the output of one file together.
  let printed = "";
  parser.on("extra", (text) => (printed += text));
  collect(parser, ({ test }) => {
    if (test !== undefined) done({ ...test, printed });
    printed = "";
  });
}

/** Counts tests: each one without tests inside it, and each one around others that failed by itself. An assertion is no test. */
export function tally(test) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  let around = false;
  for (const { result, test: inner } of test.points) {
    if (inner !== undefined && inner.points.length > 0) {
      around = true;
      const { passed, failed, skipped } = tally(inner);
      counts.passed += passed;
      counts.failed += failed;
      counts.skipped += skipped;
    } else if (result.skip || result.todo) {
      counts.skipped += 1;
    } else if (inner !== undefined) {
      around = true;
      counts[result.ok ? "passed" : "failed"] += 1;
    }
  }
  if (failedItself(test)) counts.failed += 1;
  else if (!around && test.points.some(isAssertion)) counts.passed += 1;
  return counts;
}

/** Every failure of a test and those inside it, each as text: where it stands and all that tap says about it. */
export function failuresOf(test, above = []) {
  const here = [...above, test.name];
  const texts = test.points.flatMap(({ result, test: inner }) => {
    if (inner !== undefined) return failuresOf(inner, here);
    return failed(result) ? [describe([...here, result.name], result)] : [];
  });
  if (texts.length === 0 && failed(test.result)) texts.push(describe(here, test.result));
  return texts;
}

function collect(parser, onPoint) {
  const open = [];
  parser.on("child", (child) => {
    const test = { name: child.name, parser: child, points: [] };
    open.push(test);
    collect(child, (point) => test.points.push(point));
  });
  parser.on("assert", (result) => {
    const at = open.findIndex((test) => test.parser.closingTestPoint === result);
    if (at === -1) return onPoint({ result });
    const [{ name, points }] = open.splice(at, 1);
    onPoint({ result, test: { name, result, points } });
  });
}

// By an assertion of its own, or by something that is no assertion: a plan that was missed, a time-out, a crash.
function failedItself(test) {
  return (
    failed(test.result) &&
    (test.points.some((point) => isAssertion(point) && failed(point.result)) ||
      !test.points.some((point) => failed(point.result)))
  );
}

function isAssertion({ result, test }) {
  return test === undefined && !result.skip && !result.todo;
}

function failed(result) {
  return !result.ok && !result.skip && !result.todo;
}

function describe(path, { diag, tapError }) {
  const details = { ...(tapError ? { tapError } : {}), ...diag };
  return `${path.join(" > ")}\n${indent(Object.keys(details).length > 0 ? stringify(details) : "")}`.trimEnd();
}

/** The text, each line moved to the right. */
export function indent(text) {
  return text.replace(/^(?=.)/gm, "    ").trimEnd();
}
