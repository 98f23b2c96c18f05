import { clusterRows } from "./cluster-rows.js";
import type { Row } from "./row.js";

/** Every figure that is shown, in order. */
export const rows: readonly Row[] = [
  {
    figure: "furrow.batch.accept",
    title: "accept, 100 a call",
    unit: "contacts/s",
    targets: [{ to: "front.batch", atLeast: 1.3 }],
  },
  {
    figure: "furrow.batch.mails",
    title: "mails, 100 a call",
    unit: "mails/s",
    targets: [
      { to: "undici.mails", atLeast: 0.28 },
      { to: "agenda.batch.mails", atLeast: 3 },
    ],
  },
  {
    figure: "furrow.batch.cpu",
    title: "CPU of the server, 100 a call",
    unit: "µs/mail",
    targets: [{ to: "agenda.batch.cpu" }],
  },
  {
    figure: "furrow.single.accept",
    title: "accept, 1 a call",
    unit: "contacts/s",
    targets: [{ to: "front.single", atLeast: 0.9 }],
  },
  {
    figure: "furrow.single.mails",
    title: "mails, 1 a call",
    unit: "mails/s",
    targets: [
      { to: "undici.mails", atLeast: 0.17 },
      { to: "agenda.single.mails", atLeast: 2 },
    ],
  },
  {
    figure: "furrow.single.cpu",
    title: "CPU of the server, 1 a call",
    unit: "µs/mail",
    targets: [{ to: "agenda.single.cpu" }],
  },
  { figure: "furrow.paced.mail.p50", title: "call → first mail, p50", unit: "ms", targets: [{ below: 5 }] },
  { figure: "furrow.paced.mail.p99", title: "call → first mail, p99", unit: "ms", targets: [{ below: 10 }] },
  { figure: "furrow.paced.answer.p50", title: "call → answer, p50", unit: "ms" },
  { figure: "furrow.memory", title: "memory, highest", unit: "MiB", targets: [{ below: 200 }] },
  { figure: "furrow.ready", title: "cold start to ready", unit: "ms", targets: [{ below: 400 }] },
  { figure: "furrow.batch.bytes", title: "size of a mail", unit: "bytes", targets: [{ to: "undici.bytes" }] },

  { figure: "front.batch", title: "(a) hapi + Joi + SQLite, 100 a call", unit: "contacts/s" },
  { figure: "front.single", title: "(a) hapi + Joi + SQLite, 1 a call", unit: "contacts/s" },
  { figure: "undici.mails", title: "(b) undici alone", unit: "mails/s" },
  { figure: "agenda.batch.accept", title: "(c) Agenda alone, accept, 100 a call", unit: "contacts/s" },
  { figure: "agenda.batch.mails", title: "(c) Agenda alone, 100 a call", unit: "mails/s" },
  { figure: "agenda.batch.cpu", title: "(c) Agenda alone, CPU, 100 a call", unit: "µs/mail" },
  { figure: "agenda.single.accept", title: "(c) Agenda alone, accept, 1 a call", unit: "contacts/s" },
  { figure: "agenda.single.mails", title: "(c) Agenda alone, 1 a call", unit: "mails/s" },
  { figure: "agenda.single.cpu", title: "(c) Agenda alone, CPU, 1 a call", unit: "µs/mail" },
  { figure: "agenda.memory", title: "(c) Agenda alone, memory, highest", unit: "MiB" },

  { figure: "store.empty.batch.cpu", title: "empty store: CPU, 100 a call", unit: "µs/mail" },
  { figure: "store.empty.single.cpu", title: "empty store: CPU, 1 a call", unit: "µs/mail" },
  { figure: "store.empty.batch.mails", title: "empty store: 100 a call", unit: "mails/s" },
  { figure: "store.empty.single.mails", title: "empty store: 1 a call", unit: "mails/s" },
  {
    figure: "store.full.batch.cpu",
    title: "full store: CPU, 100 a call",
    unit: "µs/mail",
    targets: [{ to: "store.empty.batch.cpu", below: 1.2 }],
  },
  {
    figure: "store.full.single.cpu",
    title: "full store: CPU, 1 a call",
    unit: "µs/mail",
    targets: [{ to: "store.empty.single.cpu", below: 1.2 }],
  },
  {
    figure: "store.full.batch.mails",
    title: "full store: 100 a call",
    unit: "mails/s",
    targets: [{ to: "store.empty.batch.mails", atLeast: 1 / 1.2 }],
  },
  {
    figure: "store.full.single.mails",
    title: "full store: 1 a call",
    unit: "mails/s",
    targets: [{ to: "store.empty.single.mails", atLeast: 1 / 1.2 }],
  },
  { figure: "store.full.ready", title: "full store: start to ready", unit: "ms" },
  { figure: "store.full.memory", title: "full store: memory, highest", unit: "MiB" },

  {
    figure: "ingest.flood.accept",
    title: "webhooks: orders accepted",
    unit: "events/s",
    targets: [{ to: "hooks.flood.accept", atLeast: 0.6 }],
  },
  { figure: "ingest.flood.p99", title: "webhooks: answer, 16 at once, p99", unit: "ms" },
  { figure: "ingest.flood.sendings", title: "webhooks: orders made into sendings", unit: "events/s" },
  {
    figure: "ingest.flood.cpu",
    title: "webhooks: CPU of the server",
    unit: "µs/event",
    targets: [{ to: "hooks.flood.cpu" }],
  },
  { figure: "ingest.paced.p50", title: "webhooks: answer, 200 a second, p50", unit: "ms" },
  { figure: "ingest.paced.p99", title: "webhooks: answer, 200 a second, p99", unit: "ms", targets: [{ below: 50 }] },
  { figure: "ingest.memory", title: "webhooks: memory, highest", unit: "MiB" },
  { figure: "hooks.flood.accept", title: "(d) hapi + HMAC + SQLite, accepted", unit: "events/s" },
  { figure: "hooks.flood.p99", title: "(d) hapi + HMAC + SQLite, answer, p99", unit: "ms" },
  { figure: "hooks.flood.cpu", title: "(d) hapi + HMAC + SQLite, CPU", unit: "µs/event" },
  { figure: "hooks.paced.p99", title: "(d) hapi + HMAC + SQLite, 200 a second, p99", unit: "ms" },

  { figure: "backlog.ready", title: "backlog: start to ready", unit: "ms", targets: [{ below: 3_000 }] },
  { figure: "backlog.unloaded", title: "no backlog: call → answer, p50", unit: "ms" },
  {
    figure: "backlog.answer",
    title: "backlog: call → answer, p50",
    unit: "ms",
    targets: [{ to: "backlog.unloaded", below: 1.5 }],
  },
  { figure: "backlog.memory", title: "backlog: memory, highest", unit: "MiB", targets: [{ below: 400 / 1.048576 }] },
  { figure: "backlog.mails", title: "backlog: worked off", unit: "mails/s" },
  { figure: "backlog.left", title: "backlog: left at the end", unit: "mails", targets: [{ atLeast: 1 }] },

  ...clusterRows,
];
