import { connectorTypes } from "../../connectors/connectors.js";
import { restPlugin } from "./rest.js";

export default restPlugin(connectorTypes);
