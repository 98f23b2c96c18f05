import type { Store } from "../store.js";
import { acceptSuite } from "./store-accept.js";
import { anchorSuite } from "./store-anchors.js";
import { channelSuite } from "./store-channels.js";
import { claimSuite } from "./store-claims.js";
import { contactSuite } from "./store-contacts.js";
import { entitySuite } from "./store-entities.js";
import { eraseSuite } from "./store-erase.js";
import { executionSuite } from "./store-executions.js";
import { housekeepingSuite } from "./store-housekeeping.js";
import { inboxSuite } from "./store-inbox.js";
import { intakeSuite } from "./store-intake.js";
import { moveSuite } from "./store-moves.js";
import { redactSuite } from "./store-redact.js";
import { refundSuite } from "./store-refunds.js";
import { sendingSuite } from "./store-sendings.js";
import { sequenceSuite } from "./store-sequences.js";
import { settleSuite } from "./store-settlements.js";
import { staleSuite } from "./store-stale.js";
import { timelineSuite } from "./store-timelines.js";
import type { Subject, Test } from "./suite.js";

/** All that the contract of `Store` promises. `make` answers an empty store each time. */
export function storeSuite(test: Test, make: () => Promise<Subject<Store>>): void {
  contactSuite(test, make);
  eraseSuite(test, make);
  sequenceSuite(test, make);
  acceptSuite(test, make);
  executionSuite(test, make);
  claimSuite(test, make);
  settleSuite(test, make);
  staleSuite(test, make);
  sendingSuite(test, make);
  moveSuite(test, make);
  timelineSuite(test, make);
  channelSuite(test, make);
  housekeepingSuite(test, make);
  inboxSuite(test, make);
  intakeSuite(test, make);
  entitySuite(test, make);
  anchorSuite(test, make);
  redactSuite(test, make);
  refundSuite(test, make);
}
