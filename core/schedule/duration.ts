export { parseDuration } from "../contracts/duration.js";
