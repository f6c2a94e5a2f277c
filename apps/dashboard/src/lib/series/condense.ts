/** What stands for the values of a stretch: their mean, or the largest so that no peak is lost. */
export type Pick = "mean" | "largest";

/** At most so many values in place of more; a stretch without any is a gap. */
export function condense(values: Float64Array, most: number, pick: Pick): Float64Array {
  const width = Math.ceil(values.length / most);
  if (width <= 1) return values;
  return Float64Array.from({ length: Math.ceil(values.length / width) }, (_, index) => {
    const there = values
      .subarray(index * width, (index + 1) * width)
      .filter((one) => !Number.isNaN(one));
    if (there.length === 0) return Number.NaN;
    if (pick === "largest") return Math.max(...there);
    return there.reduce((sum, value) => sum + value, 0) / there.length;
  });
}
