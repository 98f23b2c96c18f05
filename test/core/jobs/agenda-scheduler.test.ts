import { test } from "tap";
import { jobsSuite } from "../../../core/contracts/suites/jobs.js";
import { openSchedulers } from "./schedulers.js";

jobsSuite((name, body) => test(name, body), openSchedulers);
