import { test } from "tap";
import { storeSuite } from "../../core/contracts/suites/store.js";
import { memoryStore } from "./simulation/memory/memory-store.js";

// What a simulation finds is worth something only when its store keeps the promises of a real one.
storeSuite(
  (name, body) => test(name, body),
  async () => {
    const subject = memoryStore();
    return { subject, close: () => subject.close() };
  },
);
