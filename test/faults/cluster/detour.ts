/**
 * Loaded before the program (`node --import`): its connections to the ports of loopback that DETOUR names, as in `{"27017": 41000}`, go to
 * other ports. The members of a replica set tell every client their own addresses, so only so does one process get a proxy of its own.
 */
import { Socket } from "node:net";

type Connect = (this: Socket, ...args: unknown[]) => Socket;

const detours = new Map(Object.entries(JSON.parse(process.env["DETOUR"] ?? "{}") as Record<string, number>));
const prototype = Socket.prototype as unknown as { connect: Connect };
const direct = prototype.connect;

prototype.connect = function (...args) {
  const [first] = args;
  // `net.connect` hands over an array of the options and the listener, others the options themselves.
  const at = Array.isArray(first) ? first : args;
  const options = at[0] as { port?: number | string } | undefined;
  const port = typeof options === "object" ? detours.get(String(options.port)) : undefined;
  if (port !== undefined) at[0] = { ...options, port };
  return direct.apply(this, args);
};
