import { Caller } from "../caller.js";
import { judge, type Verdict } from "../oracle.js";
import { Random } from "../random.js";
import { steps } from "../workspace.js";
import { lease } from "./cluster.js";
import { readClusterLedger } from "./ledger.js";
import { rest } from "./rest.js";
import { Site } from "./site.js";
import { keyOf } from "./workspace.js";

/** Contacts of one call. */
const callSize = 25;
export interface ShareReport extends Verdict {
  contacts: number;
  messages: number;
  /** Percent of the messages, by worker. */
  shares: Record<string, number>;
  /** Milliseconds from the first call to the last message, and messages a second. */
  took: number;
  perSecond: number;
}

export interface ShareOptions {
  size: number;
  seed: number;
  /** Percent of the messages that each worker sends. Of few calls chance may give more to one of them. */
  least?: number;
  /** Of the replica set. */
  members?: number;
}

/** Two nodes take in `size` contacts, and two workers write to them: each message goes out once, and each worker sends its share. */
export function share({ size, seed, least = 40, members = 3 }: ShareOptions): Promise<ShareReport> {
  return Site.with({ members, lease }, async (site) => {
    const key = await site.key();
    const apis = await Promise.all(["api-1", "api-2"].map((name) => site.put({ name, role: "api" })));
    const workers = await Promise.all(["worker-1", "worker-2"].map((name) => site.put({ name, role: "worker" })));
    const random = new Random(seed);
    const callers = [...apis, ...apis].map(
      ({ url }, number) => new Caller(() => url, key, new Random(random.between(1, 2 ** 30)), `c${number + 1}`),
    );
    const from = performance.now();
    let left = size;
    await Promise.all(
      callers.map(async (caller) => {
        while (left > 0) {
          const now = Math.min(left, callSize);
          left -= now;
          await caller.call(now);
        }
      }),
    );
    await rest(apis, key);
    const took = performance.now() - from;
    const violations: string[] = [];
    for (const node of site.nodes) {
      const { code } = await node.stop();
      if (code !== 0) violations.push(`the stop of ${node.name} ended with ${code}`);
    }
    const journal = site.provider.journal();
    const ledger = await readClusterLedger(site.database);
    const verdict = judge({ answered: callers.flatMap(({ answered }) => answered), journal, ledger });
    if (journal.length !== size * steps.length)
      violations.push(`${journal.length} messages went out, ${size * steps.length} were to`);
    if (verdict.uncertain > 0) violations.push(`${verdict.uncertain} calls ended uncertain although nothing happened`);
    const shares: Record<string, number> = {};
    for (const { name } of workers) {
      const own = journal.filter(({ apiKey }) => apiKey === keyOf(name)).length;
      const percent = (shares[name] = Math.round((100 * own) / journal.length));
      if (percent < least) violations.push(`${name} sent ${percent} % of the messages`);
    }
    return {
      ...{ ...verdict, contacts: ledger.contacts.size, messages: journal.length, shares, took },
      perSecond: (1000 * journal.length) / took,
      violations: [...violations, ...verdict.violations],
    };
  });
}
