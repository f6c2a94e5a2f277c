/** What is drawn of values in a box; y grows downwards, gaps stay open. */
export interface Box {
  readonly width: number;
  readonly height: number;
  /** The value at the upper edge; zero is at the lower one. */
  readonly top: number;
}

/** Where a value stands in a box; beyond the edges it sticks to them. */
export function heightOf(value: number, box: Box): number {
  const share = box.top > 0 ? Math.min(Math.max(value / box.top, 0), 1) : 0;
  return round(box.height * (1 - share));
}

/** An SVG path through values that share a width evenly; a lonely value is a dot. */
export function linePath(values: Float64Array, box: Box): string {
  const across = box.width / Math.max(values.length - 1, 1);
  let path = "";
  let isDrawing = false;
  values.forEach((value, index) => {
    if (Number.isNaN(value)) {
      isDrawing = false;
      return;
    }
    const point = `${round(index * across)} ${heightOf(value, box)}`;
    const isLonely = !isDrawing && Number.isNaN(values[index + 1] ?? Number.NaN);
    path += isDrawing ? `L${point}` : `M${point}${isLonely ? "h0" : ""}`;
    isDrawing = true;
  });
  return path;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
