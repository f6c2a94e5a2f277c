import type { Calculation } from "./parts.ts";

/** One number for a series; NaN where there is none. A gap is no number. */
export function calculate(calculation: Calculation, values: Float64Array): number {
  const numbers = values.filter((value) => !Number.isNaN(value));
  switch (calculation) {
    case "first":
      return values[0] ?? Number.NaN;
    // The newest point of a range that ends now is often still to come.
    case "last":
    case "last-number":
      return numbers.at(-1) ?? Number.NaN;
    case "first-number":
      return numbers[0] ?? Number.NaN;
    case "sum":
      return numbers.length === 0 ? Number.NaN : total(numbers);
    case "mean":
      return total(numbers) / numbers.length;
    case "min":
      return numbers.reduce((least, one) => Math.min(least, one), numbers[0] ?? Number.NaN);
    case "max":
      return numbers.reduce((most, one) => Math.max(most, one), numbers[0] ?? Number.NaN);
  }
}

function total(numbers: Float64Array): number {
  return numbers.reduce((sum, one) => sum + one, 0);
}
