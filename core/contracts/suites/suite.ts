/** Registers one test. Any runner's `test` fits; the suites themselves import none, so that plugin authors and operators can run them. */
export type Test = (name: string, body: () => Promise<void>) => unknown;

/** What a suite is handed for each test: the thing itself, and how to end it. */
export interface Subject<T> {
  subject: T;
  close(): Promise<void>;
}

/** Runs `body` against a fresh subject and always ends it. */
export async function withSubject<T>(
  make: () => Promise<Subject<T>>,
  body: (subject: T) => Promise<void>,
): Promise<void> {
  const { subject, close } = await make();
  try {
    await body(subject);
  } finally {
    await close();
  }
}
