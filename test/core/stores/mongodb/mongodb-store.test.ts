import t, { test } from "tap";
import { storeSuite } from "../../../../core/contracts/suites/store.js";
import { withoutMongodb } from "../../../mongod/mongodb.js";
import { emptiedStore } from "./emptied.js";

// The whole contract, each write of it on the disk of a majority.
t.setTimeout(300_000);

storeSuite((name, body) => test(`mongodb: ${name}`, { skip: withoutMongodb }, body), emptiedStore());
