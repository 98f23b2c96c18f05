import type { Address, Channel } from "../contracts/channel.js";
import type { Clock, Ids } from "../contracts/clock.js";
import type { Log } from "../contracts/log.js";
import type { Duration } from "../contracts/model.js";
import type { Store } from "../contracts/store.js";
import { parseAddress } from "./address.js";
import { outboxChannel } from "./outbox.js";

/** One channel as it is configured. Addresses are texts: `a@b.example` or `Ann <a@b.example>`; `timeout` is in milliseconds. */
export type ChannelConfig =
  | { use: "outbox" }
  | {
      use: "sendgrid";
      apiKey: string;
      from: string;
      replyTo?: string | undefined;
      baseUrl?: string | undefined;
      concurrency?: number | undefined;
      timeout?: Duration | undefined;
    };

/** What channels are built from. `env` tells several installations of one provider account apart. */
export interface ChannelParts {
  store: Pick<Store, "outbox">;
  clock: Clock;
  ids: Ids;
  log: Log;
  env?: string | undefined;
}

/** Opens every configured channel, by name; no connection is made yet. Rejects with a sentence that names the channel that cannot be. */
export async function openChannels(
  config: Readonly<Record<string, ChannelConfig>>,
  parts: ChannelParts,
): Promise<Map<string, Channel>> {
  const channels = new Map<string, Channel>();
  for (const [name, settings] of Object.entries(config)) {
    try {
      channels.set(name, await open(name, settings, parts));
    } catch (cause) {
      throw new Error(`The channel "${name}" cannot be opened: ${(cause as Error).message}`, { cause });
    }
  }
  return channels;
}

async function open(
  name: string,
  settings: ChannelConfig,
  { store, clock, ids, log, env }: ChannelParts,
): Promise<Channel> {
  switch (settings.use) {
    case "outbox":
      return outboxChannel({ store, clock, ids, log, name });
    case "sendgrid": {
      const { use: _use, from, replyTo, ...rest } = settings;
      // Its client is not loaded by installations that do not use it.
      const { sendgridChannel } = await import("./sendgrid/sendgrid.js");
      return sendgridChannel({
        ...rest,
        from: address("from", from),
        replyTo: replyTo === undefined ? undefined : address("replyTo", replyTo),
        clock,
        log,
        env,
      });
    }
    default:
      throw new Error(`There is no kind of channel called "${(settings as { use: string }).use}"`);
  }
}

function address(key: string, text: string): Address {
  const parsed = parseAddress(text);
  if (!parsed) throw new Error(`"${key}" is not an address like "Ann <ann@example.com>"`);
  return parsed;
}
