import { moveSuite } from "./moves.js";
import { fileHome } from "./stores.js";

moveSuite("file to file", {}, fileHome, fileHome);
