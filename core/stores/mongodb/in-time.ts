import { StoreUnavailable } from "../../contracts/errors.js";
import type { Duration } from "../../contracts/model.js";

/** What `work` answers, or `StoreUnavailable` when it has not answered within `limit`; then nobody hears of it any more. */
export async function inTime<T>(limit: Duration, work: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(isLate(limit)), limit);
  });
  try {
    return await Promise.race([work(), late]);
  } finally {
    clearTimeout(timer);
  }
}

function isLate(limit: Duration): StoreUnavailable {
  return new StoreUnavailable(`MongoDB has not answered within ${limit / 1000} seconds`);
}
