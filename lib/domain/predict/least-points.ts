/**
 * Points of a metric below which no trend can be told from chance: of seven values in a row one order in
 * 5,040 rises throughout, and Mann–Kendall's z stays below 3.2. With fewer, seeing nothing proves nothing.
 */
export const LEAST_POINTS = 8;
