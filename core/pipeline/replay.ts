import { inject, injectable } from "tsyringe";
import type { Clock, Ids } from "../contracts/clock.js";
import { Refusal } from "../contracts/errors.js";
import type { InboxEvent } from "../contracts/inbox.js";
import type { JsonObject } from "../contracts/model.js";
import type { LoadedSource, Sources } from "../contracts/source.js";
import type { Replay as Replayed, ReplayFilter, Replays } from "../contracts/source-verbs.js";
import type { Store } from "../contracts/store.js";
import { CLOCK, IDS, SOURCES, STORE } from "../tokens.js";
import { Intake } from "./intake.js";
import { executesOf } from "./intake-result.js";
import { Translate, type Translated } from "./translate.js";

const page = 100;
/** As many events as one call goes over. */
const most = 10_000;
/** More people than this are asked for by their number. */
const unasked = 100;

interface Dry {
  event: InboxEvent;
  translated: Translated;
}

/** Works on kept events again, through the mapping of now. The business key stands: nobody is started twice by one rule. */
@injectable()
export class Replay {
  constructor(
    @inject(STORE) private readonly store: Store,
    @inject(SOURCES) private readonly sources: Sources,
    @inject(CLOCK) private readonly clock: Clock,
    @inject(IDS) private readonly ids: Ids,
    @inject(Translate) private readonly translate: Translate,
    @inject(Intake) private readonly intake: Intake,
  ) {}

  async one(organization: string, id: string, dryRun: boolean): Promise<Replayed> {
    const event = await this.store.inbox.get(organization, id);
    if (!event) throw new Refusal("NOT_FOUND", "There is no such event");
    return this.carryOut(await this.dry(event), dryRun);
  }

  async all(
    organization: string,
    filter: ReplayFilter,
    { dryRun, confirm }: { dryRun: boolean; confirm?: number | undefined },
  ): Promise<Replays> {
    const events = await this.matching(organization, filter);
    const dry: Dry[] = [];
    for (const event of events) dry.push(await this.dry(event));
    const addresses = dry.flatMap(({ translated }) =>
      executesOf(translated.commands).map(({ contact }) => contact.email),
    );
    const people = new Set(addresses.map((address) => address.trim().toLowerCase())).size;
    if (!dryRun && people > unasked && confirm !== people) {
      throw new Refusal("CONFLICT", `This would start something for ${people} people: send "confirm": ${people}`, {
        people,
      });
    }
    const results: Replayed[] = [];
    for (const one of dry) results.push(await this.carryOut(one, dryRun));
    return { matched: events.length, people, results };
  }

  /** Oldest first. Replays are not replayed: the event that they repeat is. */
  private async matching(organization: string, { source, status, from, to }: ReplayFilter): Promise<InboxEvent[]> {
    const filter = {
      ...(source === undefined ? {} : { source }),
      ...(status === undefined ? {} : { status }),
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
    };
    const ids: string[] = [];
    for (let number = 1; ; number++) {
      const { items, total } = await this.store.inbox.list(organization, filter, { page: number, limit: page });
      if (total > most) throw new Refusal("CONFLICT", `${total} events match; narrow the time to at most ${most}`);
      ids.push(...items.filter(({ replayOf }) => replayOf === null).map(({ id }) => id));
      if (items.length < page) break;
    }
    const events = await Promise.all(ids.reverse().map((id) => this.store.inbox.get(organization, id)));
    return events.filter((event) => event !== undefined);
  }

  private async dry(event: InboxEvent): Promise<Dry> {
    // As it will be when it is worked on: by hand, whatever its age.
    const repeated = { ...event, replayOf: event.replayOf ?? event.id };
    const source = this.sourceOf(event);
    const read = await this.translate.read(repeated, source);
    return { event, translated: await this.translate.run(repeated, source, read) };
  }

  private async carryOut({ event, translated }: Dry, dryRun: boolean): Promise<Replayed> {
    const commands = translated.commands as unknown as JsonObject[];
    const shown: Replayed = {
      eventId: event.id,
      commands,
      before: event.commands,
      changed: JSON.stringify(commands) !== JSON.stringify(event.commands),
      status: translated.status,
      reason: translated.reason,
    };
    if (dryRun) return shown;
    const replayId = await this.again(event);
    const done = await this.store.inbox.get(event.organization, replayId);
    const { status, reason, executionIds } = done ?? { ...shown, executionIds: [] };
    return { ...shown, status, reason, replayId, executionIds };
  }

  private async again(event: InboxEvent): Promise<string> {
    const { organization, source, type, occurredAt, headers, query, body } = event;
    const id = this.ids.next();
    const now = this.clock.now();
    const kept = { organization, source, type, occurredAt, headers, query, body };
    await this.store.inbox.accept([
      { ...kept, id, deliveryId: `replay:${id}`, receivedAt: now, replayOf: event.replayOf ?? event.id, dueAt: now },
    ]);
    await this.intake.settled({ organization, source, id });
    return id;
  }

  private sourceOf({ source }: InboxEvent): LoadedSource {
    const found = this.sources.get(source);
    if (!found) throw new Refusal("CONFLICT", `There is no source ${source} any more to read its events`);
    return found;
  }
}
