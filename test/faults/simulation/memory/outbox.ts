import type { Outbox } from "../../../../core/contracts/store.js";
import { pageOf, type Tables } from "./tables.js";

export function memoryOutbox(tables: Tables): Outbox {
  /** The sending of a person who is gone; one that nobody knows is nobody's business. */
  function isOfNobody(sendingId: string): boolean {
    const sending = tables.sendings.get(sendingId);
    return sending !== undefined && !tables.contacts.has(sending.row.contactId);
  }

  return {
    async capture(message) {
      const { sendingId, attemptId } = message;
      const isKnown = tables.outbox.some((one) => one.sendingId === sendingId && one.attemptId === attemptId);
      if (!isKnown && !isOfNobody(sendingId)) tables.outbox.push(message);
    },

    list: async (organization, { to, sendingId }, page) =>
      pageOf(
        tables.outbox
          .filter(
            (message) =>
              message.organization === organization &&
              (to === undefined || message.to === to) &&
              (sendingId === undefined || message.sendingId === sendingId),
          )
          // The later captured first among those of one time.
          .reverse()
          .sort((a, b) => b.at - a.at),
        page,
      ),
  };
}
