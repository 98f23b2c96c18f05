import { connectorTypes } from "../../connectors/connectors.js";
import { ordersPlugin } from "./orders.js";

export default ordersPlugin(connectorTypes);
