import t from "tap";
import { limitOfAnswer } from "../../../../core/channels/sendgrid/limit-of-answer.js";
import type { Answer } from "../../../../core/channels/sendgrid/outcome-of-answer.js";

const NOW = Date.UTC(2026, 0, 5, 9);
const epoch = NOW / 1000;

function limit(status: number, headers: Answer["headers"]) {
  return limitOfAnswer({ status, headers }, NOW);
}

void t.test("a 429 says when to come again, within a second and an hour, and takes nothing before", async (t) => {
  const at = (headers: Answer["headers"]): number => {
    const told = limit(429, headers);
    t.equal(told?.remaining, 0);
    return ((told?.resetAt ?? NaN) - NOW) / 1000;
  };
  t.equal(at({ "x-ratelimit-reset": `${epoch + 30}` }), 30);
  t.equal(at({ "x-ratelimit-reset": `${epoch - 30}` }), 1);
  t.equal(at({ "x-ratelimit-reset": "0" }), 1);
  t.equal(at({ "x-ratelimit-reset": `${epoch + 86_400}` }), 3600);
  t.equal(at({ "x-ratelimit-reset": [`${epoch + 30}`, "9"] }), 30);
  t.equal(at({ "x-ratelimit-reset": `${epoch + 30}`, "retry-after": "7" }), 30);
  t.equal(at({ "x-ratelimit-reset": "soon", "retry-after": "7" }), 7);
  t.equal(at({ "x-ratelimit-reset": `${epoch + 30}`, "x-ratelimit-remaining": "9" }), 30, "whatever is said to remain");
  t.equal(at({ "retry-after": new Date(NOW + 60_000).toUTCString() }), 60);
  for (const headers of [{ "retry-after": "soon" }, { "retry-after": "" }, {}])
    t.same(limit(429, headers), { remaining: 0 });
});

void t.test("any answer may tell what remains until when", async (t) => {
  const told = (remaining: string, reset: number | string = epoch + 30) =>
    limit(202, { "x-ratelimit-remaining": remaining, "x-ratelimit-reset": `${reset}` });
  t.same(told("12"), { remaining: 12, resetAt: NOW + 30_000 });
  t.same(told("0"), { remaining: 0, resetAt: NOW + 30_000 });
  t.same(told("5", epoch - 1), { remaining: 5, resetAt: NOW + 1_000 });
  t.same(told("5", epoch + 86_400), { remaining: 5, resetAt: NOW + 3_600_000 });
});

void t.test("what says only half says nothing", async (t) => {
  const reset = `${epoch + 30}`;
  t.equal(limit(202, {}), undefined);
  t.equal(limit(202, { "x-ratelimit-reset": reset }), undefined);
  t.equal(limit(202, { "x-ratelimit-remaining": "0" }), undefined);
  t.equal(limit(202, { "x-ratelimit-remaining": "some", "x-ratelimit-reset": reset }), undefined);
  t.equal(limit(202, { "x-ratelimit-remaining": "0", "retry-after": "7" }), undefined, "asked of a 429 only");
});
