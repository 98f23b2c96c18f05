/** What rendering may cost: characters, LiquidJS' own count of memory (about a character or an item each), and milliseconds. */
export interface Limits {
  readonly output: number;
  readonly memory: number;
  readonly render: number;
  /** The longest HTML that is made into text. */
  readonly html: number;
  /** Whether filters may be called whose work grows faster than what they are given. */
  readonly heavyFilters: boolean;
}

/** The longest template. Characters. */
export const LONGEST_SOURCE = 500_000;

/** What all the texts of one mail may cost. */
export const LIMITS: Limits = {
  output: 1_000_000,
  memory: 4_000_000,
  render: 250,
  html: 1_000_000,
  heavyFilters: true,
};

/**
 * How much of that the main thread gives before it leaves a mail to the worker. Between two looks at the clock lies one filter or one
 * comparison, which within these limits takes 20 ms at most.
 */
export const LEASH: Limits = { output: 200_000, memory: 200_000, render: 20, html: 5_000, heavyFilters: false };

/**
 * What the main thread reads at all. Reading takes time by the length of the texts and by the tags and outputs in them: `markup` counts
 * the characters of those, and 20 more for each.
 */
export const LEASH_SOURCE = { characters: 100_000, markup: 15_000 } as const;
