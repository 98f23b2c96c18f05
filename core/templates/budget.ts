import { Context, type Liquid } from "liquidjs";
import { LimitReached } from "./failure.js";
import { LIMITS, type Limits } from "./limits.js";

type Limiters = Pick<Context, "memoryLimit" | "renderLimit">;

/** What is left of the limits for the texts of one mail. Its time begins when it is first looked at. */
export class Budget {
  private shared: Limiters | undefined;

  constructor(readonly limits: Limits = LIMITS) {}

  /** LiquidJS' own, shared by all the texts. */
  get limiters(): Limiters {
    return (this.shared ??= new Context({}, undefined, {
      memoryLimit: this.limits.memory,
      renderLimit: this.limits.render,
    }));
  }

  /** Throws when the time is over. */
  look(): void {
    this.limiters.renderLimit.check(performance.now());
  }

  /** Throws when `text` is longer than it may be. */
  bound(text: string): void {
    if (text.length > this.limits.output) throw new LimitReached("output");
  }
}

/** LiquidJS looks at the clock before each tag and output; here it does so before filters and in long comparisons as well. */
export class WatchedContext extends Context {
  private reads = 0;

  constructor(
    values: object,
    engine: Liquid,
    private readonly budget: Budget,
  ) {
    super(values, engine.options, { sync: true }, { ...budget.limiters, liquid: engine });
  }

  override readProperty(...of: Parameters<Context["readProperty"]>): unknown {
    const value: unknown = super.readProperty(...of);
    // Lists are compared item by item.
    if (Array.isArray(value) || ++this.reads % 16 === 0) this.budget.look();
    return value;
  }

  beforeFilter(isLight: boolean): void {
    if (!isLight && !this.budget.limits.heavyFilters) throw new LimitReached("filter");
    this.budget.look();
  }
}
