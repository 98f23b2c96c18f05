export { parseDuration, parseSignedDuration } from "../contracts/duration.js";
