import type { Row } from "./row.js";

/** The figures of the parts `cluster` and `cluster-backlog`. */
export const clusterRows: readonly Row[] = [
  ...ofSize(1, "1 process", 0.3),
  ...ofSize(2, "api + 2 workers"),
  ...ofSize(4, "api + 4 workers"),
  {
    figure: "cluster.three.batch.mails",
    title: "three members: mails, 100 a call",
    unit: "mails/s",
    targets: [{ to: "ledger3.mails", atLeast: 0.3 }],
  },
  { figure: "cluster.three.single.mails", title: "three members: mails, 1 a call", unit: "mails/s" },
  {
    figure: "cluster.three.batch.database",
    title: "three members: CPU of them, 100 a call",
    unit: "µs/mail",
    targets: [{ to: "ledger3.cpu" }],
  },
  { figure: "cluster.three.paced.mail.p50", title: "three members: call → first mail, p50", unit: "ms" },
  { figure: "cluster.three.paced.mail.p99", title: "three members: call → first mail, p99", unit: "ms" },
  { figure: "ledger.mails", title: "(e) the ledger's writes alone", unit: "mails/s" },
  { figure: "ledger.cpu", title: "(e) the ledger's writes, CPU of mongod", unit: "µs/mail" },
  { figure: "ledger3.mails", title: "(e) the same on three members", unit: "mails/s" },
  { figure: "ledger3.cpu", title: "(e) the same on three members, CPU of them", unit: "µs/mail" },
  { figure: "agendaMongodb.batch.accept", title: "(f) Agenda on MongoDB, accept, 100 a call", unit: "contacts/s" },
  { figure: "agendaMongodb.batch.mails", title: "(f) Agenda on MongoDB, 100 a call", unit: "mails/s" },
  { figure: "agendaMongodb.batch.cpu", title: "(f) Agenda on MongoDB, CPU, 100 a call", unit: "µs/mail" },
  { figure: "agendaMongodb.batch.database", title: "(f) Agenda on MongoDB, mongod, 100 a call", unit: "µs/mail" },
  { figure: "agendaMongodb.single.accept", title: "(f) Agenda on MongoDB, accept, 1 a call", unit: "contacts/s" },
  { figure: "agendaMongodb.single.mails", title: "(f) Agenda on MongoDB, 1 a call", unit: "mails/s" },
  { figure: "agendaMongodb.memory", title: "(f) Agenda on MongoDB, memory, highest", unit: "MiB" },

  { figure: "clusterBacklog.ready", title: "cluster backlog: start to ready", unit: "ms", targets: [{ below: 3_000 }] },
  { figure: "clusterBacklog.unloaded", title: "cluster, empty: call → answer, p50", unit: "ms" },
  {
    figure: "clusterBacklog.answer",
    title: "cluster backlog: call → answer, p50",
    unit: "ms",
    targets: [{ to: "clusterBacklog.unloaded", below: 1.5 }],
  },
  {
    figure: "clusterBacklog.busyAnswer",
    title: "the same while 20 a second come due",
    unit: "ms",
    targets: [{ to: "clusterBacklog.unloaded" }],
  },
  { figure: "clusterBacklog.late.p50", title: "cluster backlog: due → mail, p50", unit: "ms" },
  {
    figure: "clusterBacklog.late.p99",
    title: "cluster backlog: due → mail, p99",
    unit: "ms",
    targets: [{ below: 2_000 }],
  },
  { figure: "clusterBacklog.memory", title: "cluster backlog: memory, highest", unit: "MiB" },
];

/** Of one size of the cluster; the first is held to the targets, the others are compared with it. */
function ofSize(size: number, name: string, ofLedger?: number): Row[] {
  const figure = (of: string) => `cluster.${size}.${of}`;
  const toOne = (of: string) => (size === 1 ? [] : [{ to: `cluster.1.${of}` }]);
  const [mails, single] = ["batch.mails", "single.mails"];
  const floors = [
    { to: "ledger.mails", ...(ofLedger === undefined ? {} : { atLeast: ofLedger }) },
    { to: "agendaMongodb.batch.mails", atLeast: 30 },
  ];
  return [
    {
      figure: figure("batch.accept"),
      title: `${name}: accept, 100 a call`,
      unit: "contacts/s",
      targets: toOne("batch.accept"),
    },
    {
      figure: figure(mails),
      title: `${name}: mails, 100 a call`,
      unit: "mails/s",
      targets: [...floors, ...toOne(mails)],
    },
    { figure: figure("batch.cpu"), title: `${name}: CPU of the program, 100 a call`, unit: "µs/mail" },
    {
      figure: figure("batch.database"),
      title: `${name}: CPU of mongod, 100 a call`,
      unit: "µs/mail",
      targets: [{ to: "ledger.cpu" }],
    },
    {
      figure: figure("single.accept"),
      title: `${name}: accept, 1 a call`,
      unit: "contacts/s",
      targets: toOne("single.accept"),
    },
    {
      figure: figure(single),
      title: `${name}: mails, 1 a call`,
      unit: "mails/s",
      targets: [{ to: "agendaMongodb.single.mails", atLeast: 8 }, ...toOne(single)],
    },
    { figure: figure("single.cpu"), title: `${name}: CPU of the program, 1 a call`, unit: "µs/mail" },
    { figure: figure("single.database"), title: `${name}: CPU of mongod, 1 a call`, unit: "µs/mail" },
    {
      figure: figure("paced.mail.p50"),
      title: `${name}: call → first mail, p50`,
      unit: "ms",
      targets: [{ below: 25 }],
    },
    {
      figure: figure("paced.mail.p99"),
      title: `${name}: call → first mail, p99`,
      unit: "ms",
      targets: [{ below: 80 }],
    },
    { figure: figure("paced.answer.p50"), title: `${name}: call → answer, p50`, unit: "ms" },
    { figure: figure("memory"), title: `${name}: memory of a process, highest`, unit: "MiB" },
    { figure: figure("ready"), title: `${name}: cold start to ready`, unit: "ms" },
  ];
}
