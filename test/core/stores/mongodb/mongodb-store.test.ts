import { test } from "tap";
import { storeSuite } from "../../../../core/contracts/suites/store.js";
import { withoutMongodb } from "../../../mongod/mongodb.js";
import { emptiedStore } from "./emptied.js";

storeSuite((name, body) => test(`mongodb: ${name}`, { skip: withoutMongodb }, body), emptiedStore());
