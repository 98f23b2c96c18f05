import { test } from "tap";
import { calcom } from "../../connectors/calcom/calcom.js";
import { calendly } from "../../connectors/calendly/calendly.js";
import { notesIn, withoutFields } from "../../connectors/without-fields.js";
import { Malformed } from "../../core/contracts/errors.js";
import { connected, fixture, only, post } from "./recordings.js";

test("fields are gone at any depth, numbers stay as they are written", async (t) => {
  const isNote = notesIn("note");
  const text = '{ "id": 12345678901234567890, "a": [{ "note": "x\\"y", "b": 1.50 }], "note": { "text": "z" } }';
  t.equal(withoutFields(text, isNote), '{"id":12345678901234567890,"a":[{"b":1.50}]}');
  for (const same of ['{ "id": 1.0 }', '{"note":null, "b":{"note":""}}', '"note"', "[ 1e3 ]"]) {
    t.equal(withoutFields(same, isNote), same);
  }
  t.throws(() => withoutFields("{", isNote), Malformed);
});

test("what is written to the host is in nothing that is kept, answers to the form's questions are", async (t) => {
  for (const [type, file, change] of [
    [calcom, "calcom-BOOKING_CREATED.json", (body: unknown) => body],
    [calendly, "calendly-invitee.created.json", noted],
  ] as const) {
    const connector = connected(type, ["s"]);
    const event = only(connector.receive(post(change(fixture(file)))));
    t.ok(event.body, `${type.name} has something to leave out`);
    t.notMatch(`${event.body} ${JSON.stringify(event.payload)}`, /First visit|limps/);
    t.same(JSON.parse(event.body!), event.payload);
    t.match(event.body, /Phone number|attendeePhoneNumber/);
  }
});

// eslint-disable-next-line @typescript-eslint/no-explicit-any
function noted(body: any): unknown {
  body.payload.scheduled_event.meeting_notes_plain = "Sam limps";
  return body;
}
