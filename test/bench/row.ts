/** A target: a bound on the figure itself, or on its ratio to another one. */
export interface Target {
  to?: string;
  atLeast?: number;
  below?: number;
}

/** A figure as it is shown. */
export interface Row {
  figure: string;
  title: string;
  unit: string;
  targets?: readonly Target[];
}
