import { withoutMongodb } from "../../mongod/mongodb.js";
import { databaseHome } from "./database-home.js";
import { moveSuite } from "./moves.js";
import { fileHome } from "./stores.js";

moveSuite("database to file", { skip: withoutMongodb }, databaseHome, fileHome);
