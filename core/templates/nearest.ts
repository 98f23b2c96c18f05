export { nearest, suggestion } from "../expressions/nearest.js";
