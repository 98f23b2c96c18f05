/** What an author writes in TypeScript: it compiles, and what is wrong in it is found, marked as expected. */
export const author = `
import { definePlugin, Gone, Malformed, MappingFailed, parseDuration, parseJson, Unauthorized } from "furrow";
import type { Command, Connector, InboundEvent, Json, OptionsSchema, SourceHome, Translation } from "furrow";
import { at, bodyHmac, fresh, hmac, prove, text } from "furrow/connectors";
import { connectorSuite, pluginSuite, sourceHome, type RecordedDelivery } from "furrow/testing";

interface Options { readonly secrets: readonly string[] }
declare const options: OptionsSchema<Options>;

export const connector = (secrets: readonly string[]): Connector => ({
  ...bodyHmac({ header: "x-signature", encoding: "base64" }, secrets),
  receive({ body }): InboundEvent[] {
    const payload: Json = parseJson(new TextDecoder().decode(body));
    if (text(at(payload, "id")) === null) throw new Malformed("The body has no id");
    return [{ id: "1", type: "a", words: ["order.paid"], occurredAt: null, payload }];
  },
  async fetch(event, http) {
    try {
      return { ...event, fetched: { order: await http.get("/orders/1") } };
    } catch (error) {
      if (error instanceof Gone) return event;
      throw error;
    }
  },
});

export default definePlugin<Options>({
  api: 1,
  name: "typed",
  options,
  connector: ({ secrets }) => connector(secrets),
  translate(event, { secrets }, home: SourceHome): Translation {
    if (secrets.length > 1) throw new MappingFailed(home.name + event.type);
    const commands: Command[] = [{ do: "cancel", entity: "order:1", reason: "gone" }];
    return { commands, reason: null, notes: [] };
  },
  maxAge: () => parseDuration("3d") ?? 0,
});

// @ts-expect-error: a plugin says what its events mean
definePlugin<Options>({ api: 1, name: "typed", options, connector: ({ secrets }) => connector(secrets) });
// @ts-expect-error: there is no such word
export const word: InboundEvent["words"] = ["order.lost"];
// @ts-expect-error: an event may have no time
export const time: number = ({} as InboundEvent).occurredAt;
export const all = [connectorSuite, pluginSuite, sourceHome, fresh, hmac, prove, new Unauthorized("stale").reason];
export type { RecordedDelivery };
`;

/** Of a project that uses the package: as strict as it gets, and the package's own declarations are checked as well. */
export const compilerConfig = {
  compilerOptions: {
    target: "es2024",
    lib: ["es2024"],
    module: "nodenext",
    types: ["node"],
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: false,
    allowJs: true,
    checkJs: true,
    noEmit: true,
  },
  include: ["author.ts", "project/sources/acme"],
};
