import t from "tap";
import { Call } from "../../../../core/channels/sendgrid/call.js";
import type { CallEnd } from "../../../../core/channels/sendgrid/outcome-of-answer.js";

/** A call as undici would drive it, with what it ended with and why its connection was broken off. */
function driven() {
  const ends: CallEnd[] = [];
  const aborts: Error[] = [];
  const call = new Call((end) => void ends.push(end));
  const controller = {
    aborted: false,
    paused: false,
    reason: null,
    abort: (reason: Error) => void aborts.push(reason),
    pause: () => {},
    resume: () => {},
  };
  return { call, controller, ends, aborts };
}

void t.test("a call is written once, whatever the transport makes of it", async (t) => {
  const { call, controller } = driven();
  call.onRequestStart(controller);
  t.throws(() => call.onRequestStart(controller), { message: "A message must not be posted twice" });
});

void t.test("a call that was cut is not begun any more", async (t) => {
  const { call, controller, ends, aborts } = driven();
  call.cut("timeout");
  t.throws(() => call.onRequestStart(controller), { message: /was cut/ });
  t.same(ends, [{ failure: "timeout", written: false }]);
  t.same(aborts, []);
});

void t.test("a call that is cut under way breaks its connection and ends once", async (t) => {
  const { call, controller, ends, aborts } = driven();
  call.onRequestStart(controller);
  call.cut("aborted");
  call.onResponseError(controller, new Error("aborted by us"));
  t.same(ends, [{ failure: "aborted", written: true }]);
  t.equal(aborts.length, 1);
});

void t.test("an informational head is no answer", async (t) => {
  const { call, controller, ends } = driven();
  call.onRequestStart(controller);
  call.onResponseStart(controller, 103, {});
  call.onResponseStart(controller, 202, { "x-message-id": "m" });
  call.onResponseData(controller, Buffer.from("{"));
  call.onResponseData(controller, Buffer.from("}"));
  call.onResponseEnd();
  t.same(ends, [{ status: 202, headers: { "x-message-id": "m" }, body: "{}", complete: true }]);
});

void t.test("of an error only its code goes on", async (t) => {
  const codes: [unknown, string][] = [
    ["ECONNRESET", "ECONNRESET"],
    ["Bearer SG.key", "unknown"],
    [7, "unknown"],
    [undefined, "unknown"],
  ];
  for (const [code, failure] of codes) {
    const { call, controller, ends } = driven();
    call.onResponseError(controller, Object.assign(new Error("SG.key"), { code }));
    t.same(ends, [{ failure, written: false }]);
  }
});
