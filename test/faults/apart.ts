import { once } from "node:events";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import type { SuiteReport } from "./suite-report.js";
import { suites } from "./suites.js";

interface Order {
  suite: string;
  size: number;
  seed: number;
}

/** Runs a suite in a thread of its own, where no test runner follows each promise: that takes four times as long. */
export async function apart<Report extends SuiteReport>(
  suite: string,
  { size, seed = 1 }: { size: number; seed?: number },
): Promise<Report> {
  const order: Order = { suite, size, seed };
  const worker = new Worker(new URL(import.meta.url), { workerData: order, execArgv: ["--enable-source-maps"] });
  const [report] = (await once(worker, "message")) as [Report];
  return report;
}

if (!isMainThread && parentPort) {
  const { suite, size, seed } = workerData as Order;
  parentPort.postMessage(await suites[suite]?.run({ size, seed }));
}
