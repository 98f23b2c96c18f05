import assert from "node:assert/strict";
import type { InboundEvent } from "../connector.js";
import { MappingFailed } from "../errors.js";
import type { Plugin, SchemaResult, SourceHome, Translation } from "../plugin.js";
import { withSubject, type Subject, type Test } from "./suite.js";

/** A plugin with what it needs to work. */
export interface PluginSubject<Options = unknown> {
  plugin: Plugin<Options>;
  home: SourceHome;
  /** As they stand in a file, right. */
  options: Readonly<Record<string, unknown>>;
  /** What the plugin's connector reads from real requests: at least one that starts something, and one that starts nothing. */
  events: readonly InboundEvent[];
}

const now = Date.UTC(2026, 2, 1);

/** What every plugin must hold to. */
export function pluginSuite<Options>(test: Test, make: () => Promise<Subject<PluginSubject<Options>>>): void {
  const check = (name: string, body: (subject: PluginSubject<Options>) => Promise<void>): void => {
    void test(name, () => withSubject(make, body));
  };

  check("says what it is", async ({ plugin }) => {
    assert.equal(plugin.api, 1);
    assert.match(plugin.name, /^[a-z][a-z0-9-]*$/);
    assert.equal(plugin.options["~standard"].version, 1);
  });

  check("takes right options, the same each time, and leaves what it is given as it is", async (subject) => {
    const given = frozen(structuredClone(subject.options));
    const first = await validated(subject, given);
    assert.deepEqual(await validated(subject, given), first);
    assert.deepEqual(given, subject.options);
    assert.deepEqual(subject.plugin.check?.(first, subject.home) ?? [], []);
  });

  check("refuses an option that it does not know, by name", async ({ plugin, options }) => {
    const result = await plugin.options["~standard"].validate({ ...options, nobodyKnowsThis: 1 });
    const told = issuesOf(result).filter(({ path }) => String(path?.at(-1)) === "nobodyKnowsThis");
    assert.equal(told.length, 1, "one issue, whose path ends with the option");
    assert.match(told[0]?.message ?? "", /nobodyKnowsThis/);
  });

  for (const [what, given] of [
    ["nothing", undefined],
    ["null", null],
    ["a text", "orders"],
    ["a list", []],
  ] as const) {
    check(`refuses ${what} in place of options, and does not throw`, async ({ plugin }) => {
      assert.ok(issuesOf(await plugin.options["~standard"].validate(given)).length > 0);
    });
  }

  check("never quotes the value of an option that it refuses", async ({ plugin, options }) => {
    for (const key of Object.keys(options)) {
      for (const value of ["5ecret-va1ue", ["5ecret-va1ue"], { "5ecret-va1ue": "5ecret-va1ue" }]) {
        const result = await plugin.options["~standard"].validate({ ...options, [key]: value });
        for (const issue of result.issues ?? []) {
          assert.doesNotMatch(`${issue.message} ${issue.hint ?? ""}`, /5ecret-va1ue/, key);
        }
      }
    }
  });

  check("opens its door to what it signs, and to nothing else", async (subject) => {
    const connector = subject.plugin.connector(await validated(subject), subject.home);
    const body = Buffer.from('{"id":1}');
    const request = (headers: Record<string, string>) => ({
      method: "POST",
      url: new URL(subject.home.url),
      headers: { "content-type": "application/json", ...headers },
      body,
      receivedAt: now,
    });
    connector.verify(request(connector.sign(body, { "content-type": "application/json" }, now)));
    assert.throws(() => connector.verify(request({})), { name: "Unauthorized" });
  });

  check("translates an event into the same commands each time, in whatever order events come", async (subject) => {
    const options = await validated(subject);
    const first = subject.events.map((event) => translated(subject, options, event));
    const again = subject.events.toReversed().map((event) => translated(subject, options, event));
    assert.deepEqual(again.toReversed(), first);
    const elsewhere = { ...subject, home: { ...subject.home } };
    const anew = await validated(subject);
    assert.deepEqual(
      subject.events.map((event) => translated(elsewhere, anew, event)),
      first,
    );
  });

  check("starts something and, with a reason, nothing", async (subject) => {
    const options = await validated(subject);
    const all = subject.events.map((event) => translated(subject, options, event));
    const starting = all.filter(({ commands }) => commands.some(({ do: what }) => what === "execute"));
    assert.ok(starting.length > 0, "one of the events starts something");
    const idle = all.filter(({ commands }) => commands.every(({ do: what }) => what === "entity"));
    assert.ok(idle.length > 0, "one of the events starts nothing");
    for (const { reason } of idle) assert.notEqual(reason, null);
  });

  check("asks for what exists, in plain JSON", async (subject) => {
    const options = await validated(subject);
    for (const event of subject.events) {
      const { commands, notes } = translated(subject, options, event);
      assert.deepEqual(JSON.parse(JSON.stringify(commands)), commands);
      for (const note of notes) assert.match(note, /\S/);
      const executes = commands.filter((command) => command.do === "execute");
      assert.equal(new Set(executes.map(({ rule }) => rule)).size, executes.length, "each rule has its own name");
      for (const { sequence, contact, location, employee } of executes) {
        assert.ok(subject.home.sequences.includes(sequence));
        assert.notEqual(contact.email, "");
        assert.ok(location === null || subject.home.locations.some(({ key }) => key === location));
        assert.ok(employee === null || subject.home.employees.some(({ key }) => key === employee));
      }
    }
  });

  check("says from when on events are too old, and whether trials count", async (subject) => {
    const options = await validated(subject);
    const age = subject.plugin.maxAge?.(options) ?? 0;
    assert.ok(Number.isFinite(age) && age >= 0);
    assert.equal(typeof (subject.plugin.testMode?.(options) ?? false), "boolean");
  });
}

async function validated<Options>(
  { plugin, options }: PluginSubject<Options>,
  given: unknown = options,
): Promise<Options> {
  const result = await plugin.options["~standard"].validate(given);
  if (result.issues) throw new Error(`The options of the subject are not right: ${JSON.stringify(result.issues)}`);
  return result.value;
}

function issuesOf(result: SchemaResult<unknown>): NonNullable<SchemaResult<unknown>["issues"]> {
  return result.issues ?? [];
}

/** What cannot be mapped is an answer as well. */
function translated<Options>(
  { plugin, home }: PluginSubject<Options>,
  options: Options,
  event: InboundEvent,
): Translation {
  try {
    return plugin.translate(frozen(structuredClone(event)), options, home);
  } catch (error) {
    if (!(error instanceof MappingFailed)) throw error;
    return { commands: [], reason: "mapping_error", notes: [error.message] };
  }
}

function frozen<T>(value: T): T {
  if (typeof value === "object" && value !== null) {
    Object.freeze(value);
    for (const inner of Object.values(value)) frozen(inner);
  }
  return value;
}
