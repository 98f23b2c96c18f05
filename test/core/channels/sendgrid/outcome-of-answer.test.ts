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
  t.same(answer(429, words), { status: "deferred", reason: reason(429) });
  for (const status of [500, 502, 503, 504])
    t.same(answer(status, words), { status: "uncertain", reason: reason(status) });
  for (const status of [201, 204, 302, 307, 402, 409, 418, 422, 599])
    t.equal(answer(status).status, "uncertain", `${status}`);
});

void t.test("a rate limit says when to come again, within a second and an hour", async (t) => {
  const at = (headers: Answer["headers"]): number | undefined => {
    const outcome = answer(429, { headers });
    return outcome.status === "deferred" && outcome.retryAt !== undefined ? (outcome.retryAt - NOW) / 1000 : undefined;
  };
  const epoch = NOW / 1000;
  t.equal(at({ "x-ratelimit-reset": `${epoch + 30}` }), 30);
  t.equal(at({ "x-ratelimit-reset": `${epoch - 30}` }), 1);
  t.equal(at({ "x-ratelimit-reset": "0" }), 1);
  t.equal(at({ "x-ratelimit-reset": `${epoch + 86_400}` }), 3600);
  t.equal(at({ "x-ratelimit-reset": [`${epoch + 30}`, "9"] }), 30);
  t.equal(at({ "x-ratelimit-reset": `${epoch + 30}`, "retry-after": "7" }), 30);
  t.equal(at({ "x-ratelimit-reset": "soon", "retry-after": "7" }), 7);
  t.equal(at({ "retry-after": new Date(NOW + 60_000).toUTCString() }), 60);
  t.equal(at({ "retry-after": "soon" }), undefined);
  t.equal(at({ "retry-after": "" }), undefined);
  t.equal(at({}), undefined);
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
