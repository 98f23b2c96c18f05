import { withoutMongodb } from "../../mongod/mongodb.js";
import { databaseHome } from "./database-home.js";
import { moveSuite } from "./moves.js";
import { fileHome } from "./stores.js";

moveSuite("file to database", { skip: withoutMongodb }, fileHome, databaseHome);
