/** Linear red, green and blue, 0 to 1. */
export type Rgb = readonly [number, number, number];

type Matrix = readonly [Rgb, Rgb, Rgb];

/** A colour written as #rrggbb. */
export function rgbOf(hex: string): Rgb {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((from) => {
    const share = Number.parseInt(hex.slice(from, from + 2), 16) / 255;
    return share <= 0.040_45 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return [red, green, blue];
}

/** What `oklch(from hex lightness c h)` is, as far as a screen can show it. */
export function shaded(hex: string, lightness: number): Rgb {
  const [, a, b] = oklab(rgbOf(hex));
  return shownOf(times(FROM_LMS, cubed(times(FROM_LAB, [lightness, a, b]))));
}

/** How much lighter one is than the other, as WCAG 2 has it: from 1 to 21. */
export function contrast(one: Rgb, other: Rgb): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

/** How far two colours are apart in OKLab, times 100, to whoever sees the least of it. */
export function distance(one: Rgb, other: Rgb): number {
  const seen = SIGHTS.map((sight) => {
    const [a, b] = [one, other].map((colour) => oklab(shownOf(times(sight, colour))));
    return 100 * Math.hypot(...[0, 1, 2].map((axis) => (a?.[axis] ?? 0) - (b?.[axis] ?? 0)));
  });
  return Math.min(...seen);
}

/** Full sight, and without the red, green and blue cones (Machado, Oliveira and Fernandes 2009). */
const SIGHTS: readonly Matrix[] = [
  [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
];

// OKLab as Björn Ottosson defines it.
const TO_LMS: Matrix = [
  [0.4122214708, 0.5363325363, 0.0514459929],
  [0.2119034982, 0.6806995451, 0.1073969566],
  [0.0883024619, 0.2817188376, 0.6299787005],
];
const TO_LAB: Matrix = [
  [0.2104542553, 0.793617785, -0.0040720468],
  [1.9779984951, -2.428592205, 0.4505937099],
  [0.0259040371, 0.7827717662, -0.808675766],
];
const FROM_LAB: Matrix = [
  [1, 0.3963377774, 0.2158037573],
  [1, -0.1055613458, -0.0638541728],
  [1, -0.0894841775, -1.291485548],
];
const FROM_LMS: Matrix = [
  [4.0767416621, -3.3077115913, 0.2309699292],
  [-1.2684380046, 2.6097574011, -0.3413193965],
  [-0.0041960863, -0.7034186147, 1.707614701],
];

function oklab(colour: Rgb): Rgb {
  const [l, m, s] = times(TO_LMS, colour);
  return times(TO_LAB, [Math.cbrt(l), Math.cbrt(m), Math.cbrt(s)]);
}

function cubed([l, m, s]: Rgb): Rgb {
  return [l ** 3, m ** 3, s ** 3];
}

function shownOf([red, green, blue]: Rgb): Rgb {
  return [withinOne(red), withinOne(green), withinOne(blue)];
}

function withinOne(share: number): number {
  return Math.min(1, Math.max(0, share));
}

function times([first, second, third]: Matrix, [x, y, z]: Rgb): Rgb {
  const row = ([a, b, c]: Rgb) => a * x + b * y + c * z;
  return [row(first), row(second), row(third)];
}

function luminance(colour: Rgb): number {
  const [red, green, blue] = colour;
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
