import { jobsSuite } from "../../../../core/contracts/suites/jobs.js";
import { onGround, openMongodbSchedulers } from "./cluster.js";

jobsSuite((name, body) => onGround(name, body), openMongodbSchedulers);
