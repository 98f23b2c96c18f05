import t from "tap";
import { outcomeOfAnswer, type Answer } from "../../../../core/channels/sendgrid/outcome-of-answer.js";
import type { Outcome } from "../../../../core/contracts/channel.js";
import { presets } from "../../../fakes/sendgrid-behaviour.js";

const NOW = Date.UTC(2026, 0, 5, 9);
const secrets = ["SG.the-key", "ann@example.com"];

function answer(status: number, rest: Partial<Answer> = {}): Outcome {
  return outcomeOfAnswer({ status, headers: {}, body: "", complete: true, ...rest }, NOW, secrets);
}

function errors(...errors: unknown[]): { body: string } {
  return { body: JSON.stringify({ errors }) };
}

void t.test("every answer of SendGrid has its outcome", async (t) => {
  const words = errors({ field: "from.email", message: "Not verified" });
  const reason = (status: number): string => `SendGrid answered ${status}: from.email: Not verified`;
  t.same(answer(202, { headers: { "x-message-id": "Ua9z" } }), { status: "accepted", providerId: "Ua9z" });
  t.same(answer(202), { status: "accepted", providerId: null });
  t.same(answer(200, { body: "{}" }), { status: "accepted", providerId: null }, "the sandbox");
  for (const status of [400, 404, 405, 406, 413, 451]) {
    t.same(answer(status, words), { status: "rejected", reason: reason(status) });
  }
  t.same(answer(401, words), { status: "deferred", reason: reason(401), pause: {} });
  t.same(answer(403, words), { status: "deferred", reason: reason(403), pause: { probeAt: NOW + 900_000 } });
  t.same(answer(429, words), { status: "deferred", reason: reason(429), limit: { remaining: 0 } });
  for (const status of [500, 502, 503, 504])
    t.same(answer(status, words), { status: "uncertain", reason: reason(status) });
  for (const status of [201, 204, 302, 307, 402, 409, 418, 422, 599])
    t.equal(answer(status).status, "uncertain", `${status}`);
});

void t.test("the limit that an answer tells goes with its outcome, whatever it is", async (t) => {
  const reset = NOW / 1000 + 30;
  const headers = { "x-ratelimit-remaining": "3", "x-ratelimit-reset": `${reset}` };
  const limit = { remaining: 3, resetAt: NOW + 30_000 };
  t.match(answer(202, { headers }), { status: "accepted", limit });
  t.match(answer(400, { headers }), { status: "rejected", limit });
  t.match(answer(503, { headers }), { status: "uncertain", limit });
  t.match(answer(401, { headers }), { status: "deferred", pause: {}, limit });
  t.match(answer(429, { headers }), { status: "deferred", limit: { remaining: 0, resetAt: NOW + 30_000 } });
  t.notOk("limit" in answer(202));
});

void t.test("a failure before the request left defers, one after it is in doubt", async (t) => {
  for (const failure of [
    "ECONNREFUSED",
    "ENOTFOUND",
    "EAI_AGAIN",
    "UND_ERR_CONNECT_TIMEOUT",
    "EPROTO",
    "timeout",
    "aborted",
  ]) {
    t.same(outcomeOfAnswer({ failure, written: false }, NOW, secrets), {
      status: "deferred",
      reason: `Nothing was sent to SendGrid: ${failure}`,
    });
  }
  for (const failure of ["ECONNRESET", "EPIPE", "UND_ERR_SOCKET", "HPE_INVALID_CONSTANT", "timeout", "aborted"]) {
    t.same(outcomeOfAnswer({ failure, written: true }, NOW, secrets), {
      status: "uncertain",
      reason: `The connection to SendGrid gave no answer: ${failure}`,
    });
  }
});

void t.test("a 2xx that is not SendGrid's is in doubt", async (t) => {
  const { html, "wrong-content-type": image } = presets;
  for (const { status, body } of [html, image]) t.equal(answer(status, { body }).status, "uncertain");
  t.equal(answer(202, { body: "<html>" }).status, "uncertain");
  t.equal(answer(200, { body: "", complete: false }).status, "uncertain", "it broke off");
});

void t.test("the head decides when the body breaks off", async (t) => {
  t.same(answer(202, { headers: { "x-message-id": "Ua9z" }, body: "..", complete: false }), {
    status: "accepted",
    providerId: "Ua9z",
  });
  t.equal(answer(400, { body: '{"errors":[{"mess', complete: false }).status, "rejected");
});

void t.test("the provider's words tell no address, no key, and are one short line", async (t) => {
  const reason = (...all: unknown[]): string =>
    (answer(400, errors(...all)) as { reason: string }).reason.slice("SendGrid answered 400".length);
  t.equal(reason({ field: null, message: "Bad" }, { field: "to", message: "Worse" }), ": Bad; to: Worse");
  t.equal(
    reason({ message: 'The address "ann@example.com" and <Bob@Example.org> bounced' }),
    ': The address "[…]" and […] bounced',
  );
  t.equal(reason({ message: "Key SG.the-key, SG.other-key" }), ": Key […], […]");
  t.equal(reason({ message: "two\r\nlines\u2028and\u0000more" }), ": two lines and more");
  t.equal(reason({ message: "x ".repeat(400) }).length, 302);
  t.equal(reason({ message: `${"word ".repeat(199)}ann.lovelace@example.com` }).includes("lovelace"), false);
  t.equal(reason({ message: "x".repeat(2000) }), "");
  t.equal(reason({ message: 7, field: {} }, null, "text"), "");
  for (const body of ["", "<html>", "null", "[]", '{"errors":"many"}', '{"errors":[]}']) {
    t.equal((answer(400, { body }) as { reason: string }).reason, "SendGrid answered 400");
  }
});
