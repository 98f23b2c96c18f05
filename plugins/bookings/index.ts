import { connectorTypes } from "../../connectors/connectors.js";
import { bookingsPlugin } from "./bookings.js";

export default bookingsPlugin(connectorTypes);
